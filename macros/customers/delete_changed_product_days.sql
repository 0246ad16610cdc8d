{#
    pre_hook of daily_product_metrics: empties the days on which a product was seen or sold otherwise than the table
    says; the model then writes the days that are missing, new ones among them. Sales are few, and an order's refund or
    a new exchange rate changes days that no row of theirs tells of: so they are compared, whatever changed them.
#}
{% macro delete_changed_product_days() %}
    {% if execute and is_incremental() %}
        {% set statement %}
            delete from {{ this }}
            where metric_date in (
                {{ changed_days(ref('int_events__classified'), 'event_date') }}
                union
                select coalesce(sales.order_date, known.metric_date) as changed_date
                from {{ ref('int_daily_product_sales') }} as sales
                full outer join (
                    select * from {{ this }}
                    where order_count <> 0 or unit_count <> 0 or net_revenue <> 0
                ) as known
                    on
                        sales.order_date = known.metric_date
                        and sales.namespace = known.namespace
                        and sales.product_id = known.product_id
                where
                    sales.order_count is distinct from known.order_count
                    or sales.unit_count is distinct from known.unit_count
                    or sales.net_revenue is distinct from known.net_revenue
            )
        {% endset %}
        {% do run_query(statement) %}
    {% endif %}
{% endmacro %}
