{% test row_count_equals(model, to) %}

with

actual as (

    select count(*) as actual_row_count from {{ model }}

),

expected as (

    select count(*) as expected_row_count from {{ to }}

)

select
    actual.actual_row_count,
    expected.expected_row_count
from actual
cross join expected
where actual.actual_row_count <> expected.expected_row_count

{% endtest %}
