with

daily_recommendations as (

    select * from {{ ref('int_daily_recommendations') }}

),

purchases as (

    select * from {{ ref('fct_recommendation_purchases') }}

),

segmented_purchases as (

    {{ recommendation_segments('purchases') }}

),

-- By the day of the list, so that what a list brought in stands beside how often it was shown.
daily_purchases as (

    select
        impression_date,
        namespace,
        placement,
        segment_type,
        segment_value,
        {% for attribution, prefix in [('click', 'attributed'), ('view', 'view_through')] %}
        count(distinct case when attribution = '{{ attribution }}' then order_id end) as {{ prefix }}_order_count,
        cast(
            sum(case when attribution = '{{ attribution }}' then net_revenue else 0 end) as decimal(18, 4)
        ) as {{ prefix }}_revenue,
        {% endfor %}
        count(
            distinct case when attribution = 'click' then recommendation_id || '/' || device_id end
        ) as converted_list_count
    from segmented_purchases
    group by impression_date, namespace, placement, segment_type, segment_value

),

joined as (

    select
        shown.impression_date,
        shown.namespace,
        shown.placement,
        shown.segment_type,
        shown.segment_value,
        shown.list_count,
        shown.impression_count,
        shown.click_count,
        shown.dismissal_count,
        coalesce(bought.converted_list_count, 0) as converted_list_count,
        coalesce(bought.attributed_order_count, 0) as attributed_order_count,
        coalesce(bought.attributed_revenue, 0) as attributed_revenue,
        coalesce(bought.view_through_order_count, 0) as view_through_order_count,
        coalesce(bought.view_through_revenue, 0) as view_through_revenue
    from daily_recommendations as shown
    left join daily_purchases as bought
        on
            shown.impression_date = bought.impression_date
            and shown.namespace = bought.namespace
            and shown.placement = bought.placement
            and shown.segment_type = bought.segment_type
            and shown.segment_value = bought.segment_value

),

final as (

    select
        impression_date,
        namespace,
        placement,
        segment_type,
        segment_value,
        cast(list_count as bigint) as list_count,
        cast(impression_count as bigint) as impression_count,
        cast(click_count as bigint) as click_count,
        cast(dismissal_count as bigint) as dismissal_count,
        cast(converted_list_count as bigint) as converted_list_count,
        cast(attributed_order_count as bigint) as attributed_order_count,
        cast(attributed_revenue as decimal(18, 4)) as attributed_revenue,
        cast(view_through_order_count as bigint) as view_through_order_count,
        cast(view_through_revenue as decimal(18, 4)) as view_through_revenue,
        {{ ratio_metric('click_through_rate') }} as click_through_rate,
        {{ ratio_metric('list_conversion_rate') }} as list_conversion_rate,
        {{ ratio_metric('revenue_per_list') }} as revenue_per_list
    from joined

)

select * from final
