{# A wall-clock timestamp of a time zone as a UTC timestamp. #}
{% macro local_to_utc(column, time_zone) -%}
    {{ adapter.dispatch('local_to_utc')(column, time_zone) }}
{%- endmacro %}

{% macro duckdb__local_to_utc(column, time_zone) -%}
    timezone('UTC', timezone('{{ time_zone }}', {{ column }}))
{%- endmacro %}

{% macro spark__local_to_utc(column, time_zone) -%}
    to_utc_timestamp({{ column }}, '{{ time_zone }}')
{%- endmacro %}
