with

order_lines as (

    select * from {{ ref('fct_order_lines') }}
    where line_type in ('sale', 'return') and product_id is not null

),

counted as (

    select
        order_date,
        namespace,
        product_id,
        count(distinct case when line_type = 'sale' then order_id end) as order_count,
        cast(sum(case when line_type = 'sale' then quantity else 0 end) as bigint) as unit_count,
        cast(sum(line_amount_reporting) as decimal(18, 4)) as net_revenue
    from order_lines
    group by order_date, namespace, product_id

),

-- What came back for nothing is neither sold nor returned revenue.
final as (

    select * from counted
    where order_count <> 0 or unit_count <> 0 or net_revenue <> 0

)

select * from final
