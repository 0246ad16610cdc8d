{#
    SQL for a metric that is one sum by another, from a relation that has the two. Which two is said here and nowhere
    else: `daily_metrics` and `recommendation_performance` divide by day, `objective_status` over a window, and a test
    holds the dashboards' queries to the same columns.
#}
{% macro ratio_metric(name, relation=none) -%}
    {%- set numerator, denominator = {
        'average_order_value': ('gross_revenue', 'order_count'),
        'conversion_rate': ('converted_session_count', 'session_count'),
        'return_rate': ('returned_revenue', 'gross_revenue'),
        'click_through_rate': ('click_count', 'impression_count'),
        'list_conversion_rate': ('converted_list_count', 'list_count'),
        'revenue_per_list': ('attributed_revenue', 'list_count'),
    }[name] -%}
    {%- set of = relation ~ '.' if relation else '' -%}
    round(cast({{ of }}{{ numerator }} as double) / nullif({{ of }}{{ denominator }}, 0), 9)
{%- endmacro %}
