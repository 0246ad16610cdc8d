{# Whole seconds from one timestamp to another. #}
{% macro seconds_between(earlier, later) -%}
    {{ adapter.dispatch('seconds_between')(earlier, later) }}
{%- endmacro %}

{% macro duckdb__seconds_between(earlier, later) -%}
    cast(floor(epoch({{ later }} - {{ earlier }})) as bigint)
{%- endmacro %}

{% macro spark__seconds_between(earlier, later) -%}
    timestampdiff(second, {{ earlier }}, {{ later }})
{%- endmacro %}
