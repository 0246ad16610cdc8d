{% test no_overlap(model, column_name, valid_to, partition_by) %}

with

neighbours as (

    select
        {{ partition_by | join(', ') }},
        {{ column_name }},
        {{ valid_to }},
        lead({{ column_name }}) over (
            partition by {{ partition_by | join(', ') }}
            order by {{ column_name }}, coalesce({{ valid_to }}, cast('9999-12-31' as timestamp))
        ) as next_valid_from
    from {{ model }}

)

select *
from neighbours
where coalesce({{ valid_to }}, cast('9999-12-31' as timestamp)) > next_valid_from

{% endtest %}
