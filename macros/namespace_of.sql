{# The shop a landed row belongs to: as the row says, else the default of its source (var `namespaces`). #}
{% macro namespace_of(source_name) -%}
    {%- if source_name not in var('namespaces') -%}
        {%- do exceptions.raise_compiler_error(
            "source " ~ source_name ~ " has no namespace: name its shop below `namespaces` in dbt_project.yml"
        ) -%}
    {%- endif -%}
    coalesce(namespace, '{{ var("namespaces")[source_name] }}')
{%- endmacro %}


{# The shop a source is of where its rows do not say. #}
{% macro default_namespace(column) -%}
    case {{ column }}
        {%- for source, namespace in var('namespaces').items() %} when '{{ source }}' then '{{ namespace }}'{% endfor %}
        else {{ column }}
    end
{%- endmacro %}
