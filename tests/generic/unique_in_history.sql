{#
    The rows are subqueries, not a CTE, which DuckDB would keep: all of history, to look at what is new.
#}
{% test unique_in_history(model, column_name, found_by, condition='true') %}

{% set tested_rows = '(select * from ' ~ model ~ ' where ' ~ condition ~ ')' %}

with

repeated_values as (

    -- from one narrow column: equal keys have equal values here
    select {{ found_by }}
    from {{ tested_rows }} as tested
    {% if untested(model) != 'true' %}
    where
        {{ found_by }} in (select untested.{{ found_by }} from {{ tested_rows }} as untested where {{ untested(model) }})
    {% endif %}
    group by {{ found_by }}
    having count(*) > 1

)

select
    {{ column_name }},
    count(*) as row_count
from {{ tested_rows }} as tested
where {{ found_by }} in (select repeated_values.{{ found_by }} from repeated_values)
group by {{ column_name }}
having count(*) > 1

{% endtest %}
