{# A UTC timestamp from ISO text; an offset or zone in it is heeded, text without one is taken for UTC. Else null. #}
{% macro utc_timestamp_from_text(column) -%}
    {{ adapter.dispatch('utc_timestamp_from_text')(column) }}
{%- endmacro %}

{% macro duckdb__utc_timestamp_from_text(column) -%}
    timezone('UTC', try_cast({{ column }} as timestamptz))
{%- endmacro %}

{% macro spark__utc_timestamp_from_text(column) -%}
    try_cast({{ column }} as timestamp)
{%- endmacro %}
