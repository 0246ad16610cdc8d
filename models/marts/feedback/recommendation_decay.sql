{#
    How recommendations perform beside their own history: the latest week beside the four before, with the mix of
    placements that the latest week has. A rate whose confidence interval lies wholly below what the rule allows decays.
    Orders come in for days after a list was shown, so their latest week ends when it is complete.

    The interval is that of a ratio of two counts (normal on the logarithm), widened by a fifth, as the lists of one
    visitor are not independent.
#}
{% set metrics = {
    'click_through_rate': ('click_count', 'impression_count', 1),
    'list_conversion_rate': ('converted_list_count', 'list_count', 1 + var('recommendation_attribution_days')),
} %}
with

performance as (

    select * from {{ ref('recommendation_performance') }}
    where segment_type = 'all'

),

rules as (

    select * from {{ ref('model_rules') }}

),

latest_days as (

    select
        namespace,
        max(impression_date) as latest_date
    from performance
    group by namespace

),

counted as (

    {% for metric, (numerator, denominator, incomplete_days) in metrics.items() %}
    select
        performance.namespace,
        performance.placement,
        '{{ metric }}' as metric,
        {{ dbt.datediff('performance.impression_date', 'latest_days.latest_date', 'day') }}
        - {{ incomplete_days }} as age_days,
        performance.{{ numerator }} as success_count,
        performance.{{ denominator }} as shown_count
    from performance
    inner join latest_days on performance.namespace = latest_days.namespace
    {% if not loop.last %}

    union all

    {% endif %}
    {% endfor %}

),

by_placement as (

    select
        namespace,
        placement,
        metric,
        sum(case when age_days < 7 then success_count else 0 end) as recent_success_count,
        sum(case when age_days < 7 then shown_count else 0 end) as recent_shown_count,
        sum(case when age_days >= 7 then success_count else 0 end) as earlier_success_count,
        sum(case when age_days >= 7 then shown_count else 0 end) as earlier_shown_count
    from counted
    where age_days between 0 and 34
    group by namespace, placement, metric

),

-- A placement that is new has no history.
compared as (

    select
        namespace,
        metric,
        sum(recent_success_count) as recent_success_count,
        sum(recent_shown_count) as recent_shown_count,
        sum(earlier_success_count) as earlier_success_count,
        sum(1.0 * recent_shown_count * earlier_success_count / nullif(earlier_shown_count, 0)) as expected_success_count
    from by_placement
    where earlier_shown_count > 0 and recent_shown_count > 0
    group by namespace, metric

),

-- Below fifty it is chance.
judged as (

    select
        *,
        recent_success_count / nullif(expected_success_count, 0) as ratio,
        1.96 * 1.2 * sqrt(1.0 / greatest(recent_success_count, 1) + 1.0 / nullif(earlier_success_count, 0))
            as half_width
    from compared
    where expected_success_count >= 50

),

final as (

    select
        judged.namespace,
        judged.metric,
        cast(judged.recent_shown_count as bigint) as recent_shown_count,
        cast(judged.recent_success_count as bigint) as recent_success_count,
        round(judged.recent_success_count / nullif(judged.recent_shown_count, 0), 9) as recent_value,
        round(judged.expected_success_count / nullif(judged.recent_shown_count, 0), 9) as earlier_value,
        round(judged.ratio - 1, 9) as relative_change,
        round(greatest(judged.ratio, 0.000001) * exp(-judged.half_width) - 1, 9) as lower_bound,
        round(greatest(judged.ratio, 0.000001) * exp(judged.half_width) - 1, 9) as upper_bound,
        rules.threshold,
        rules.action,
        coalesce(
            greatest(judged.ratio, 0.000001) * exp(judged.half_width) - 1 < -rules.threshold, false
        ) as is_decayed
    from judged
    left join rules on judged.metric = rules.signal

)

select * from final
