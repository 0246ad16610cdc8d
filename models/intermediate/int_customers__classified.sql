{# Every landed customer version and what became of it. #}
with

customers as (

    select
        *,
        {{ surrogate_key(['customer_id', 'country', 'contact_hash', 'created_at', 'updated_at']) }} as content_hash
    from {{ ref('stg_sample_shop__customers') }}

),

checked as (

    select
        *,
        case
            when customer_id is null then 'missing_customer_id'
            when updated_at is null then 'missing_time'
        end as quarantine_reason
    from customers

),

classified as (

    select
        *,
        'customers' as table_name,
        'updated_at ' || coalesce(cast(updated_at as string), 'null') as detail,
        {{ row_status('quarantine_reason', 'customer_id', 'updated_at', 'content_hash') }} as row_status
    from checked

)

select * from classified
