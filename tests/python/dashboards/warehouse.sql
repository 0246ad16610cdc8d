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

create table dim_reporting_currency as
select 'GBP' as reporting_currency;

create table dim_product_versions as
select
    product_id,
    namespace,
    title,
    category_path,
    category,
    brand,
    (price * if(version = 1, 1.2, 1))::decimal(18, 2) as price,
    currency,
    is_in_stock,
    version = 2 as is_current,
    if(version = 1, first_seen_at, first_seen_at + interval 40 day) as valid_from,
    if(version = 1, first_seen_at + interval 40 day, null) as valid_to
from dim_products
cross join (values (1), (2)) as versions (version);

create table basket_affinity as
with

bought as (
    select distinct namespace, order_id, product_id
    from fct_order_lines
    where quantity > 0
),

baskets as (
    select namespace, count(distinct order_id) as basket_count from bought group by namespace
),

products as (
    select product_id, count(*) as product_order_count from bought group by product_id
),

pairs as (
    select
        one.namespace,
        one.product_id,
        other.product_id as other_product_id,
        count(*) as order_count
    from bought as one
    inner join bought as other on one.order_id = other.order_id and one.product_id <> other.product_id
    group by all
    having count(*) >= 5
)

select
    pairs.namespace,
    pairs.product_id,
    row_number() over (partition by pairs.product_id order by pairs.order_count desc, other_product_id) as rank,
    other_product_id,
    order_count,
    one.product_order_count,
    other.product_order_count as other_product_order_count,
    basket_count,
    order_count / basket_count as support,
    order_count / one.product_order_count as confidence,
    1.0 + chance(pairs.product_id || other_product_id) as lift
from pairs
inner join baskets on pairs.namespace = baskets.namespace
inner join products as one on pairs.product_id = one.product_id
inner join products as other on pairs.other_product_id = other.product_id;

create table daily_paths as
select
    day as path_date,
    namespace,
    from_step,
    to_step,
    floor(weight * (1 + 0.2 * sin(dayofyear(day) / 5.0)))::bigint as transition_count
from days
cross join (
    values
    ('start', 'view_item_list', 400), ('start', 'view_item', 200), ('start', 'search', 120),
    ('view_item_list', 'view_item', 380), ('view_item_list', 'search', 40), ('view_item_list', 'end', 90),
    ('search', 'view_item', 110), ('search', 'end', 50), ('view_item', 'view_item_list', 130),
    ('view_item', 'add_to_cart', 120), ('view_item', 'end', 420), ('add_to_cart', 'begin_checkout', 60),
    ('add_to_cart', 'end', 60), ('begin_checkout', 'purchase', 25), ('begin_checkout', 'end', 35), ('purchase', 'end', 25)
) as steps (from_step, to_step, weight)
where has_clicks;

create table daily_traffic as
select
    funnel_date as traffic_date,
    namespace,
    traffic_source,
    step_number,
    step_name,
    floor(session_count * share)::bigint as session_count
from daily_funnel
cross join (values ('untagged', 0.7), ('newsletter', 0.2), ('google ads', 0.1)) as sources (traffic_source, share)
where category = 'all' and device_category = 'mobile';

create table recommendation_coverage as
with

listed as (
    select product_id, count(*) as place_count from recommendations group by product_id
),

sold as (
    select product_id, count(distinct order_id) as order_count from fct_order_lines group by product_id
),

products as (
    select
        dim_products.*,
        coalesce(place_count, 0) as place_count,
        coalesce(order_count, 0) as order_count,
        ntile(10) over (partition by namespace order by coalesce(order_count, 0) desc, dim_products.product_id) as tenth
    from dim_products
    left join listed using (product_id)
    left join sold using (product_id)
    where is_in_stock
),

segmented as (
    select *, 'all' as segment_type, 'all' as segment_value from products
    union all
    select *, 'category', category from products
    union all
    select *, 'popularity', tenth::varchar from products
)

select
    namespace,
    segment_type,
    segment_value,
    count(*) as product_count,
    count(*) filter (where place_count > 0) as recommended_product_count,
    sum(place_count)::bigint as place_count,
    sum(order_count)::bigint as order_count,
    count(*) filter (where place_count > 0) / count(*) as coverage_rate,
    sum(place_count) / any_value(places) as place_share,
    sum(order_count) / any_value(orders) as order_share
