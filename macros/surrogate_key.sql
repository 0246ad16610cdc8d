{# A stable key of several columns; a null is told from an empty string. #}
{% macro surrogate_key(columns) -%}
    md5({% for column in columns %}coalesce(cast({{ column }} as string), '<null>'){% if not loop.last %} || '|' || {% endif %}{% endfor %})
{%- endmacro %}
