{#
    The latest known value of a column, as text, whatever the order of the rows: the greatest of time and value written
    behind one another, which also adds up over days. Of two values at one moment it is the greater text; nulls are
    passed over.
#}
{% macro latest_value(column, occurred_at) -%}
    max({{ sortable_time(occurred_at) }} || cast({{ column }} as string))
{%- endmacro %}

{# What `latest_value` put behind the time. #}
{% macro value_of_latest(expression) -%}
    substring({{ expression }}, 27)
{%- endmacro %}

{# A timestamp as 26 characters that sort as the times do, from the year 1000 on. #}
{% macro sortable_time(column) -%}
    {{ adapter.dispatch('sortable_time')(column) }}
{%- endmacro %}

{% macro duckdb__sortable_time(column) -%}
    strftime({{ column }}, '%Y-%m-%d %H:%M:%S.%f')
{%- endmacro %}

{% macro spark__sortable_time(column) -%}
    date_format({{ column }}, 'yyyy-MM-dd HH:mm:ss.SSSSSS')
{%- endmacro %}
