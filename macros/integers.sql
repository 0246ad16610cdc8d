{# Rows of one column, `number`, from one integer to another. #}
{% macro integers(first, last) -%}
    {%- for number in range(first, last + 1) %}
    select {{ number }} as number{% if not loop.last %} union all{% endif %}
    {%- endfor %}
{%- endmacro %}
