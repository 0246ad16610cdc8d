{#
    What is known of a product and since when. The catalogue states it by version. A product without one is known by what
    was seen of it, day by day: the latest value so far of each attribute; of a product known by its sales the title used
    most often, for clerks' remarks are rare, and the price last paid.
#}
with

catalogue as (

    select * from {{ ref('int_products__classified') }}
    where row_status in ('fact', 'superseded') and not is_withdrawn

),

seen as (

    select * from {{ ref('int_products__seen') }}

),

sold_lines as (

    select * from {{ ref('int_order_lines__classified') }}
    where row_status = 'fact' and not has_order_header and product_id is not null

),

titles as (

    select
        product_id,
        title
    from sold_lines
    where title is not null
    group by product_id, title
    qualify row_number() over (partition by product_id order by count(*) desc, title asc) = 1

),

sightings as (

    select
        product_id,
        seen_date,
        title,
        category_path,
        brand,
        price,
        currency,
        first_seen_at,
        last_seen_at
    from seen

    union all

    select
        sold_lines.product_id,
        cast(sold_lines.occurred_at as date) as seen_date,
        titles.title,
        cast(null as string) as category_path,
        cast(null as string) as brand,
        case when sold_lines.line_type = 'sale' then sold_lines.unit_price end as price,
        sold_lines.currency,
        sold_lines.occurred_at as first_seen_at,
        sold_lines.occurred_at as last_seen_at
    from sold_lines
    left join titles on sold_lines.product_id = titles.product_id

),

days as (

    select
        product_id,
        seen_date,
        {{ latest_value('title', 'last_seen_at') }} as latest_title,
        {{ latest_value('category_path', 'last_seen_at') }} as latest_category_path,
        {{ latest_value('brand', 'last_seen_at') }} as latest_brand,
        -- an amount and its currency are one value
        {{ latest_value("cast(price as string) || ' ' || currency", 'last_seen_at') }} as latest_price,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from sightings
    where product_id not in (select catalogue.product_id from catalogue)
    group by product_id, seen_date

),

seen_so_far as (

    select
        product_id,
        {{ value_of_latest('max(latest_title) over so_far') }} as title,
        {{ value_of_latest('max(latest_category_path) over so_far') }} as category_path,
        {{ value_of_latest('max(latest_brand) over so_far') }} as brand,
        {{ value_of_latest('max(latest_price) over so_far') }} as price_and_currency,
        first_seen_at,
        last_seen_at
    from days
    window so_far as (
        partition by product_id
        order by seen_date
        rows between unbounded preceding and current row
    )

),

stated as (

    select
        product_id,
        title,
        category_path,
        brand,
        currency,
        image_url,
        price,
        is_in_stock,
        is_replenishable,
        updated_at as stated_at,
        updated_at as last_stated_at
    from catalogue

    union all

    select
        product_id,
        coalesce(title, {{ source_id('product_id') }}) as title,
        category_path,
        brand,
        nullif(split_part(price_and_currency, ' ', 2), '') as currency,
        cast(null as string) as image_url,
        cast(nullif(split_part(price_and_currency, ' ', 1), '') as decimal(18, 4)) as price,
        cast(null as boolean) as is_in_stock,
        cast(null as boolean) as is_replenishable,
        first_seen_at as stated_at,
        last_seen_at as last_stated_at
    from seen_so_far

),

final as (

    select
        *,
        trim(split_part(category_path, '>', 1)) as category,
        lead(stated_at) over (partition by product_id order by stated_at) as next_stated_at
    from stated

)

select * from final
