-- A small published warehouse made of arithmetic alone: the same rows on every machine.
-- `shops` (namespace, first_day, last_day, has_clicks) is made by published.py before this runs; empty shops give empty marts.

create temp macro chance(key) as (md5_number_lower(key::varchar) % 1000000)::double / 1000000;

create temp table days as
select namespace, has_clicks, last_day, unnest(range(first_day, last_day + interval 1 day, interval 1 day))::date as day
from shops;

create table dim_products as
select
    namespace || ':P' || lpad(n::varchar, 5, '0') as product_id,
    namespace,
    'P' || lpad(n::varchar, 5, '0') as source_product_id,
    ['Oak', 'Linen', 'Copper', 'Meadow', 'Harbour', 'Velvet'][1 + n % 6] || ' '
        || ['lamp', 'mug', 'blanket', 'planter', 'notebook', 'clock', 'basket'][1 + n % 7] || ' No. ' || n as title,
    ['Home > Lighting', 'Kitchen > Mugs', 'Home > Textiles', 'Garden > Planters', 'Office > Paper',
        'Home > Clocks', 'Kitchen > Storage'][1 + n % 7] as category_path,
    ['Home', 'Kitchen', 'Home', 'Garden', 'Office', 'Home', 'Kitchen'][1 + n % 7] as category,
    ['Northfold', 'Larkspur', 'Quill & Co'][1 + n % 3] as brand,
    (4 + chance('price' || n) * 56)::decimal(18, 2) as price,
    'GBP' as currency,
    n % 11 <> 0 as is_in_stock,
    n % 5 = 0 as is_replenishable,
    null::varchar as image_url,
    first_day::timestamp as first_seen_at,
    last_day::timestamp as last_changed_at
from shops, range(1, 85) as numbers (n);

create temp table baskets as
select
    namespace,
    day,
    namespace || ':O' || row_number() over (order by namespace, day, slot) as order_id,
    floor(pow(chance(namespace || 'customer' || day || slot), 2) * 600)::int as customer_number,
    slot
from days, range(0, 40) as slots (slot)
where slot < 18 + 6 * sin(dayofyear(day) / 9.0) + if(isodow(day) > 5, 8, 0) + datediff('day', day, last_day) * -0.03 + 3;

create table fct_order_lines as
select
    order_id || '-' || line as order_line_id,
    namespace,
    order_id,
    if(customer_number % 17 = 16, null, namespace || ':C' || lpad(customer_number::varchar, 5, '0')) as customer_id,
    namespace || ':P' || lpad((1 + floor(pow(chance(order_id || 'product' || line), 1.6) * 84))::int::varchar, 5, '0') as product_id,
    null::varchar as charge_code,
    if(chance(order_id || 'return' || line) < 0.03, 'return', 'sale') as line_type,
    day + interval (8 + slot % 13) hour as ordered_at,
    day as order_date,
    (1 + floor(chance(order_id || 'units' || line) * 3))::bigint
        * if(chance(order_id || 'return' || line) < 0.03, -1, 1) as quantity,
    loaded_lines.*
from (select *, unnest(range(1, 2 + (slot % 3))) as line from baskets)
cross join (select 'United Kingdom' as country, timestamp '2026-01-01' as loaded_at) as loaded_lines;

alter table fct_order_lines add column unit_price decimal(18, 2);
alter table fct_order_lines add column line_amount_reporting decimal(18, 2);
update fct_order_lines
set unit_price = price, line_amount_reporting = quantity * price
from dim_products where dim_products.product_id = fct_order_lines.product_id;

create table fct_orders as
with

orders as (
    select
        order_id,
        namespace,
        customer_id,
        country,
        'GBP' as currency,
        min(ordered_at) as ordered_at,
        order_date,
        count(*) as line_count,
        sum(quantity) as unit_count,
        coalesce(sum(line_amount_reporting) filter (where quantity > 0), 0) as gross_revenue_reporting,
        sum(line_amount_reporting) as net_revenue_reporting
    from fct_order_lines
    group by all
)

