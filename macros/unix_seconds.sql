{# Whole seconds since 1970 of a UTC timestamp. #}
{% macro unix_seconds(column) -%}
    {{ adapter.dispatch('unix_seconds')(column) }}
{%- endmacro %}

{% macro duckdb__unix_seconds(column) -%}
    epoch_us({{ column }}) // 1000000
{%- endmacro %}

{% macro spark__unix_seconds(column) -%}
    unix_seconds({{ column }})
{%- endmacro %}
