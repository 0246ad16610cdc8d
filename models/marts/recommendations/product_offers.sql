with

products as (

    select * from {{ ref('dim_products') }}

),

offered_products as (

    select * from {{ ref('rec_offered_products') }}

),

final as (

    select
        products.product_id,
        products.namespace,
        offered_products.product_id is not null as is_offered
    from products
    left join offered_products on products.product_id = offered_products.product_id

)

select * from final
