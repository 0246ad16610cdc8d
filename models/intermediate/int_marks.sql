{# What people say as it stands: of marks of one subject the latest, unless it takes the others back. #}
with

marks as (

    select * from {{ ref('stg_people__marks') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by
                mark, metric_date, namespace, source_name, table_name, column_name, metric, segment_type, segment_value,
                customer_id, product_id
            order by marked_at desc, mark_id desc
        ) as recency
    from marks

),

final as (

    select
        mark_id,
        customer_id,
        product_id,
        mark,
        namespace,
        source_name,
        table_name,
        column_name,
        metric,
        segment_type,
        segment_value,
        note,
        metric_date,
        marked_at
    from numbered
    where recency = 1 and not coalesce(is_withdrawn, false)

)

select * from final
