{#
    pre_hook of fct_orders: takes out, in the transaction that writes them anew, the orders whose lines have changed since
    it was last built and all orders of the customers they are and were of, whose numbers may move.
#}
{% macro delete_touched_orders() %}
    {% set landed_lines, events = ref('int_order_lines__classified'), ref('int_events__classified') %}
    {% set order_lines = ref('fct_order_lines') %}
    {% if execute and is_incremental() %}
        create or replace temp table touched_orders as

        select order_id from {{ landed_lines }}
        where {{ changed_since_last_build() }}

        union

        select coalesce(order_id, event_id) as order_id from {{ events }}
        where
            {{ changed_since_last_build() }}
            and event_name in ('purchase', 'refund')
            and source_name in ({{ text_list(var('events_only_sources')) }});

        delete from {{ this }}
        where
            order_id in (select order_id from touched_orders)
            or customer_id in (
                select customer_id from {{ this }}
                where order_id in (select order_id from touched_orders)
                union
                select customer_id from {{ order_lines }}
                where order_id in (select order_id from touched_orders)
            );

        drop table touched_orders;
    {% endif %}
{% endmacro %}
