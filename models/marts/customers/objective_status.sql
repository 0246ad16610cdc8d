with

objectives as (

    select
        *,
        coalesce(segment_type, 'all') as measured_segment_type,
        coalesce(segment_value, 'all') as measured_segment_value
    from {{ ref('objectives') }}

),

daily_metrics as (

    select * from {{ ref('daily_metrics') }}

),

-- A window ends on the last day of the data: of the objective's shop, or of all when it names none.
windows as (

    select
        objectives.objective_id,
        objectives.namespace,
        objectives.measured_segment_type,
        objectives.measured_segment_value,
        objectives.window_days,
        max(daily_metrics.metric_date) as last_date
    from objectives
    inner join daily_metrics
        on
            (objectives.namespace = daily_metrics.namespace or objectives.namespace is null)
            and daily_metrics.segment_type = 'all'
    group by
        objectives.objective_id,
        objectives.namespace,
        objectives.measured_segment_type,
        objectives.measured_segment_value,
        objectives.window_days

),

totals as (

    select
        windows.objective_id,
        count(distinct daily_metrics.metric_date) as day_count,
        sum(daily_metrics.session_count) as session_count,
        sum(daily_metrics.converted_session_count) as converted_session_count,
        sum(daily_metrics.order_count) as order_count,
        sum(daily_metrics.new_customer_count) as new_customer_count,
        sum(daily_metrics.gross_revenue) as gross_revenue,
        sum(daily_metrics.returned_revenue) as returned_revenue,
        sum(daily_metrics.net_revenue) as net_revenue
    from windows
    inner join daily_metrics
        on
            (windows.namespace = daily_metrics.namespace or windows.namespace is null)
            and windows.measured_segment_type = daily_metrics.segment_type
            and windows.measured_segment_value = daily_metrics.segment_value
            and windows.last_date >= daily_metrics.metric_date
            and {{ dbt.datediff('daily_metrics.metric_date', 'windows.last_date', 'day') }} < windows.window_days
    group by windows.objective_id

),

measured as (

    select
        objectives.*,
        case
            -- A window longer than the history would compare a part with a target for the whole.
            when totals.day_count is null or totals.day_count < objectives.window_days then null
            when objectives.metric = 'order_count' then cast(totals.order_count as double)
            when objectives.metric = 'new_customer_count' then cast(totals.new_customer_count as double)
            when objectives.metric = 'net_revenue' then cast(totals.net_revenue as double)
            when objectives.metric = 'average_order_value' then {{ ratio_metric('average_order_value', 'totals') }}
            when objectives.metric = 'conversion_rate' then {{ ratio_metric('conversion_rate', 'totals') }}
            when objectives.metric = 'return_rate' then {{ ratio_metric('return_rate', 'totals') }}
        end as measured_value
    from objectives
    left join totals on objectives.objective_id = totals.objective_id

),

final as (

    select
        objective_id,
        metric,
        namespace,
        segment_type,
        segment_value,
        target_value,
        direction,
        round(measured_value, 6) as actual_value,
        window_days,
        case
            when measured_value is null then 'no_data'
            when direction = 'at_least' and round(measured_value, 6) >= target_value then 'met'
            when direction = 'at_most' and round(measured_value, 6) <= target_value then 'met'
            else 'missed'
        end as status,
        owner,
        due_date,
        data_product,
        decision_served,
        exposure
    from measured

)

select * from final
