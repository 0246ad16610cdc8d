{# The shop a landed row belongs to: as the row says, else the default of its source (var `namespaces`). #}
{% macro namespace_of(source_name) -%}
    coalesce(namespace, '{{ var("namespaces")[source_name] }}')
{%- endmacro %}
