-- A published warehouse of $products products and $customers customers: what the recommendation API reads.
create table dim_products as
select
    printf('shop:P%05d', number) as product_id,
    'shop' as namespace,
    'Product ' || number || ' of the shelf ' || number % 500 as title,
    'Department ' || number % 40 || ' > Shelf ' || number % 500 as category_path,
    'Department ' || number % 40 as category,
    cast(5 + hash(number) % 20000 / 100.0 as decimal(18, 4)) as price,
    'EUR' as currency,
    cast(null as varchar) as image_url,
    true as is_in_stock
from range($products) as numbers (number);

-- One in twenty may not be shown: in every list there is something to leave out.
create table product_offers as
select product_id, namespace, hash(product_id) % 20 <> 0 as is_offered
from dim_products;

create table recommendation_rules as
select 'category_cap' as rule_name, cast(5 as bigint) as rule_value;

create table dim_customers as
select
    printf('shop:C%06d', number) as customer_id,
    'shop' as namespace,
    ['DE', 'FR', 'GB', 'IT', null][1 + number % 5] as country
from range($customers) as numbers (number);

create table withheld_products as
select distinct
    printf('shop:C%06d', number) as customer_id,
    printf('shop:P%05d', hash(number, 'list', place) % $products) as product_id
from range($customers) as numbers (number), range(1, 3) as places (place);

create table recommendations as
select
    customer_id,
    'shop' as namespace,
    row_number() over (partition by customer_id order by place) as rank,
    product_id,
    0.5 / place as score,
    case place % 3
        when 0 then 'You looked at this recently'
        when 1 then 'Popular in Department ' || place
        else 'Often bought together with Product ' || hash(product_id) % $products
    end as reason
from (
    select
        printf('shop:C%06d', number) as customer_id,
        printf('shop:P%05d', hash(number, 'list', place) % $products) as product_id,
        min(place) as place
    from range($customers) as numbers (number), range(1, 25) as places (place)
    group by all
);

create table similar_products as
select
    product_id,
    'shop' as namespace,
    row_number() over (partition by product_id order by place) as rank,
    similar_product_id,
    1.0 / (1 + place) as score,
    'Often viewed together' as reason
from (
    select
        printf('shop:P%05d', number) as product_id,
        printf('shop:P%05d', (number + 500 * place) % $products) as similar_product_id,
        place
    from range($products) as numbers (number), range(1, 21) as places (place)
);

create table basket_affinity as
select
    namespace,
    product_id,
    rank,
    similar_product_id as other_product_id,
    cast(9 as bigint) as order_count,
    score as confidence
from similar_products
where rank <= 10;

create table popular_products as
select
    'shop' as namespace,
    case when segment = 'all' then 'all' else 'country' end as segment_type,
    segment,
    cast(place as bigint) as rank,
    printf('shop:P%05d', hash(segment, place) % $products) as product_id,
    1.0 / place as score,
    cast(100 - place as bigint) as buyer_count
from unnest(['all', 'DE', 'FR', 'GB', 'IT']) as segments (segment), range(1, 51) as places (place);

create table fct_order_lines as
select
    'sale' as line_type,
    printf('shop:C%06d', number) as customer_id,
    printf('shop:P%05d', hash(number, 'order', place) % $products) as product_id,
    timestamp '2026-01-01' + to_hours(place) as ordered_at
from range($customers) as numbers (number), range(3) as places (place);

create table dim_experiment_arms as
select
    'bench' as experiment_name,
    'shop' as namespace,
    arm,
    cast(number as bigint) as arm_number,
    'trained' as strategy,
    'customer' as unit,
    cast(null as varchar) as placement,
    (number - 1) / 2.0 as share_from,
    number / 2.0 as share_until,
    date '2020-01-01' as starts_on,
    cast(null as date) as ends_on
from (values ('a', 1), ('b', 2)) as arms (arm, number);
