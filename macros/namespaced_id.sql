{# An id made unique across shops, `<namespace>:<id>`; null and empty ids stay null. #}
{% macro namespaced_id(column, source_name) -%}
    '{{ var("namespaces")[source_name] }}:' || nullif(trim({{ column }}), '')
{%- endmacro %}