select
    *,
    case when customer_id is not null then row_number() over (partition by customer_id order by ordered_at, order_id) end
        as order_number
from orders;

create table dim_customers as
select
    customer_id,
    namespace,
    split_part(customer_id, ':', 2) as source_customer_id,
    country,
    null::varchar as contact_hash,
    min(ordered_at) as first_seen_at,
    min(ordered_at) as first_ordered_at,
    max(ordered_at) as last_ordered_at
from fct_orders
where customer_id is not null
group by all;

create table daily_funnel as
select
    day as funnel_date,
    namespace,
    device_category,
    category,
    step_number,
    step_name,
    floor(base * size * rate * (1 + 0.2 * sin(dayofyear(day) / 5.0)))::bigint as session_count
from days
cross join (values ('mobile', 420), ('desktop', 260), ('tablet', 40)) as devices (device_category, base)
cross join (values ('all', 1.0), ('Home', 0.5), ('Kitchen', 0.4), ('Garden', 0.2), ('Office', 0.1)) as categories (category, size)
cross join (
    values (1, 'session', 1.0), (2, 'view_item', 0.62), (3, 'add_to_cart', 0.17), (4, 'begin_checkout', 0.08), (5, 'purchase', 0.034)
) as steps (step_number, step_name, rate)
where has_clicks;

create table daily_metrics as
with

lines as (
    select fct_order_lines.*, category, order_number
    from fct_order_lines
    inner join dim_products using (product_id)
    inner join fct_orders using (order_id)
),

segmented_lines as (
    select *, 'all' as segment_type, 'all' as segment_value from lines
    union all
    select *, 'category', category from lines
    union all
    select *, 'country', country from lines
    union all
    select *, 'customer_type', case when order_number = 1 then 'new' when order_number > 1 then 'returning' else 'unknown' end from lines
),

orders as (
    select
        namespace,
        order_date as metric_date,
        segment_type,
        segment_value,
        count(distinct order_id) as order_count,
        count(distinct customer_id) as customer_count,
        count(distinct customer_id) filter (where order_number = 1) as new_customer_count,
        sum(quantity) filter (where quantity > 0) as unit_count,
        coalesce(sum(line_amount_reporting) filter (where quantity > 0), 0) as gross_revenue,
        coalesce(-sum(line_amount_reporting) filter (where quantity < 0), 0) as returned_revenue,
        (count(*) * 21)::bigint as view_count
    from segmented_lines
    group by all
),

segmented_funnel as (
    select *, 'all' as segment_type, 'all' as segment_value from daily_funnel where category = 'all'
    union all
    select *, 'device_category', device_category from daily_funnel where category = 'all'
    union all
    select *, 'category', category from daily_funnel where category <> 'all'
),

sessions as (
    select
        namespace,
        funnel_date as metric_date,
        segment_type,
        segment_value,
        sum(session_count) filter (where step_name = 'session') as session_count,
        sum(session_count) filter (where step_name = 'view_item') as view_item_session_count,
        sum(session_count) filter (where step_name = 'add_to_cart') as add_to_cart_session_count,
        sum(session_count) filter (where step_name = 'begin_checkout') as checkout_session_count,
        sum(session_count) filter (where step_name = 'purchase') as converted_session_count
    from segmented_funnel
    group by all
)

select
    metric_date,
    namespace,
    segment_type,
    segment_value,
    if(segment_type = 'all', coalesce(session_count, 0), session_count)::bigint as session_count,
    if(segment_type = 'all', coalesce(session_count, 0) * 0.8, session_count * 0.8)::bigint as visitor_count,
    if(segment_type = 'all', coalesce(view_item_session_count, 0), view_item_session_count)::bigint as view_item_session_count,
    if(segment_type = 'all', coalesce(add_to_cart_session_count, 0), add_to_cart_session_count)::bigint as add_to_cart_session_count,
    if(segment_type = 'all', coalesce(checkout_session_count, 0), checkout_session_count)::bigint as checkout_session_count,
    if(segment_type = 'all', coalesce(converted_session_count, 0), converted_session_count)::bigint as converted_session_count,
    if(segment_type in ('all', 'category'), view_count, null) as view_count,
    order_count,
    customer_count,
    new_customer_count,
    unit_count::bigint as unit_count,
    gross_revenue,
    returned_revenue,
    gross_revenue - returned_revenue as net_revenue,
    gross_revenue / nullif(order_count, 0) as average_order_value,
    converted_session_count / nullif(session_count, 0) as conversion_rate,
    returned_revenue / nullif(gross_revenue, 0) as return_rate
