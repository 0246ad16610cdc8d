{# A UTC timestamp from a number of microseconds since 1970. #}
{% macro timestamp_from_microseconds(column) -%}
    {{ adapter.dispatch('timestamp_from_microseconds')(column) }}
{%- endmacro %}

{% macro duckdb__timestamp_from_microseconds(column) -%}
    make_timestamp({{ column }})
{%- endmacro %}

{% macro spark__timestamp_from_microseconds(column) -%}
    timestamp_micros({{ column }})
{%- endmacro %}
