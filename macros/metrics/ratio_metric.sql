{#
    The metrics that are one sum by another, here and nowhere else: `daily_metrics` divides by day, `objective_status`
    over a window, and a test holds the dashboards' queries to the same two columns over a period.
#}
{% macro ratio_metrics() %}
    {{ return({
        'average_order_value': ('gross_revenue', 'order_count'),
        'conversion_rate': ('converted_session_count', 'session_count'),
        'return_rate': ('returned_revenue', 'gross_revenue'),
    }) }}
{% endmacro %}


{# SQL for such a metric, from the two sums; `relation` has them where the query reads several. #}
{% macro ratio_metric(name, relation=none) -%}
    {%- set numerator, denominator = ratio_metrics()[name] -%}
    {%- set of = relation ~ '.' if relation else '' -%}
    round(cast({{ of }}{{ numerator }} as double) / nullif({{ of }}{{ denominator }}, 0), 9)
{%- endmacro %}
