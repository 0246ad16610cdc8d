with

objectives as (

    select * from {{ ref('objectives') }}

),

daily_metrics as (

    select * from {{ ref('daily_metrics') }}

),

-- A window ends on the last day of the data: of the objective's source, or of all when it names none.
windows as (

    select
        objectives.objective_id,
        objectives.namespace,
        objectives.window_days,
        max(daily_metrics.metric_date) as last_date
    from objectives
    inner join daily_metrics
        on objectives.namespace = daily_metrics.namespace or objectives.namespace is null
    group by objectives.objective_id, objectives.namespace, objectives.window_days

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
            and windows.last_date >= daily_metrics.metric_date
            and {{ dbt.datediff('daily_metrics.metric_date', 'windows.last_date', 'day') }} < windows.window_days
    group by windows.objective_id

),

measured as (

    select
        objectives.objective_id,
        objectives.metric,
        objectives.namespace,
        objectives.target_value,
        objectives.direction,
        objectives.window_days,
        objectives.owner,
        objectives.due_date,
        objectives.data_product,
        objectives.decision_served,
        case
            -- A window longer than the history would compare a part with a target for the whole.
            when totals.day_count is null or totals.day_count < objectives.window_days then null
            when objectives.metric = 'order_count' then cast(totals.order_count as double)
            when objectives.metric = 'new_customer_count' then cast(totals.new_customer_count as double)
            when objectives.metric = 'net_revenue' then cast(totals.net_revenue as double)
            when objectives.metric = 'average_order_value'
                then cast(totals.gross_revenue as double) / nullif(totals.order_count, 0)
            when objectives.metric = 'conversion_rate'
                then cast(totals.converted_session_count as double) / nullif(totals.session_count, 0)
            when objectives.metric = 'return_rate'
                then cast(totals.returned_revenue as double) / nullif(totals.gross_revenue, 0)
        end as measured_value
    from objectives
    left join totals
        on objectives.objective_id = totals.objective_id

),

final as (

    select
        objective_id,
        metric,
        namespace,
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
        decision_served
    from measured

)

select * from final
