with

event_profiles as (

    select * from {{ ref('int_event_columns__by_day') }}

),

{% set tables = {
    'orders': 'ordered_at', 'order_lines': 'occurred_at', 'products': 'updated_at', 'customers': 'updated_at',
} -%}
{% for table_name, occurred_at in tables.items() %}
{{ table_name }} as (

    select
        *,
        coalesce(cast({{ occurred_at }} as date), cast(loaded_at as date)) as row_date
    from {{ ref('int_' ~ table_name ~ '__classified') }}
    where not {{ is_withdrawn(table_name) }}

),

{{ table_name }}_counts as (

    {{ profile_columns(table_name, table_name) }}

),

{% endfor %}
profiles as (

    select
        row_date,
        source_name,
        table_name,
        column_name,
        row_count,
        null_count,
        distinct_count
    from event_profiles

    {% for table_name in tables %}
    union all

    {{ unpivot_profiles(table_name ~ '_counts', table_name) }}
    {% endfor %}

),

final as (

    select
        row_date as profile_date,
        source_name,
        table_name,
        column_name,
        row_count,
        null_count,
        round(cast(null_count as double) / nullif(row_count, 0), 9) as null_rate,
        distinct_count,
        round(cast(distinct_count as double) / nullif(row_count - null_count, 0), 9) as distinct_rate
    from profiles

)

select * from final
