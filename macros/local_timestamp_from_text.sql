{# A wall-clock timestamp from text: ISO, or month/day/year hour:minute as American exports write it; else null. #}
{% macro local_timestamp_from_text(column) -%}
    {{ adapter.dispatch('local_timestamp_from_text')(column) }}
{%- endmacro %}

{% macro duckdb__local_timestamp_from_text(column) -%}
    coalesce(try_cast({{ column }} as timestamp), try_strptime(trim({{ column }}), '%m/%d/%Y %H:%M'))
{%- endmacro %}

{% macro spark__local_timestamp_from_text(column) -%}
    coalesce(try_cast({{ column }} as timestamp), try_to_timestamp(trim({{ column }}), 'M/d/yyyy H:mm'))
{%- endmacro %}
