{% test same_total(model, expression, to, to_expression=none, group_by=[]) %}

with

actual as (

    select
        {% for column in group_by %}{{ column }},{% endfor %}
        sum({{ expression }}) as actual_total
    from {{ model }}
    {% if group_by %}group by {{ group_by | join(', ') }}{% endif %}

),

expected as (

    select
        {% for column in group_by %}{{ column }},{% endfor %}
        sum({{ to_expression or expression }}) as expected_total
    from {{ to }}
    {% if group_by %}group by {{ group_by | join(', ') }}{% endif %}

)

select
    {% for column in group_by %}coalesce(actual.{{ column }}, expected.{{ column }}) as {{ column }},{% endfor %}
    actual.actual_total,
    expected.expected_total
from actual
{% if group_by %}
full outer join expected
    on
        {% for column in group_by %}
        {% if not loop.first %}and {% endif %}actual.{{ column }} is not distinct from expected.{{ column }}
        {% endfor %}
{% else %}
cross join expected
{% endif %}
where coalesce(actual.actual_total, 0) <> coalesce(expected.expected_total, 0)

{% endtest %}
