{{ config(materialized='view') }}

{# The lines of every source that could not be read as rows. Their text may hold personal data and stays behind. #}
with

rejected_lines as (

    {% for source_name in [
        'online_retail',
        'shop',
        'rees46',
        'ga4',
    ] %}
    select
        reason,
        source_name,
        namespace,
        'rejected_lines' as table_name,
        case
            when {{ is_withdrawn('rejected_lines') }} then 'superseded'
            else 'quarantined'
        end as row_status,
        source_file,
        source_row,
        landing_file,
        loaded_at
    from {{ ref('stg_' ~ source_name ~ '__rejected_lines') }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
)

select * from rejected_lines