from orders
full join sessions using (namespace, metric_date, segment_type, segment_value);

create table cart_abandonment as
select
    funnel_date as cart_date,
    namespace,
    device_category,
    session_count as cart_count,
    floor(session_count * 0.7)::bigint as abandoned_cart_count,
    (session_count * 24.5)::decimal(18, 4) as cart_value,
    (session_count * 16.5)::decimal(18, 4) as abandoned_cart_value,
    floor(session_count * 0.7) / session_count as abandonment_rate
from daily_funnel
where category = 'all' and step_name = 'add_to_cart';

create table search_terms as
select
    day as search_date,
    namespace,
    search_term,
    search_count,
    search_count as session_count,
    search_count - missed as with_result_count,
    missed as without_result_count,
    search_count - missed as clicked_count,
    0::bigint as converted_count,
    (search_count - missed) / search_count as click_through_rate,
    0.0::double as search_conversion_rate
from days
cross join (
    values ('oak lamp', 12::bigint, 0::bigint), ('teapot', 5, 5), ('velvet mug', 4, 1)
) as terms (search_term, search_count, missed)
where has_clicks;

create table daily_product_metrics as
select
    order_date as metric_date,
    namespace,
    product_id,
    (count(*) * 21)::bigint as view_count,
    (count(*) * 4)::bigint as add_to_cart_count,
    count(distinct order_id) as order_count,
    sum(quantity)::bigint as unit_count,
    sum(line_amount_reporting) as net_revenue
from fct_order_lines
group by all;

create table customer_cohorts as
with

firsts as (
    select customer_id, namespace, date_trunc('month', min(order_date))::date as cohort_month
    from fct_orders
    where customer_id is not null
    group by all
),

sizes as (
    select namespace, cohort_month, count(*) as cohort_size
    from firsts
    group by all
)

select
    fct_orders.namespace,
    firsts.cohort_month,
    datediff('month', firsts.cohort_month, order_date) as months_since_first_order,
    cohort_size,
    count(distinct customer_id) as active_customer_count,
    count(distinct customer_id) / cohort_size as retention_rate,
    sum(net_revenue_reporting) as net_revenue
from fct_orders
inner join firsts using (customer_id)
inner join sizes on sizes.namespace = fct_orders.namespace and sizes.cohort_month = firsts.cohort_month
group by 1, 2, 3, 4;

create table customer_rfm as
with

totals as (
    select
        customer_id,
        namespace,
        country,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at,
        datediff('day', max(ordered_at), (select max(ordered_at) from fct_orders)) as recency_days,
        count(*) as order_count,
        sum(net_revenue_reporting) as net_revenue
    from fct_orders
    where customer_id is not null
    group by customer_id, namespace, country
),

scored as (
    select
        *,
        ntile(5) over (partition by namespace order by recency_days desc, customer_id) as recency_score,
        ntile(5) over (partition by namespace order by order_count, customer_id) as frequency_score,
        ntile(5) over (partition by namespace order by net_revenue, customer_id) as monetary_score
    from totals
)

select
    *,
    case
        when recency_score >= 4 and frequency_score >= 4 then 'Champions'
        when recency_score >= 3 and frequency_score >= 3 then 'Loyal'
        when recency_score >= 4 then 'New'
        when recency_score <= 2 and frequency_score >= 3 then 'At risk'
        else 'Hibernating'
    end as segment
from scored;

