-- Draws that depend on nothing but the seed, a key and a purpose: any day can be made by itself, in any order, on any
-- number of threads. The outer hash is needed: DuckDB combines the hashes of several values with xor, so that draws of
-- one key for two purposes would be related.

create or replace macro draw(key, purpose) as
    (hash(hash(key, purpose, getvariable('seed'))) >> 11) / 9007199254740992.0;

create or replace macro exponential(u, mean) as -ln(1.0 - u) * mean;

-- Rank 0, 1, … of n things whose popularity falls as 1 / (rank + flatness), by inversion of Zipf and Mandelbrot's law.
create or replace macro zipf(u, n, flatness) as
    least(n - 1, cast(floor(flatness * pow((n + flatness) / flatness, u) - flatness) as bigint));

create or replace macro day_start(day) as
    getvariable('first_date') + to_days(cast(day as integer));

-- Seconds from midnight: few at night, a hill at noon and a higher one in the evening.
create or replace macro second_of_day(u_hour, u_second) as
    3600 * list_position(
        [18, 27, 33, 37, 41, 47, 60, 88, 134, 188, 244, 302, 362, 418, 469, 517, 565, 617, 680, 758, 844, 922, 972, 1001],
        list_filter(
            [18, 27, 33, 37, 41, 47, 60, 88, 134, 188, 244, 302, 362, 418, 469, 517, 565, 617, 680, 758, 844, 922, 972, 1001],
            lambda reached: reached > 1000 * u_hour
        )[1]
    ) - 3600 + cast(floor(3600 * u_second) as bigint);

create or replace macro weekday_share(day) as
    case day % 7 when 4 then 0.99 when 5 then 1.03 when 6 then 1.06 else 0.98 end;

-- Categories are unequal, and so are the products of one; a session stays with its theme three times in four.
create or replace macro product_in_session(session_key, theme, step) as
    case
        when draw(session_key * 1000 + step, 'stray') < 0.75
            then theme * 100 + zipf(draw(session_key * 1000 + step, 'product'), 100, 3)
        else zipf(draw(session_key * 1000 + step, 'category'), getvariable('category_count'), 8) * 100
            + zipf(draw(session_key * 1000 + step, 'product'), 100, 3)
    end;

create or replace macro product_name(product) as 'P' || lpad(cast(product as varchar), 6, '0');

create or replace macro price_of(product) as
    cast(round(3 + 140 * pow(draw(product, 'price'), 3), 2) as decimal(18, 2));

-- The nth event of a session. A pause of more than 30 minutes makes two sessions of it.
create or replace macro moment(session, step) as
    day_start(session.day) + to_microseconds(cast(
        1000000 * (
            session.start_second
            + (step + draw(session.session_key * 1000 + step, 'moment')) * session.pace_seconds
            + case when step >= session.pause_at then session.pause_seconds else 0 end
        ) as bigint
    ));
