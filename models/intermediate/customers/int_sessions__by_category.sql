{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_device_days('session_date', changed_session_device_days()) }}",
    post_hook="{{ mark_processed() }}"
) }}

{#
    How far each session came with the products of each category. The one model that reads product events session by
    session: the funnel, visitors and carts are counted from it.
#}
{% set changed_device_days = changed_session_device_days() %}
with

{% if is_incremental() %}
changed_device_days as (

    {{ changed_device_days }}

),

sessions as (

    select sessions.*
    from {{ ref('fct_sessions') }} as sessions
    inner join changed_device_days
        on
            sessions.device_id = changed_device_days.device_id
            and sessions.session_date = changed_device_days.changed_date

),

{% else %}
sessions as (

    select * from {{ ref('fct_sessions') }}

),
{% endif %}

events as (

    select * from {{ ref('fct_events') }}
    where
        product_id is not null
        {% if is_incremental() %}
        and session_id in (select sessions.session_id from sessions)
        -- a session is over within a day of its start
        and event_date in (
            select changed_device_days.changed_date from changed_device_days
            union
            select changed_device_days.changed_date + 1 from changed_device_days
        )
        {% endif %}

),

products as (

    select
        product_id,
        coalesce(category, 'unknown') as category
    from {{ ref('dim_products') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

met_categories as (

    select
        events.session_id,
        products.category,
        max(
            case events.event_name
                when 'purchase' then 4
                when 'add_to_cart' then 3
                when 'view_item' then 2
                else 1
            end
        ) as furthest_deed,
        count(case when events.event_name = 'add_to_cart' then 1 end) as add_to_cart_count
    from events
    inner join products on events.product_id = products.product_id
    group by events.session_id, products.category

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
                    then
                        cast(
                            coalesce(events.quantity, 1) * events.unit_price * exchange_rates.rate as decimal(18, 4)
                        )
            end
        ) as added_value
    from events
    left join exchange_rates
        on
            events.currency = exchange_rates.currency
            and events.event_date >= exchange_rates.valid_from
            and events.event_date < exchange_rates.valid_to
    where events.event_name in ('add_to_cart', 'remove_from_cart')
    group by events.session_id, events.product_id

),

-- What was taken out again leaves at the mean price at which it was put in.
cart_values as (

    select
        cart_products.session_id,
        products.category,
        sum(
            cast(
                cast(cart_products.added_value as double)
                * greatest(cart_products.added_units - cart_products.removed_units, 0)
                / nullif(cart_products.added_units, 0)
                as decimal(18, 4)
            )
        ) as cart_value
    from cart_products
    inner join products on cart_products.product_id = products.product_id
    group by cart_products.session_id, products.category

),

final as (

    select
        -- ids
        met_categories.session_id,
        sessions.namespace,
        sessions.device_id,

        -- text
        coalesce(sessions.device_category, 'unknown') as device_category,
        met_categories.category,

        -- numbers
        -- the furthest step stands for all before it; a checkout names no product, so it is that of what was carted
        case
            when met_categories.furthest_deed = 4 then 5
            when met_categories.add_to_cart_count > 0 and sessions.begin_checkout_count > 0 then 4
            else met_categories.furthest_deed
        end as furthest_step_number,
        cast(coalesce(cart_values.cart_value, 0) as decimal(18, 4)) as cart_value,

        -- times
        sessions.session_date
    from met_categories
    inner join sessions on met_categories.session_id = sessions.session_id
    left join cart_values
        on
            met_categories.session_id = cart_values.session_id
            and met_categories.category = cart_values.category

)

select * from final
