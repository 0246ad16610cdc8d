{% test no_gaps(model, column_name, partition_by=[], datepart='day') %}

with

steps as (

    select distinct
        {% for column in partition_by %}{{ column }},{% endfor %}
        {{ column_name }}
    from {{ model }}

),

neighbours as (

    select
        {% for column in partition_by %}{{ column }},{% endfor %}
        {{ column_name }} as gap_after,
        lead({{ column_name }}) over (
            {% if partition_by %}partition by {{ partition_by | join(', ') }}{% endif %}
            order by {{ column_name }}
        ) as gap_before
    from steps

)

select *
from neighbours
where gap_before > {{ dbt.dateadd(datepart, 1, 'gap_after') }}

{% endtest %}
