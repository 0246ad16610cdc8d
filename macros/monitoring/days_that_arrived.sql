{#
    The days of rows of a classified table that came with a file taken in, or corrected, since the model that is being
    built last was. What is counted of landed rows whatever became of them changes with these alone, while
    `processed_at` also changes when a device turns out to be a bot and its whole past is judged anew.
#}
{% macro days_that_arrived(relation, table_name, date_column) -%}
    select distinct {{ date_column }} from {{ relation }}
    where landing_file in ({{ unsettled_files(table_name) }})
{%- endmacro %}