create table objective_status (
    objective_id varchar, metric varchar, namespace varchar, segment_type varchar, segment_value varchar,
    target_value double, direction varchar, actual_value double, window_days bigint, status varchar, owner varchar,
    due_date date, data_product varchar, decision_served varchar, exposure varchar
);
insert into objective_status
select * from (
    values
    ('weekly_revenue', 'net_revenue', 'sample_shop', null, null, 9000.0, 'at_least', 10250.5, 7, 'met', 'Head of trade',
        date '2026-12-31', 'daily_metrics', 'How much stock to commit to', 'dashboard_today'),
    ('conversion', 'conversion_rate', 'sample_shop', 'device_category', 'mobile', 0.04, 'at_least', 0.034, 28, 'missed', 'Head of web',
        date '2026-12-31', 'daily_funnel', 'Where to spend design time', 'dashboard_behaviour'),
    ('returns', 'return_rate', 'online_retail', null, null, 0.05, 'at_most', null, 28, 'no_data', 'Operations',
        date '2026-12-31', 'daily_metrics', 'Which suppliers to review', 'dashboard_products')
) as objectives (a, b, namespace, d, e, f, g, h, i, j, k, l, m, n, o)
where namespace in (select shops.namespace from shops);

create table recommendations as
with

candidates as (
    select
        customer_id,
        namespace,
        product_id,
        chance(customer_id || product_id) as score,
        row_number() over (partition by customer_id order by chance(customer_id || product_id) desc, product_id) as rank
    from dim_customers
    inner join dim_products using (namespace)
    where is_in_stock
)

select
    customer_id,
    namespace,
    rank,
    product_id,
    score,
    if(rank % 2 = 1, 'You bought this before, and it is about time again.', 'Often bought with things you have.') as reason,
    if(rank % 2 = 1, 'replenish', 'bought_together') as reason_code,
    null::varchar as reason_product_id,
    'fixture-model' as model_version
from candidates
where rank <= 10;

create table similar_products as
with

pairs as (
    select
        base.product_id,
        base.namespace,
        other.product_id as similar_product_id,
        chance(base.product_id || other.product_id) as score,
        row_number() over (
            partition by base.product_id order by chance(base.product_id || other.product_id) desc, other.product_id
        ) as rank
    from dim_products as base
    inner join dim_products as other on base.namespace = other.namespace and base.product_id <> other.product_id
)

select product_id, namespace, rank, similar_product_id, score, 'Bought by the same customers.' as reason
from pairs
where rank <= 8;

create table popular_products as
select
    namespace,
    'all' as segment_type,
    'all' as segment,
    row_number() over (partition by namespace order by count(distinct customer_id) desc, product_id) as rank,
    product_id,
    count(distinct customer_id)::double as score,
    count(distinct customer_id) as buyer_count
from fct_order_lines
group by namespace, product_id
qualify rank <= 20;

create table recommendation_scores as
select
    'fixture-model' as model_version,
    model_name,
    role,
    namespace,
    slice,
    metric,
    k::bigint as k,
    base * slice_factor * metric_factor as value,
    base * slice_factor * metric_factor - 0.008 as lower_bound,
    base * slice_factor * metric_factor + 0.008 as upper_bound,
    1200::bigint as customer_count,
    last_day::timestamp as trained_at
from shops
cross join (
    values ('two_stage', 'ours', 0.38), ('personal_top_frequency', 'baseline', 0.35), ('popularity', 'baseline', 0.12)
) as models (model_name, role, base)
cross join (values ('all', 1.0), ('new', 0.3), ('cold', 0.2)) as slices (slice, slice_factor)
cross join (values ('ndcg', 1.0), ('recall', 1.2), ('hit_rate', 1.7), ('mrr', 1.1)) as metrics (metric, metric_factor)
cross join (values (10), (20)) as lengths (k);

create table recommendation_performance as
with

segments as (
    select 'all' as segment_type, 'all' as segment_value, 8 as product_count
    union all
    select 'position', n::varchar, 1 from range(1, 9) as positions (n)
),