from segmented
inner join (select namespace, sum(place_count) as places, sum(order_count) as orders from products group by namespace) as totals
    using (namespace)
group by namespace, segment_type, segment_value;

create table category_trends as
select
    date_trunc('week', metric_date)::date as week_start_date,
    namespace,
    segment_value as category,
    count(distinct metric_date) = 7 as is_complete,
    sum(net_revenue) as net_revenue,
    sum(unit_count) as unit_count
from daily_metrics
where segment_type = 'category'
group by all;

create table daily_anomalies as
with

watched as (
    select
        metric_date,
        namespace,
        metric,
        observed_value,
        day_number = 3 and metric = 'net_revenue' as is_low
    from (
        select
            metric_date,
            namespace,
            datediff('day', metric_date, max(metric_date) over (partition by namespace)) as day_number,
            net_revenue::double as net_revenue,
            order_count::double as order_count,
            average_order_value
        from daily_metrics
        where segment_type = 'all'
    )
    unpivot (observed_value for metric in (net_revenue, order_count, average_order_value))
)

select
    metric_date,
    namespace,
    null::varchar as source_name,
    'daily_metrics' as table_name,
    null::varchar as column_name,
    'all' as segment_type,
    'all' as segment_value,
    metric,
    observed_value,
    observed_value * if(is_low, 3, 1.02) as expected_value,
    observed_value * if(is_low, 2, 0.8) as lower_value,
    observed_value * if(is_low, 4, 1.25) as upper_value,
    if(is_low, -7.4, 0.3) as score,
    8::bigint as baseline_day_count,
    'history' as compared_with,
    null::varchar as event_name,
    false as is_marked,
    is_low as is_anomaly,
    if(is_low, 'critical', 'none') as severity,
    namespace as scope,
    if(is_low, namespace || ':' || metric_date, null) as incident_id
from watched;

create table anomaly_incidents as
select
    incident_id,
    scope,
    metric_date as first_date,
    metric_date as last_date,
    severity,
    'whole_shop' as cause,
    null::varchar as event_name,
    3::bigint as series_count,
    3::bigint as alarm_count,
    metric_date,
    namespace,
    source_name,
    table_name,
    column_name,
    segment_type,
    segment_value,
    metric,
    observed_value,
    expected_value,
    score
from daily_anomalies
where is_anomaly;

create table hourly_requests as
select
    last_day + to_hours(n::int) as hour_start,
    route,
    (400 + 200 * sin(n / 4.0))::bigint as request_count,
    (n % 5)::bigint as client_error_count,
    if(n = 30, 12, 0)::bigint as server_error_count,
    0.005 as median_seconds_up_to,
    if(n = 30, 0.25, 0.025) as p99_seconds_up_to
from shops, range(-48, 1) as numbers (n)
cross join (values ('/v1/recommendations'), ('/v1/similar')) as routes (route)
where has_clicks;

create table hourly_recommendation_lists as
select
    hour_start,
    'home' as placement,
    '' as variant,
    if(request_count % 3 = 0, 'popular', '') as fallback,
    request_count as list_count
from hourly_requests;

create table category_forecasts as
with

weeks as (
    select namespace, category, max(week_start_date) filter (where is_complete) as last_week
    from category_trends
    group by all
    union all
    select namespace, 'all', max(week_start_date) filter (where is_complete)
    from category_trends
    group by namespace
)

select
    namespace,
    category,
    metric,
    last_week + (7 * n)::int as week_start_date,
    n as week_number,
    base * if(category = 'all', 5, 1) as forecast_value,
    base * if(category = 'all', 5, 1) * 0.8 as lower_80,
    base * if(category = 'all', 5, 1) * 1.2 as upper_80,
    base * if(category = 'all', 5, 1) * 0.6 as lower_95,
    base * if(category = 'all', 5, 1) * 1.5 as upper_95,
    'two_stage' as model_name,
    'fixture-forecast' as model_version,
    last_week + 6 as trained_until
from weeks
cross join range(1, 5) as numbers (n)
cross join (values ('net_revenue', 2400.0), ('unit_count', 90.0)) as metrics (metric, base);

