{{ config(
    materialized='incremental',
    incremental_strategy='replace_rows',
    post_hook='{{ mark_processed() }}',
) }}

{#
    Every landed order line and what became of it. Besides its own rules and versions a line of a database hangs on its
    order (which may come later, be corrected or be rejected) and on the catalogue: lines of orders and products whose
    outcome has changed since are judged anew. A row whose outcome stays is not written again.
#}
{% set columns = order_line_columns() | join(', ') %}
{% set outcome = ['row_status', 'quarantine_reason', 'customer_id', 'country', 'order_placed_at'] %}
with

orders as (

    select * from {{ ref('int_orders__classified') }}

),

products as (

    select * from {{ ref('int_products__classified') }}

),

landed as (

    select
        *,
        {{ is_withdrawn('order_lines') }} as is_withdrawn
    from {{ ref('int_order_lines__unioned') }}
    where {{ to_be_taken_in('order_lines') }}

),

{% if is_incremental() %}
changed_orders as (

    -- a copy of a version changes nothing: if it stands for the version now, the row that did is written again too
    select distinct order_id from orders
    where {{ changed_since_last_build() }} and row_status <> 'duplicate'

),

touched_products as (

    select distinct product_id from products
    where {{ changed_since_last_build() }} and row_status <> 'duplicate'

),

changed_products as (

    select
        product_id,
        max(case when row_status = 'fact' then 1 else 0 end) = 1 as is_known
    from products
    where product_id in (select touched_products.product_id from touched_products)
    group by product_id

),

to_be_judged as (

    select order_line_id from landed

    union

    select order_line_id from {{ this }}
    where has_order_header and order_id in (select changed_orders.order_id from changed_orders)

    union

    select known.order_line_id
    from {{ this }} as known
    inner join changed_products on known.product_id = changed_products.product_id
    where
        known.has_order_header
        and changed_products.is_known = (coalesce(known.quarantine_reason, '') = 'unknown_product')

),

{% endif %}
versions as (

    select
        {{ columns }},
        is_withdrawn,
        cast(null as string) as known_outcome
    from landed

    {% if is_incremental() %}
    union all

    select
        {{ columns }},
        is_withdrawn,
        {{ surrogate_key(outcome) }} as known_outcome
    from {{ this }}
    where
        order_line_id in (select to_be_judged.order_line_id from to_be_judged)
        and {{ is_settled('order_lines') }}
    {% endif %}

),

order_outcomes as (

    -- an order that was rejected takes its lines with it, for the same reason
    select
        order_id,
        max(case when row_status = 'fact' then customer_id end) as customer_id,
        max(case when row_status = 'fact' then country end) as country,
        max(case when row_status = 'fact' then ordered_at end) as ordered_at,
        max(case when row_status = 'fact' then 1 else 0 end) as is_accepted,
        max(quarantine_reason) as quarantine_reason
    from orders
    where row_status in ('fact', 'quarantined') and order_id in (select versions.order_id from versions)
    group by order_id

),

catalogue as (

    select product_id from products
    where row_status = 'fact'

),

judged as (

    select
        versions.order_line_id,
        versions.order_id,
        case when versions.has_order_header then order_outcomes.customer_id else versions.customer_id end
            as customer_id,
        versions.product_id,
        versions.charge_code,
        versions.line_type,
        versions.title,
        versions.currency,
        case when versions.has_order_header then order_outcomes.country else versions.country end as country,
        versions.rule_broken,
        versions.detail,
        versions.quantity,
        versions.unit_price,
        versions.has_order_header,
        versions.occurred_at,
        versions.updated_at,
        versions.content_hash,
        versions.namespace,
        versions.source_name,
        versions.source_file,
        versions.source_row,
        versions.landing_file,
        versions.loaded_at,
        versions.is_withdrawn,
        case when versions.has_order_header then order_outcomes.ordered_at else versions.occurred_at end
            as order_placed_at,
        case
            when versions.is_withdrawn then null
            when versions.rule_broken is not null then versions.rule_broken
            when not versions.has_order_header then null
            when order_outcomes.order_id is null then 'order_not_found'
            when order_outcomes.is_accepted = 0 then order_outcomes.quarantine_reason
            when catalogue.product_id is null then 'unknown_product'
        end as quarantine_reason,
        versions.known_outcome
    from versions
    left join order_outcomes on versions.order_id = order_outcomes.order_id
    left join catalogue on versions.product_id = catalogue.product_id

),

classified as (

    select
        *,
        {{ row_status('quarantine_reason', 'updated_at') }} as row_status
    from judged
    window newest_first as ({{ newest_first('quarantine_reason', 'order_line_id', 'updated_at', 'content_hash') }})

),

final as (

    select
        {{ columns }},
        is_withdrawn,
        order_placed_at,
        quarantine_reason,
        'order_lines' as table_name,
        cast(1 as bigint) as item_number,
        row_status,
        {{ invocation_time() }} as processed_at
    from classified
    where known_outcome is null or known_outcome <> {{ surrogate_key(outcome) }}

)

select * from final
