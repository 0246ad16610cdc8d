{#
    The daily series that `daily_anomalies` watches, in one shape. How many versions of products and customers come is
    not among them: they come in bursts when somebody edits. Of these tables, as of all, it is watched how long none came.
#}
{% set watched_tables = "('events', 'orders', 'order_lines')" %}
{% set shop_metrics = {
    'session_count': 'count', 'visitor_count': 'count', 'view_count': 'count', 'order_count': 'count',
    'new_customer_count': 'count', 'unit_count': 'count', 'gross_revenue': 'amount', 'average_order_value': 'amount',
    'conversion_rate': 'rate',
} %}
{# Of segments: what says where a change of the whole shop comes from. #}
{% set segment_metrics = ['session_count', 'order_count', 'unit_count', 'gross_revenue'] %}
with

all_volumes as (

    select * from {{ ref('daily_volume') }}

),

volumes as (

    select * from all_volumes
    where table_name in {{ watched_tables }}

),

profiles as (

    -- of days of the table's own period: a clock that is wrong makes days of a row or two
    select profiles.*
    from {{ ref('column_profiles') }} as profiles
    inner join volumes
        on
            profiles.profile_date = volumes.volume_date
            and profiles.source_name = volumes.source_name
            and profiles.table_name = volumes.table_name

),

daily_metrics as (

    select * from {{ ref('daily_metrics') }}

),

freshness as (

    select * from {{ ref('table_freshness') }}

),

source_arrivals as (

    select
        source_name,
        max(latest_loaded_at) as latest_loaded_at
    from freshness
    group by source_name

),

last_arrival as (

    select max(latest_loaded_at) as latest_loaded_at from freshness

),

-- Of every table, on every day since its first on which its source told of anything: the latest day with rows of it.
source_days as (

    select distinct
        volume_date,
        source_name
    from all_volumes

),

first_days as (

    select
        source_name,
        table_name,
        min(volume_date) as first_date
    from all_volumes
    group by source_name, table_name

),

latest_days as (

    select
        source_days.volume_date as metric_date,
        first_days.source_name,
        first_days.table_name,
        max(case when all_volumes.row_count > 0 then all_volumes.volume_date end) over (
            partition by first_days.source_name, first_days.table_name
            order by source_days.volume_date
            rows between unbounded preceding and current row
        ) as latest_date
    from source_days
    inner join first_days
        on source_days.source_name = first_days.source_name and source_days.volume_date >= first_days.first_date
    left join all_volumes
        on
            first_days.source_name = all_volumes.source_name
            and first_days.table_name = all_volumes.table_name
            and source_days.volume_date = all_volumes.volume_date

),

table_series as (

    select
        volume_date as metric_date,
        source_name,
        table_name,
        cast(null as string) as column_name,
        'row_count' as metric,
        'count' as metric_kind,
        cast(row_count as double) as metric_value,
        row_count as sample_size
    from volumes

    union all

    select
        profile_date as metric_date,
        source_name,
        table_name,
        column_name,
        'null_rate' as metric,
        'rate' as metric_kind,
        null_rate as metric_value,
        row_count as sample_size
    from profiles

    union all

    select
        profile_date as metric_date,
        source_name,
        table_name,
        column_name,
        'distinct_count' as metric,
        'count' as metric_kind,
        cast(distinct_count as double) as metric_value,
        row_count as sample_size
    from profiles
    where distinct_count is not null

    union all

    select
        metric_date,
        source_name,
        table_name,
        cast(null as string) as column_name,
        'days_without_rows' as metric,
        'age' as metric_kind,
        cast({{ dbt.datediff('latest_date', 'metric_date', 'day') }} as double) as metric_value,
        cast(null as bigint) as sample_size
    from latest_days

),

shop_series as (

    {% for metric, metric_kind in shop_metrics.items() %}
    select
        metric_date,
        namespace,
        segment_type,
        segment_value,
        '{{ metric }}' as metric,
        '{{ metric_kind }}' as metric_kind,
        cast({{ metric }} as double) as metric_value,
        session_count as sample_size,
        -- money is made of orders, be it much or little
        {{ 'order_count' if metric_kind == 'amount' else metric }} as size_of_day
    from daily_metrics
    where
        {{ metric }} is not null
        {% if metric not in segment_metrics %}
        and segment_type = 'all'
        {% endif %}
    {% if not loop.last %}

    union all

    {% endif %}
    {% endfor %}

),

segment_counts as (

    select
        namespace,
        segment_type,
        count(distinct segment_value) as segment_count
    from daily_metrics
    group by namespace, segment_type

),

-- A segment that brings a sale now and then tells nothing by the day, and one that is alone is the shop once more.
watched_segments as (

    select
        shop_series.namespace,
        shop_series.segment_type,
        shop_series.segment_value,
        shop_series.metric
    from shop_series
    inner join segment_counts
        on shop_series.namespace = segment_counts.namespace and shop_series.segment_type = segment_counts.segment_type
    group by
        shop_series.namespace,
        shop_series.segment_type,
        shop_series.segment_value,
        shop_series.metric,
        segment_counts.segment_count
    having
        shop_series.segment_type = 'all'
        or (
            segment_counts.segment_count > 1
            and median(shop_series.size_of_day) >= {{ var('anomaly_segment_minimum') }}
        )

),

watched_shop_series as (

    select shop_series.*
    from shop_series
    inner join watched_segments
        on
            shop_series.namespace = watched_segments.namespace
            and shop_series.segment_type = watched_segments.segment_type
            and shop_series.segment_value = watched_segments.segment_value
            and shop_series.metric = watched_segments.metric

),

-- A day is over, and can be judged, once something was landed after it.
final as (

    select
        table_series.metric_date,
        {{ default_namespace('table_series.source_name') }} as scope,
        cast(null as string) as namespace,
        table_series.source_name,
        table_series.table_name,
        table_series.column_name,
        cast(null as string) as segment_type,
        cast(null as string) as segment_value,
        table_series.metric,
        table_series.metric_kind,
        table_series.metric_value,
        table_series.sample_size
    from table_series
    inner join source_arrivals on table_series.source_name = source_arrivals.source_name
    where table_series.metric_date < cast(source_arrivals.latest_loaded_at as date)

    union all

    select
        watched_shop_series.metric_date,
        watched_shop_series.namespace as scope,
        watched_shop_series.namespace,
        cast(null as string) as source_name,
        'daily_metrics' as table_name,
        cast(null as string) as column_name,
        watched_shop_series.segment_type,
        watched_shop_series.segment_value,
        watched_shop_series.metric,
        watched_shop_series.metric_kind,
        watched_shop_series.metric_value,
        watched_shop_series.sample_size
    from watched_shop_series
    cross join last_arrival
    where watched_shop_series.metric_date < cast(last_arrival.latest_loaded_at as date)

)

select
    {{ surrogate_key([
        'namespace', 'source_name', 'table_name', 'column_name', 'segment_type', 'segment_value', 'metric'
    ]) }} as series_id,
    *,
    case
        when metric_kind in ('rate', 'age') then metric_value
        else ln(greatest(metric_value, 0) + 1)
    end as magnitude
from final
