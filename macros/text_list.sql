{# A list of texts as SQL literals: 'a', 'b'; of an empty list the empty text, which no name equals. #}
{% macro text_list(texts) -%}
    '{{ texts | join("', '") }}'
{%- endmacro %}
