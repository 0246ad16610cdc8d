{#
    True for a time more than a day after it arrived, for clocks differ, or before var `earliest_date`: one row of the
    year 10 would stretch the calendar over 2,000 years.
#}
{% macro is_impossible_time(occurred_at, arrived_at) -%}
    (
        {{ occurred_at }} > {{ arrived_at }} + interval '1' day
        or {{ occurred_at }} < cast('{{ var("earliest_date") }}' as timestamp)
    )
{%- endmacro %}
