{#
    How far each session came with the products of each category. The one model that reads product events session by
    session; the funnel, visitors and cart marts read it.
#}
with

events as (

    select * from {{ ref('fct_events') }}
    where product_id is not null

),

sessions as (

    select * from {{ ref('fct_sessions') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

exchange_rates as (

    select * from {{ ref('exchange_rates') }}
    where reporting_currency = '{{ var("reporting_currency") }}'

),

category_events as (

    select
        events.session_id,
        coalesce(products.category, 'unknown') as category,
        count(case when events.event_name = 'view_item' then 1 end) as view_item_count,
        count(case when events.event_name = 'add_to_cart' then 1 end) as add_to_cart_count,
        count(case when events.event_name = 'purchase' then 1 end) as purchase_count
    from events
    left join products on events.product_id = products.product_id
    group by events.session_id, coalesce(products.category, 'unknown')

),

cart_products as (

    select
        events.session_id,
        events.product_id,
        sum(case when events.event_name = 'add_to_cart' then coalesce(events.quantity, 1) else 0 end) as added_units,
        sum(case when events.event_name = 'remove_from_cart' then coalesce(events.quantity, 1) else 0 end)
            as removed_units,
        sum(
            case
                when events.event_name = 'add_to_cart'
                    then coalesce(events.quantity, 1) * events.unit_price * exchange_rates.rate
            end
        ) as added_value
    from events
    left join exchange_rates on events.currency = exchange_rates.currency
    where events.event_name in ('add_to_cart', 'remove_from_cart')
    group by events.session_id, events.product_id

),

-- What was taken out again leaves at the mean price at which it was put in.
cart_values as (

    select
        cart_products.session_id,
        coalesce(products.category, 'unknown') as category,
        sum(
            cast(
                cast(cart_products.added_value as double)
                * greatest(cart_products.added_units - cart_products.removed_units, 0)
                / nullif(cart_products.added_units, 0)
                as decimal(18, 4)
            )
        ) as cart_value
    from cart_products
    left join products on cart_products.product_id = products.product_id
    group by cart_products.session_id, coalesce(products.category, 'unknown')

),

final as (

    select
        -- ids
        sessions.session_id,
        sessions.namespace,
        sessions.device_id,

        -- text
        coalesce(sessions.device_category, 'unknown') as device_category,
        category_events.category,

        -- numbers
        -- the furthest step stands for all before it; a checkout names no product, so it is that of what was carted
        case
            when category_events.purchase_count > 0 then 5
            when category_events.add_to_cart_count > 0 and sessions.begin_checkout_count > 0 then 4
            when category_events.add_to_cart_count > 0 then 3
            when category_events.view_item_count > 0 then 2
            else 1
        end as furthest_step_number,
        cast(coalesce(cart_values.cart_value, 0) as decimal(18, 4)) as cart_value,

        -- times
        sessions.session_date
    from category_events
    inner join sessions on category_events.session_id = sessions.session_id
    left join cart_values
        on
            category_events.session_id = cart_values.session_id
            and category_events.category = cart_values.category

)

select * from final
