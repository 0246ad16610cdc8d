{# A whole number from text, `3` or `3.0`; null for anything else, where a cast would round on one engine and cut on another. #}
{% macro integer_from_text(column) -%}
    case
        when try_cast({{ column }} as double) = floor(try_cast({{ column }} as double))
            then try_cast(try_cast({{ column }} as double) as bigint)
    end
{%- endmacro %}