shown as (
    select
        day as impression_date,
        namespace,
        placement,
        segment_type,
        segment_value,
        (60 + 40 * chance(namespace || day || placement))::bigint as list_count,
        product_count,
        if(segment_type = 'position', 0.12 / segment_value::int, 0.04) as rate
    from days
    cross join (values ('home'), ('product'), ('cart')) as placements (placement)
    cross join segments
    where has_clicks and day > last_day - 40
)

select
    impression_date,
    namespace,
    placement,
    segment_type,
    segment_value,
    list_count,
    list_count * product_count as impression_count,
    floor(list_count * product_count * rate)::bigint as click_count,
    floor(list_count * 0.01)::bigint as dismissal_count,
    floor(list_count * 0.03)::bigint as converted_list_count,
    floor(list_count * 0.03)::bigint as attributed_order_count,
    (floor(list_count * 0.03) * 31.5)::decimal(18, 4) as attributed_revenue,
    floor(list_count * 0.01)::bigint as view_through_order_count,
    (floor(list_count * 0.01) * 20)::decimal(18, 4) as view_through_revenue,
    floor(list_count * product_count * rate) / (list_count * product_count) as click_through_rate,
    floor(list_count * 0.03) / list_count as list_conversion_rate,
    floor(list_count * 0.03) * 31.5 / list_count as revenue_per_list
from shown;

create table experiment_results as
select
    'home_shelf' as experiment_name,
    namespace,
    metric,
    arm,
    metric_role,
    arm as strategy,
    'device' as unit,
    if(arm = 'popular', 'control', verdict) as verdict,
    4100::bigint as unit_count,
    21::bigint as day_count,
    if(arm = 'popular', base, base + difference) as metric_value,
    if(arm = 'popular', null, difference) as difference,
    if(arm = 'popular', null, difference - error) as lower_bound,
    if(arm = 'popular', null, difference + error) as upper_bound,
    if(arm = 'popular', null, difference / base) as relative_lift,
    if(arm = 'popular', null, 0.01) as p_value,
    if(arm = 'popular', null, error * 1.43) as minimum_detectable_difference,
    0.42::double as sample_ratio_p_value,
    arm = 'popular' as is_control,
    last_day - 20 as starts_on,
    null::date as ends_on
from shops
cross join (values ('popular'), ('trained')) as arms (arm)
cross join (
    values
    ('click_through_rate', 'decision', 0.041, 0.012, 0.006, 'better'),
    ('conversion_rate', 'guardrail', 0.052, 0.001, 0.009, 'no difference found'),
    ('revenue_per_unit', 'guardrail', 2.31, 0.08, 0.4, 'no difference found')
) as metrics (metric, metric_role, base, difference, error, verdict)
where has_clicks;

create table row_accounting as
select
    namespace as source_name,
    table_name,
    12::bigint as file_count,
    rows_landed::bigint as row_count,
    (rows_landed - 120)::bigint as fact_count,
    90::bigint as duplicate_count,
    30::bigint as quarantined_count,
    0::bigint as superseded_count,
    0::bigint as unaccounted_count
from shops
cross join (values ('orders', 8200), ('order_lines', 21400)) as tables (table_name, rows_landed);

create table quarantined_rows as
select
    namespace as source_name,
    'order_lines' as table_name,
    if(n % 3 = 0, 'negative_price', 'unknown_product') as reason,
    'order_lines/dt=2026-01-01/part.parquet' as landing_file,
    'orders.csv' as source_file,
    n as source_row,
    'unit_price = -' || n as detail,
    timestamp '2026-01-01' as loaded_at
from shops, range(1, 31) as numbers (n);

create table table_freshness as
select
    source_name,
    table_name,
    row_count,
    last_day + interval 22 hour as latest_occurred_at,
    last_day + interval 26 hour as latest_loaded_at
from row_accounting
inner join shops on row_accounting.source_name = shops.namespace;

create table daily_volume as
select order_date as volume_date, namespace as source_name, 'order_lines' as table_name, count(*) as row_count
from fct_order_lines
group by all
union all
select order_date, namespace, 'orders', count(*)
from fct_orders
group by all;
