{# True when the pattern is found anywhere in the column. Patterns use only what RE2 and Java's regex share. #}
{% macro regex_match(column, pattern) -%}
    {{ adapter.dispatch('regex_match')(column, pattern) }}
{%- endmacro %}

{% macro duckdb__regex_match(column, pattern) -%}
    regexp_matches({{ column }}, {{ pattern }})
{%- endmacro %}

{% macro spark__regex_match(column, pattern) -%}
    regexp_like({{ column }}, {{ pattern }})
{%- endmacro %}
