{# The shop in a namespaced id: what stands before the first colon. #}
{% macro namespace_of_id(column) -%}
    substring({{ column }}, 1, {{ dbt.position("':'", column) }} - 1)
{%- endmacro %}