create table product_forecasts as
select
    product_id,
    namespace,
    'unit_count' as metric,
    last_changed_at::date + (7 * n)::int as week_start_date,
    n as week_number,
    4.0 + chance(product_id) * 9 as forecast_value,
    2.0 as lower_80,
    14.0 as upper_80,
    1.0 as lower_95,
    17.0 as upper_95,
    'two_stage' as model_name,
    'fixture-forecast' as model_version,
    last_changed_at::date as trained_until
from dim_products
cross join range(1, 5) as numbers (n);

create table customer_predictions as
select
    customer_id,
    namespace,
    country,
    segment,
    recency_days as days_since_last_order,
    order_count,
    net_revenue,
    chance(customer_id) as purchase_probability,
    30::bigint as purchase_window_days,
    (1 - chance(customer_id)) * 0.9 as lapse_probability,
    chance(customer_id) * 120 as expected_value,
    0.0 as value_lower_80,
    chance(customer_id) * 260 as value_upper_80,
    90::bigint as value_window_days,
    case when chance(customer_id) > 0.5 then 'likely_to_buy' when chance(customer_id) > 0.2 then 'may_buy' else 'likely_to_lapse' end
        as outlook,
    'fixture-forecast' as model_version,
    first_ordered_at::date as trained_until
from customer_rfm;

create table forecast_backtests as
select
    namespace,
    category,
    metric,
    week_start_date - 7 as cutoff_date,
    week_start_date,
    n as week_number,
    value as actual_value,
    value * 1.05 as forecast_value,
    value * 1.2 as seasonal_naive_value,
    value * 0.8 as lower_80,
    value * 1.3 as upper_80,
    value * 0.6 as lower_95,
    value * 1.6 as upper_95,
    'two_stage' as model_name,
    'fixture-forecast' as model_version
from (
    select
        week_start_date,
        namespace,
        category,
        net_revenue::double as net_revenue,
        unit_count::double as unit_count
    from (
        select week_start_date, namespace, category, net_revenue, unit_count from category_trends where is_complete
        union all
        select week_start_date, namespace, 'all', sum(net_revenue), sum(unit_count)
        from category_trends
        where is_complete
        group by all
    )
)
unpivot (value for metric in (net_revenue, unit_count))
cross join range(1, 5) as numbers (n);

create table forecast_scores as
select
    'fixture-forecast' as model_version,
    namespace,
    subject,
    metric,
    0::bigint as week_number,
    model_name,
    if(model_name = 'seasonal_naive', 'baseline', 'model') as role,
    model_name <> 'seasonal_naive' as is_served,
    measure,
    if(model_name = 'seasonal_naive', 1.0, 0.7) as value,
    0.6 as lower_bound,
    1.1 as upper_bound,
    if(model_name = 'seasonal_naive' and measure = 'scaled_error', 0.3, null) as gain,
    if(model_name = 'seasonal_naive' and measure = 'scaled_error', 0.1, null) as gain_lower_bound,
    if(model_name = 'seasonal_naive' and measure = 'scaled_error', 0.5, null) as gain_upper_bound,
    12::bigint as sample_count,
    8::bigint as cutoff_count
from shops
cross join (values ('category', 'net_revenue'), ('category', 'unit_count'), ('product', 'unit_count')) as subjects (subject, metric)
cross join (values ('two_stage'), ('seasonal_naive')) as models (model_name)
cross join (values ('scaled_error'), ('coverage_80')) as measures (measure);

create table forecast_status as
select
    namespace,
    subject,
    metric,
    status,
    if(status = 'not_enough_history', null, 'two_stage') as model_name,
    reason,
    'fixture-forecast' as model_version,
    last_day::timestamp as trained_at,
    if(status = 'not_enough_history', null, last_day) as trained_until,
    17::bigint as history_week_count
from shops
cross join (
    values
    ('category', 'net_revenue', 'model', 'Better than every baseline in the back-test.'),
    ('category', 'unit_count', 'baseline', 'Seasonal naive was not beaten.'),
    ('product', 'unit_count', 'model', 'Better than every baseline in the back-test.'),
    ('customer', 'purchase', 'model', 'Better than every baseline in the back-test.')
) as subjects (subject, metric, status, reason);
