-- The events of one day's visits as the collector takes them in, retried deliveries among them; `landed_day` is the day
-- they arrive, which for a phone that was offline may be days later.
create or replace macro events_of(sessions_table, order_lines_table) as table (
    with

    sessions as (

        from query_table(sessions_table)

    ),

    baskets as (

        select
            session_key,
            '[' || string_agg(
                '{"product_id":"' || product_name(product) || '","quantity":' || quantity
                || ',"price":' || price_of(product) || '}',
                ',' order by line
            ) || ']' as products
        from query_table(order_lines_table)
        group by session_key

    ),

    steps as (

        select
            sessions,
            unnest(range(sessions.event_count)) as step
        from sessions

    ),

    drawn as (

        select
            steps.sessions as session,
            steps.step,
            steps.sessions.session_key * 1000 + steps.step as event_key,
            steps.sessions.event_count - 1 - steps.step as steps_left,
            draw(steps.sessions.session_key * 1000 + steps.step, 'event') as u
        from steps

    ),

    named as (

        select
            *,
            case
                when step = 0 then 'Page'
                when session.is_order and steps_left = 0 then 'Order Completed'
                when session.is_order and steps_left = 1 then 'Checkout Started'
                when session.is_order and steps_left = 2 then 'Product Added'
                when step = 1 and session.is_logged_in then 'Identify'
                when session.is_abandoned and step > 3 and steps_left = 0 then 'Checkout Started'
                when session.is_abandoned and step > 2 and steps_left = 1 then 'Product Added'
                when u < 0.15 then 'Page'
                when u < 0.25 then 'Product List Viewed'
                when u < 0.35 then 'Product Clicked'
                when u < 0.40 then 'Products Searched'
                when u < 0.44 then 'Recommendation Viewed'
                when u < 0.46 then 'Recommendation Clicked'
                when u < 0.90 then 'Product Viewed'
                when u < 0.985 then 'Product Added'
                else 'Product Removed'
            end as event
        from drawn

    ),

    with_products as (

        select
            *,
            event in ('Product Viewed', 'Product Clicked', 'Product Added', 'Product Removed', 'Recommendation Clicked')
                as is_about_product,
            product_in_session(session.session_key, session.theme, step) as product,
            moment(session, step) as occurred_at
        from named

    ),

    arrived as (

        select
            *,
            occurred_at + to_microseconds(cast(
                case
                    when draw(event_key, 'late') < 0.01 then 3.6e9 * (1 + 95 * pow(draw(event_key, 'lateness'), 2))
                    else 1e6 * (0.05 + exponential(draw(event_key, 'delay'), 1.5))
                end as bigint
            )) as received_at
        from with_products

    ),

    delivered as (

        select * from arrived
        union all
        -- the sender had no answer and sent it again: soon, or when it was online again
        select * replace (
            received_at + to_microseconds(cast(
                1e6 * case
                    when draw(event_key, 'soon') < 0.8 then 2 + 60 * draw(event_key, 'retry')
                    else 3600 * (1 + 20 * draw(event_key, 'retry'))
                end as bigint
            )) as received_at
        )
        from arrived
        where draw(event_key, 'retried') < 0.01

    )

    select
        cast(date_diff('day', getvariable('first_date'), received_at) as bigint) as landed_day,
        'ajs-next-' || md5(event_key || ' ' || getvariable('seed')) as message_id,
        case event when 'Page' then 'page' when 'Identify' then 'identify' else 'track' end as type,
        case when event not in ('Page', 'Identify') then event end as event,
        occurred_at,
        received_at,
        session.anonymous_id as anonymous_id,
        case when session.is_logged_in and step > 0 then 'C' || session.customer end as user_id,
        case when is_about_product then product_name(product) end as product_id,
        cast(case when event in ('Product Added', 'Product Removed') then 1 end as bigint) as quantity,
        case when is_about_product then price_of(product) end as price,
        case when is_about_product or event = 'Order Completed' then 'GBP' end as currency,
        case when event = 'Order Completed' then 'O' || session.session_key end as order_id,
        case when event = 'Products Searched' then 'term ' || session.theme || '-' || event_key % 7 end as query,
        case
            when event in ('Product List Viewed', 'Product Clicked') then 'category-' || session.theme
            when event in ('Recommendation Viewed', 'Recommendation Clicked') then 'recommended'
        end as list_id,
        case when event in ('Product Clicked', 'Recommendation Clicked') then 1 + event_key % 24 end as position,
        case
            when event in ('Recommendation Viewed', 'Recommendation Clicked')
                then md5('list ' || session.session_key || ' ' || step // 4)
        end as recommendation_id,
        'https://shop.example/' || case
            when is_about_product then 'products/' || product_name(product)
            when event = 'Products Searched' then 'search'
            when event in ('Checkout Started', 'Order Completed') then 'checkout'
            when step > 0 then 'category/' || session.theme
            else ''
        end as page_url,
        case
            when session.kind = 'crawler' then getvariable('crawler_agents')[1 + session.device % 5]
            else getvariable('user_agents')[1 + cast(floor(draw(session.device, 'agent') * 12) as bigint)]
        end as user_agent,
        case when event in ('Checkout Started', 'Order Completed') then baskets.products end as products,
        cast(null as varchar) as namespace
    from delivered
    left join baskets on session.session_key = baskets.session_key
);
