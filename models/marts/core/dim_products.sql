with

catalogue as (

    select * from {{ ref('int_products__classified') }}
    where row_status in ('fact', 'superseded')

),

sold_lines as (

    -- sources without a catalogue: what is known of a product is what was sold under its code
    select * from {{ ref('int_online_retail__order_lines') }}
    where quarantine_reason is null and product_id is not null

),

catalogue_products as (

    select
        product_id,
        namespace,
        max(case when row_status = 'fact' then source_product_id end) as source_product_id,
        max(case when row_status = 'fact' then title end) as title,
        max(case when row_status = 'fact' then category_path end) as category_path,
        max(case when row_status = 'fact' then brand end) as brand,
        max(case when row_status = 'fact' then price end) as price,
        max(case when row_status = 'fact' then currency end) as currency,
        max(case when row_status = 'fact' then cast(is_in_stock as int) end) = 1 as is_in_stock,
        max(case when row_status = 'fact' then cast(is_replenishable as int) end) = 1 as is_replenishable,
        max(case when row_status = 'fact' then image_url end) as image_url,
        min(updated_at) as first_seen_at,
        max(updated_at) as last_changed_at
    from catalogue
    group by product_id, namespace

),

titles as (

    -- the title used most often; clerks' remarks are rare
    select
        product_id,
        title
    from sold_lines
    where title is not null
    group by product_id, title
    qualify row_number() over (partition by product_id order by count(*) desc, title asc) = 1

),

latest_sales as (

    select
        product_id,
        unit_price
    from sold_lines
    where line_type = 'sale'
    qualify row_number() over (partition by product_id order by occurred_at desc, order_line_id asc) = 1

),

sold_products as (

    select
        sold_lines.product_id,
        sold_lines.namespace,
        max(sold_lines.source_product_id) as source_product_id,
        coalesce(max(titles.title), max(sold_lines.source_product_id)) as title,
        cast(null as string) as category_path,
        cast(null as string) as brand,
        max(latest_sales.unit_price) as price,
        max(sold_lines.currency) as currency,
        cast(null as boolean) as is_in_stock,
        cast(null as boolean) as is_replenishable,
        cast(null as string) as image_url,
        min(sold_lines.occurred_at) as first_seen_at,
        max(sold_lines.occurred_at) as last_changed_at
    from sold_lines
    left join titles on sold_lines.product_id = titles.product_id
    left join latest_sales on sold_lines.product_id = latest_sales.product_id
    group by sold_lines.product_id, sold_lines.namespace

),

unioned as (

    select * from catalogue_products
    union all
    select * from sold_products

),

final as (

    select
        -- ids
        product_id,
        namespace,
        source_product_id,

        -- text
        title,
        category_path,
        trim(split_part(category_path, '>', 1)) as category,
        brand,
        currency,
        image_url,

        -- numbers
        cast(price as decimal(18, 4)) as price,

        -- booleans
        is_in_stock,
        is_replenishable,

        -- times
        first_seen_at,
        last_changed_at
    from unioned

)

select * from final
