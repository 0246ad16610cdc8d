{{ config(
    materialized='incremental',
    incremental_strategy='replace_rows',
    post_hook='{{ mark_processed() }}',
) }}

{#
    Every landed customer version and what became of it. New versions are ranked with the ones already known of the same
    customers; a row whose outcome stays is not written again.
#}
{% set columns = customer_columns() | join(', ') %}
with

landed as (

    select
        *,
        {{ is_withdrawn('customers') }} as is_withdrawn
    from {{ ref('int_customers__unioned') }}
    where {{ to_be_taken_in('customers') }}

),

checked as (

    select
        *,
        case
            when is_withdrawn then null
            when customer_id is null then 'missing_customer_id'
            when updated_at is null then 'missing_time'
        end as quarantine_reason,
        {{ surrogate_key(['customer_id', 'country', 'contact_hash', 'created_at', 'updated_at']) }} as content_hash
    from landed

),

versions as (

    select
        {{ columns }},
        is_withdrawn,
        quarantine_reason,
        content_hash,
        cast(null as string) as known_status
    from checked

    {% if is_incremental() %}
    union all

    select
        {{ columns }},
        is_withdrawn,
        quarantine_reason,
        content_hash,
        row_status as known_status
    from {{ this }}
    where
        customer_id in (select checked.customer_id from checked)
        and quarantine_reason is null
        and {{ is_settled('customers') }}
    {% endif %}

),

classified as (

    select
        *,
        {{ row_status('quarantine_reason', 'updated_at') }} as row_status
    from versions
    window newest_first as ({{ newest_first('quarantine_reason', 'customer_id', 'updated_at', 'content_hash') }})

),

final as (

    select
        {{ columns }},
        is_withdrawn,
        content_hash,
        quarantine_reason,
        'updated_at ' || coalesce(cast(updated_at as string), 'null') as detail,
        'customers' as table_name,
        cast(1 as bigint) as item_number,
        row_status,
        {{ invocation_time() }} as processed_at
    from classified
    where known_status is null or known_status <> row_status

)

select * from final
