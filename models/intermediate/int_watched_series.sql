{#
    The daily series that `daily_anomalies` watches, in one shape. Catalogue and customer versions are not among them:
    they come in bursts when somebody edits, and `table_freshness` tells when they stop.
#}
{% set watched_tables = "('events', 'orders', 'order_lines')" %}
{% set shop_metrics = {
    'session_count': 'count', 'order_count': 'count', 'new_customer_count': 'count', 'unit_count': 'count',
    'gross_revenue': 'amount', 'average_order_value': 'amount', 'conversion_rate': 'rate',
} %}
with

volumes as (

    select * from {{ ref('daily_volume') }}
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
    where segment_type = 'all'

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

),

shop_series as (

    {% for metric, metric_kind in shop_metrics.items() %}
    select
        metric_date,
        namespace,
        '{{ metric }}' as metric,
        '{{ metric_kind }}' as metric_kind,
        cast({{ metric }} as double) as metric_value,
        session_count as sample_size
    from daily_metrics
    where {{ metric }} is not null
    {% if not loop.last %}

    union all

    {% endif %}
    {% endfor %}

),

-- A day is over, and can be judged, once something was landed after it.
final as (

    select
        table_series.metric_date,
        cast(null as string) as namespace,
        table_series.source_name,
        table_series.table_name,
        table_series.column_name,
        table_series.metric,
        table_series.metric_kind,
        table_series.metric_value,
        table_series.sample_size
    from table_series
    inner join source_arrivals on table_series.source_name = source_arrivals.source_name
    where table_series.metric_date < cast(source_arrivals.latest_loaded_at as date)

    union all

    select
        shop_series.metric_date,
        shop_series.namespace,
        cast(null as string) as source_name,
        'daily_metrics' as table_name,
        cast(null as string) as column_name,
        shop_series.metric,
        shop_series.metric_kind,
        shop_series.metric_value,
        shop_series.sample_size
    from shop_series
    cross join last_arrival
    where shop_series.metric_date < cast(last_arrival.latest_loaded_at as date)

)

select
    {{ surrogate_key(['namespace', 'source_name', 'table_name', 'column_name', 'metric']) }} as series_id,
    *
from final
