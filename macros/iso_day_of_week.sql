{# 1 for Monday to 7 for Sunday; `dayofweek` means another thing on each engine. #}
{% macro iso_day_of_week(column) -%}
    {{ adapter.dispatch('iso_day_of_week')(column) }}
{%- endmacro %}

{% macro duckdb__iso_day_of_week(column) -%}
    cast(isodow({{ column }}) as int)
{%- endmacro %}

{% macro spark__iso_day_of_week(column) -%}
    weekday({{ column }}) + 1
{%- endmacro %}
