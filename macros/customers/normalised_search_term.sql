{# What was searched for, in lower case and with single blanks; null where nothing was. #}
{% macro normalised_search_term(column) -%}
    nullif(trim(lower({{ adapter.dispatch('single_blanks')(column) }})), '')
{%- endmacro %}

{% macro duckdb__single_blanks(column) -%}
    regexp_replace({{ column }}, '\s+', ' ', 'g')
{%- endmacro %}

{% macro spark__single_blanks(column) -%}
    regexp_replace({{ column }}, '\\s+', ' ')
{%- endmacro %}
