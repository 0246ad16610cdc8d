{#
    Rows of int_events__classified that stand, as a subquery: without those that are read anew, and those of files that
    have been corrected. Not a CTE, which DuckDB would materialise, history and all, as several read it.
    The condition belongs to each reading, be it needed there or not: it is why the planner takes the history for less
    than it is, and keeps it out of hash tables (docs/decisions/0015).
#}
{% macro known_event_rows(recovered_files) -%}
    (
        select known.* from {{ this }} as known
        where
            known.landing_file not in ({{ unsettled_files('events') }})
            {% if recovered_files %}
            and not exists (
                select 1 from landed_rows
                where
                    landed_rows.landing_file = known.landing_file
                    and landed_rows.source_row = known.source_row
                    and landed_rows.item_number = known.item_number
            )
            {% endif %}
    )
{%- endmacro %}

{# What is taken over of such a row when it is judged again. #}
{% macro columns_of_known_row(row_columns) -%}
    {{ row_columns | join(',\n        ') }},
        row_status = 'superseded' as is_superseded,
        is_copy as was_copy,
        is_on_bot_day as was_on_bot_day
{%- endmacro %}
