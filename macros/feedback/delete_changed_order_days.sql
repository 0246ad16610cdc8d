{#
    pre_hook of int_order_products__attributed: empties the days whose orders may be owed to other lists than the table
    says; the model then writes the days that are missing. Which these are: the days of events that changed, with as many
    after them as an order is attributed for, and the days of orders that are not what they were. Orders are few, and a
    return or another customer changes days that no event tells of: so they are compared.
#}
{% macro delete_changed_order_days() %}
    {% if execute and is_incremental() %}
        {% set events = changed_days(ref('int_events__classified'), 'event_date') %}
        {% set statement %}
            delete from {{ this }}
            where order_date in (
                select changed.changed_date + later.number
                from ({{ events }}) as changed
                cross join ({{ integers(0, var('recommendation_attribution_days')) }}) as later
                union
                select coalesce(orders.order_date, known.order_date)
                from {{ ref('int_order_products') }} as orders
                full outer join {{ this }} as known
                    on orders.order_id = known.order_id and orders.product_id = known.product_id
                where
                    orders.ordered_at is distinct from known.ordered_at
                    or orders.device_id is distinct from known.device_id
                    or orders.customer_id is distinct from known.customer_id
                    or orders.unit_count is distinct from known.unit_count
                    or orders.net_revenue is distinct from known.net_revenue
                union
                select known.order_date
                from {{ this }} as known
                inner join {{ ref('int_order_products') }} as orders
                    on orders.order_id = known.order_id and orders.product_id = known.product_id
                where orders.order_date <> known.order_date
            )
        {% endset %}
        {% do run_query(statement) %}
    {% endif %}
{% endmacro %}
