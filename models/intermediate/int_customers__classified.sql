{{ config(
    materialized='incremental',
    incremental_strategy='replace_rows',
    post_hook='{{ mark_processed() }}',
) }}

{#
    Every landed customer version and what became of it. New versions are ranked with the ones already known of the same
    customers; a row whose outcome stays is not written again.
#}
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
        {{ surrogate_key(['customer_id', 'country', 'contact_hash', 'created_at', 'updated_at']) }} as content_hash,
        'updated_at ' || coalesce(cast(updated_at as string), 'null') as detail
    from landed

),

{{ ranked_versions('customers', 'customer_id', customer_columns()) }}

select * from final
