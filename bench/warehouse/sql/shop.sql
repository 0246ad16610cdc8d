-- What the shop's database exports on the night of a day, every column text.

-- The whole catalogue on the first night; after that each product whose price or stock changed, one in 200.
create or replace macro products_on(day) as table (
    with

    products as (

        select unnest(range(getvariable('category_count') * 100)) as product

    ),

    exported as (

        select
            *,
            draw(product * 10000 + day, 'changed') as u
        from products
        where day = 0 or draw(product * 10000 + day, 'changed') < 0.005

    )

    select
        product_name(product) as product_id,
        'Product ' || product % 100 || ' of category ' || product // 100 as title,
        'Department ' || product // 1000 || ' > Category ' || product // 100 as category_path,
        'Brand ' || product % 37 as brand,
        cast(cast(round(
            price_of(product) * case when day = 0 then 1 else 0.8 + 0.4 * draw(product * 10000 + day, 'price') end, 2
        ) as decimal(18, 2)) as varchar) as price,
        'GBP' as currency,
        cast(draw(product * 10000 + day, 'stock') < 0.97 as varchar) as in_stock,
        cast(product // 100 % 4 = 0 as varchar) as is_replenishable,
        cast(null as varchar) as image_url,
        strftime(day_start(day) + interval 3 hour, '%Y-%m-%d %H:%M:%S') as updated_at
    from exported
);

-- Accounts are opened on the day the device first comes; those of regulars, and of the weeks before, are old.
create or replace macro customers_on(day) as table (
    with

    regulars as (

        select distinct device // 2 as account
        from (select unnest(range(cast(1.2 * getvariable('sessions_per_day') as bigint) + 2)) as device)
        where day = 0 and draw(device // 2, 'account') < 0.6

    ),

    first_days as (

        select unnest(range(case when day = 0 then -61 else day end, day + 1)) as first_day

    ),

    newcomers as (

        select (first_day + 1000) * 1000000 + unnest(range(cast(0.04 * getvariable('sessions_per_day') as bigint) + 1))
            as account
        from first_days

    ),

    accounts as (

        select * from regulars
        union all
        select * from newcomers

    )

    select
        'C' || account as customer_id,
        strftime(
            case
                when account > 930000000 then day_start(account // 1000000 - 1000)
                else day_start(-30 - cast(draw(account, 'opened') * 700 as bigint))
            end + interval 1 minute,
            '%Y-%m-%d %H:%M:%S'
        ) as created_at,
        ['GB', 'GB', 'GB', 'GB', 'DE', 'FR', 'NL', 'IE', 'US', 'ES'][1 + cast(floor(10 * draw(account, 'country')) as bigint)]
            as country,
        sha256('customer' || account || '@example.org') as contact_hash,
        strftime(day_start(day) + interval 1 minute, '%Y-%m-%d %H:%M:%S') as updated_at
    from accounts
);

-- Orders of the day, and one in twenty of the day before again, in a new version.
create or replace macro orders_on(day, sessions_table) as table (
    with

    exported as (

        select
            sessions,
            moment(sessions, sessions.event_count - 1) as ordered_at,
            sessions.day <> day as is_new_version
        from query_table(sessions_table) as sessions
        where is_order and (sessions.day = day or (sessions.day = day - 1 and draw(session_key, 'new version') < 0.05))

    )

    select
        'O' || sessions.session_key as order_id,
        case when sessions.is_logged_in then 'C' || sessions.customer end as customer_id,
        sessions.anonymous_id as device_id,
        strftime(ordered_at, '%Y-%m-%d %H:%M:%S.%f') as ordered_at,
        sessions.country as country,
        'GBP' as currency,
        cast(draw(sessions.session_key, 'test order') < 0.002 as varchar) as is_test,
        strftime(ordered_at + case when is_new_version then interval 12 hour else interval 0 hour end, '%Y-%m-%d %H:%M:%S.%f')
            as updated_at
    from exported
);

-- Lines of the day's orders, and what is returned of those of five to twelve days ago, as lines of their own.
create or replace macro order_lines_on(day, order_lines_table) as table (
    with

    exported as (

        select
            *,
            false as is_return
        from query_table(order_lines_table) as order_lines
        where order_lines.day = day
        union all
        select
            *,
            true as is_return
        from query_table(order_lines_table) as order_lines
        where
            draw(session_key * 1000 + line, 'returned') < 0.06
            and order_lines.day + 5 + cast(floor(8 * draw(session_key * 1000 + line, 'return day')) as bigint) = day

    )

    select
        'O' || session_key || '-' || line || case when is_return then '-R' else '' end as order_line_id,
        'O' || session_key as order_id,
        product_name(product) as product_id,
        strftime(case when is_return then day_start(day) + interval 10 hour else ordered_at end, '%Y-%m-%d %H:%M:%S.%f')
            as occurred_at,
        cast(case when is_return then -quantity else quantity end as varchar) as quantity,
        cast(price_of(product) as varchar) as unit_price,
        'GBP' as currency,
        strftime(case when is_return then day_start(day) + interval 10 hour else ordered_at end, '%Y-%m-%d %H:%M:%S.%f')
            as updated_at
    from exported
);
