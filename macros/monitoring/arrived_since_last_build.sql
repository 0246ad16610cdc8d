{#
    Condition on a classified table: the row came with a file that was taken in, or withdrawn, since the model that is
    being built last was. What is counted of landed rows whatever became of them changes with these alone, while
    `processed_at` also changes when a device turns out to be a bot and its whole past is judged anew.
#}
{% macro arrived_since_last_build(table_name) -%}
    landing_file in (
        select landing_file from {{ source('registry', 'landing_files') }}
        where
            table_name = '{{ table_name }}'
            and (
                coalesce(loaded_at, {{ invocation_time() }}) > {{ watermark() }}
                or (superseded_by is not null and coalesce(withdrawn_at, {{ invocation_time() }}) > {{ watermark() }})
            )
    )
{%- endmacro %}


{# The days of such rows. #}
{% macro days_that_arrived(relation, table_name, date_column) -%}
    select distinct {{ date_column }} from {{ relation }}
    where {{ arrived_since_last_build(table_name) }}
{%- endmacro %}
