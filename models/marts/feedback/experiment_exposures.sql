{#
    Who took part in an experiment, and what they did since. Nothing is kept of how a visitor was assigned: the hash that
    the API drew the arm with is drawn again. Ids are unique across shops, so a unit is in one arm.
#}
with

arms as (

    select * from {{ ref('dim_experiment_arms') }}

),

impressions as (

    select * from {{ ref('fct_recommendation_impressions') }}
    -- before the first experiment nobody took part in one
    where impression_date >= (select min(arms.starts_on) from arms)

),

order_products as (

    select * from {{ ref('int_order_products') }}
    where order_date >= (select min(arms.starts_on) from arms)

),

experiments as (

    select distinct
        experiment_name,
        namespace,
        unit,
        placement,
        starts_on,
        ends_on
    from arms

),

-- Before experiments are joined: a day of a visitor is fewer rows than what they were shown.
visitor_days as (

    select
        namespace,
        device_id,
        customer_id,
        placement,
        impression_date,
        min(shown_at) as first_shown_at,
        count(*) as impression_count,
        count(case when is_clicked then 1 end) as click_count
    from impressions
    group by namespace, device_id, customer_id, placement, impression_date

),

units_shown as (

    select
        experiments.experiment_name,
        experiments.namespace,
        experiments.unit,
        experiments.ends_on,
        case
            when experiments.unit = 'customer' then visitor_days.customer_id
            else visitor_days.device_id
        end as unit_id,
        visitor_days.first_shown_at,
        visitor_days.impression_date,
        visitor_days.impression_count,
        visitor_days.click_count
    from visitor_days
    inner join experiments on {{ is_in_experiment('visitor_days', 'experiments') }}

),

exposed as (

    select
        experiment_name,
        namespace,
        unit,
        ends_on,
        unit_id,
        {{ hash_share("experiment_name || ':' || unit_id") }} as hash_share,
        min(first_shown_at) as first_exposed_at,
        max(impression_date) as last_exposure_date,
        cast(sum(impression_count) as bigint) as impression_count,
        cast(sum(click_count) as bigint) as click_count
    from units_shown
    where unit_id is not null
    group by experiment_name, namespace, unit, ends_on, unit_id

),

orders as (

    {% for unit in ['device', 'customer'] %}
    select
        '{{ unit }}' as unit,
        {{ unit }}_id as unit_id,
        order_id,
        min(ordered_at) as ordered_at,
        sum(net_revenue) as net_revenue
    from order_products
    where {{ unit }}_id is not null
    group by {{ unit }}_id, order_id
    {% if not loop.last %}
    union all

    {% endif %}
    {% endfor %}

),

unit_orders as (

    select
        exposed.experiment_name,
        exposed.unit_id,
        count(*) as order_count,
        sum(orders.net_revenue) as net_revenue
    from exposed
    inner join orders
        on
            exposed.unit = orders.unit
            and exposed.unit_id = orders.unit_id
            and exposed.first_exposed_at <= orders.ordered_at
            and cast(orders.ordered_at as date) <= coalesce(exposed.ends_on, cast(orders.ordered_at as date))
    group by exposed.experiment_name, exposed.unit_id

),

final as (

    select
        -- ids
        exposed.experiment_name,
        exposed.namespace,
        exposed.unit,
        exposed.unit_id,
        arms.arm,

        -- numbers
        exposed.impression_count,
        exposed.click_count,
        cast(coalesce(unit_orders.order_count, 0) as bigint) as order_count,
        cast(coalesce(unit_orders.net_revenue, 0) as decimal(18, 4)) as net_revenue,

        -- times
        exposed.first_exposed_at,
        exposed.last_exposure_date
    from exposed
    inner join arms
        on
            exposed.experiment_name = arms.experiment_name
            and exposed.hash_share >= arms.share_from
            and (exposed.hash_share < arms.share_until or arms.share_until = 1)
    left join unit_orders
        on
            exposed.experiment_name = unit_orders.experiment_name
            and exposed.unit_id = unit_orders.unit_id

)

select * from final
