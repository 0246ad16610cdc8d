{# The shop's own id inside a namespaced one: what follows the first colon. #}
{% macro source_id(column) -%}
    substring({{ column }}, {{ dbt.position("':'", column) }} + 1)
{%- endmacro %}
