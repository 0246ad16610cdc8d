with

purchases as (

    select * from {{ ref('rec_purchases') }}

),

histories as (

    select
        namespace,
        cast({{ dbt.date_trunc('day', 'min(ordered_at)') }} as timestamp) as history_start_at,
        {{ timestamp_add_days(dbt.date_trunc('day', 'max(ordered_at)'), 1) }} as history_end_at
    from purchases
    group by namespace

),

label_windows as (

    select
        namespace,
        history_start_at,
        history_end_at,
        -- A short history is cut into at least six windows, each a week or longer.
        cast(greatest(
            7,
            least(
                {{ var('recommender_label_days') }},
                floor({{ dbt.datediff('history_start_at', 'history_end_at', 'day') }} / 6.0)
            )
        ) as int) as label_window_days
    from histories

),

window_numbers as (

    {% for number in range((var('recommender_training_windows') | int) + 2) %}
    select {{ number }} as window_number
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

cutoffs as (

    select
        label_windows.namespace,
        label_windows.history_start_at,
        label_windows.label_window_days,
        window_numbers.window_number,
        {{ timestamp_add_days(
            'label_windows.history_end_at', '(-label_windows.label_window_days * window_numbers.window_number)'
        ) }} as cutoff_at
    from label_windows
    cross join window_numbers

),

final as (

    select
        namespace || ':' || cast(cast(cutoff_at as date) as string) as cutoff_id,
        namespace,
        case
            when window_number = 0 then 'serving'
            when window_number = 1 then 'test'
            else 'training'
        end as cutoff_role,
        window_number,
        cutoff_at,
        case
            when window_number > 0 then {{ timestamp_add_days('cutoff_at', 'label_window_days') }}
        end as label_until,
        label_window_days
    from cutoffs
    -- A window to learn from or to be tested on has at least its own length of history before it.
    where
        window_number = 0
        or cutoff_at >= {{ timestamp_add_days('history_start_at', 'label_window_days') }}

)

select * from final
