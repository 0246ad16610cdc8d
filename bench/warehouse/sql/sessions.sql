-- Visits that begin on the days from `from_day` to `until_day`: one row a visit, with all that its events follow from.
create or replace macro sessions_of(from_day, until_day) as table (
    with

    days as (

        select unnest(range(from_day, until_day + 1)) as day

    ),

    people as (

        select
            day,
            'person' as kind,
            unnest(range(cast(getvariable('sessions_per_day') * weekday_share(day) as bigint))) as number
        from days

    ),

    crawlers as (

        -- they say what they are
        select
            day,
            'crawler' as kind,
            unnest(range(500000, 500000 + getvariable('sessions_per_day') // 500)) as number
        from days

    ),

    scripts as (

        -- Two a day that say nothing. They looked around as people do on each of the three days before: the last digit
        -- of `number` counts the days until the attack.
        select
            day,
            'script' as kind,
            unnest([600000, 600001, 600002, 600003, 600010, 600011, 600012, 600013]) as number
        from days

    ),

    visits as (

        select
            *,
            day * 1000000 + number as session_key
        from (
            select * from people
            union all
            select * from crawlers
            union all
            select * from scripts
        )

    ),

    -- People are new, back after some days, or regulars. Regulars are numbered from 0, others by the day they first came.
    with_devices as (

        select
            *,
            case
                when kind = 'crawler' then 900000000 + number % 20
                when kind = 'script' then 910000000 + 10 * (day + number % 10) + number // 10 % 10
                when draw(session_key, 'visitor') < 0.35 then (day + 1000) * 1000000 + number
                when draw(session_key, 'visitor') < 0.65
                    then
                        (
                            day + 1000 - 1
                            - least(60, cast(exponential(draw(session_key, 'days since'), 9) as bigint))
                        ) * 1000000
                        + cast(floor(getvariable('sessions_per_day') * pow(draw(session_key, 'device'), 2.5)) as bigint)
                else cast(
                    floor(1.2 * getvariable('sessions_per_day') * pow(draw(session_key, 'device'), 1.5)) as bigint
                )
            end as device
        from visits

    ),

    with_accounts as (

        select
            *,
            kind = 'script' and number % 10 = 0 as is_attack,
            case
                when kind <> 'person' then null
                when device < 900000000 and draw(device // 2, 'account') < 0.6 then device // 2
                when device > 930000000 and device % 1000000 < 0.04 * getvariable('sessions_per_day') then device
            end as account
        from with_devices

    ),

    with_intents as (

        select
            *,
            kind = 'person' and draw(session_key, 'orders') < case when account is null then 0.01 else 0.04 end
                as is_order,
            draw(session_key, 'abandons') < 0.03 as is_abandoned
        from with_accounts

    ),

    final as (

        select
            session_key,
            day,
            kind,
            device,
            account,
            is_order,
            is_abandoned,
            is_attack,
            account is not null and (is_order or draw(session_key, 'logs in') < 0.4) as is_logged_in,
            -- a device in the family: now and then somebody else logs in
            case
                when draw(session_key, 'borrowed') < 0.02 and account < 900000000
                    and draw(account + 1, 'account') < 0.6 then account + 1
                else account
            end as customer,
            zipf(draw(session_key, 'theme'), getvariable('category_count'), 8) as theme,
            second_of_day(draw(session_key, 'hour'), draw(session_key, 'second')) as start_second,
            case
                when is_attack then 0.5 + 2 * draw(session_key, 'pace')
                when kind = 'crawler' then 2 + 8 * draw(session_key, 'pace')
                else 8 + exponential(draw(session_key, 'pace'), 30)
            end as pace_seconds,
            case when draw(session_key, 'pauses') < 0.03 then 1 + cast(draw(session_key, 'pause at') * 8 as bigint) end
                as pause_at,
            1900 + exponential(draw(session_key, 'pause'), 5400) as pause_seconds,
            case
                when is_attack then 150 + cast(250 * draw(session_key, 'length') as bigint)
                when kind = 'crawler' then 20 + cast(60 * draw(session_key, 'length') as bigint)
                else greatest(
                    case when is_order then 6 else 1 end,
                    least(90, 1 + cast(floor(exponential(draw(session_key, 'length'), 6.9)) as bigint))
                )
            end as event_count,
            md5('device ' || device) as anonymous_id,
            ['GB', 'GB', 'GB', 'GB', 'DE', 'FR', 'NL', 'IE', 'US', 'ES'][1 + cast(floor(10 * draw(coalesce(account, device), 'country')) as bigint)]
                as country
        from with_intents

    )

    select * from final
);

-- Lines of the orders of these visits: what was looked at before the checkout.
create or replace macro order_lines_of(sessions_table) as table (
    with

    numbered as (

        select
            sessions,
            unnest(range(least(sessions.event_count - 4, 6, 1 + cast(exponential(draw(session_key, 'lines'), 1.3) as bigint))))
                as line
        from query_table(sessions_table) as sessions
        where is_order

    )

    select
        sessions.session_key as session_key,
        line,
        sessions.day as day,
        moment(sessions, sessions.event_count - 1) as ordered_at,
        product_in_session(sessions.session_key, sessions.theme, sessions.event_count - 3 - line) as product,
        1 + cast(exponential(draw(sessions.session_key * 1000 + line, 'quantity'), 0.45) as bigint) as quantity
    from numbered
);
