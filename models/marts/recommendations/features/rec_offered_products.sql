with

products as (

    select * from {{ ref('dim_products') }}

),

exclusions as (

    select * from {{ ref('recommendation_exclusions') }}

),

final as (

    select
        products.product_id,
        products.namespace,
        products.category
    from products
    where
        coalesce(products.is_in_stock, true)
        and not exists (
            select 1
            from exclusions
            where
                products.namespace = exclusions.namespace
                and (
                    products.product_id = exclusions.product_id
                    or products.category = exclusions.category
                )
        )

)

select * from final
