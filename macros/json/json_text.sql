{# The text of one field of a JSON object, by its path such as `$.web_info.browser`; null where there is none. #}
{% macro json_text(column, path) -%}
    {{ adapter.dispatch('json_text')(column, path) }}
{%- endmacro %}

{% macro duckdb__json_text(column, path) -%}
    json_extract_string(case when json_valid({{ column }}) then {{ column }} end, '{{ path }}')
{%- endmacro %}

{% macro spark__json_text(column, path) -%}
    get_json_object({{ column }}, '{{ path }}')
{%- endmacro %}
