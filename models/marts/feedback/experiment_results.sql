{#
    Every metric is a sum by a sum over an arm's units: clicks by impressions, conversions by units. Its variance is that
    of the units' own deviations from it (the delta method), for it is units that were assigned, not impressions; with a
    divisor of 1 that is the variance of a mean. Sums are over decimals, so results do not depend on threads.
#}
{% set metrics = {
    'click_through_rate': ('click_count', 'impression_count'),
    'conversion_rate': ('case when order_count > 0 then 1 else 0 end', '1'),
    'revenue_per_unit': ('net_revenue', '1'),
} %}
{% set z_of_95_percent, z_of_80_percent_power = 1.959963984540054, 0.841621233572914 %}
{% set sample_ratio_alarm = 0.001 %}
{% set fewest_expected_units = 5 %}{# in an arm; chi-square says nothing of fewer #}
with

arms as (

    select * from {{ ref('dim_experiment_arms') }}

),

exposures as (

    select * from {{ ref('experiment_exposures') }}

),

arm_sums as (

    select
        experiment_name,
        arm,
        {% for metric, (y, x) in metrics.items() %}
        {% for name, of in [('y', y), ('x', x)] %}
        sum(cast({{ of }} as decimal(18, 4))) as {{ metric }}_{{ name }},
        {% endfor %}
        {% for name, one, other in [('yy', y, y), ('xy', x, y), ('xx', x, x)] %}
        sum(cast({{ one }} as decimal(18, 4)) * cast({{ other }} as decimal(18, 4))) as {{ metric }}_{{ name }},
        {% endfor %}
        {% endfor %}
        count(*) as unit_count,
        min(cast(first_exposed_at as date)) as first_date,
        max(last_exposure_date) as last_date
    from exposures
    group by experiment_name, arm

),

-- The metrics of each experiment, and an arm that nobody has met yet.
arm_metrics as (

    {% for metric in metrics %}
    select
        arms.experiment_name,
        arms.namespace,
        arms.arm,
        arms.strategy,
        arms.is_control,
        arms.unit,
        arms.starts_on,
        arms.ends_on,
        arms.share,
        '{{ metric }}' as metric,
        case when arms.metric = '{{ metric }}' then 'decision' else 'guardrail' end as metric_role,
        {% for name in ['y', 'x', 'yy', 'xy', 'xx'] %}
        cast(arm_sums.{{ metric }}_{{ name }} as double) as sum_{{ name }},
        {% endfor %}
        coalesce(arm_sums.unit_count, 0) as unit_count,
        arm_sums.first_date,
        arm_sums.last_date
    from arms
    left join arm_sums on arms.experiment_name = arm_sums.experiment_name and arms.arm = arm_sums.arm
    where arms.metric = '{{ metric }}' or ' ' || arms.guardrail_metrics || ' ' like '% {{ metric }} %'
    {% if not loop.last %}
    union all

    {% endif %}
    {% endfor %}

),

with_values as (

    select
        *,
        sum_y / nullif(sum_x, 0) as metric_value
    from arm_metrics

),

with_variances as (

    select
        *,
        -- of units that are all alike rounding leaves a little less than nothing
        greatest(sum_yy - 2 * metric_value * sum_xy + metric_value * metric_value * sum_xx, 0)
        / nullif(unit_count - 1, 0) * unit_count / nullif(sum_x * sum_x, 0) as variance
    from with_values

),

experiments as (

    select
        experiment_name,
        metric,
        count(*) - 1 as degrees_of_freedom,
        sum(unit_count) as unit_count,
        min(unit_count) as smallest_unit_count,
        {{ dbt.datediff('min(first_date)', 'max(last_date)', 'day') }} + 1 as day_count
    from arm_metrics
    group by experiment_name, metric

),

sample_ratios as (

    select
        arm_metrics.experiment_name,
        arm_metrics.metric,
        min(experiments.unit_count * cast(arm_metrics.share as double)) as expected_unit_count,
        sum(
            power(arm_metrics.unit_count - experiments.unit_count * cast(arm_metrics.share as double), 2)
            / nullif(experiments.unit_count * cast(arm_metrics.share as double), 0)
        ) as chi_square
    from arm_metrics
    inner join experiments
        on arm_metrics.experiment_name = experiments.experiment_name and arm_metrics.metric = experiments.metric
    group by arm_metrics.experiment_name, arm_metrics.metric

),

compared as (

    select
        arm.*,
        experiments.day_count,
        case
            when sample_ratios.expected_unit_count >= {{ fewest_expected_units }}
                then {{ chi_square_p_value('sample_ratios.chi_square', 'experiments.degrees_of_freedom') }}
        end as sample_ratio_p_value,
        experiments.smallest_unit_count >= {{ var('experiment_minimum_units') }}
        and experiments.day_count >= {{ var('experiment_minimum_days') }} as has_enough_data,
        case when not arm.is_control then arm.metric_value - control.metric_value end as difference,
        case when not arm.is_control then sqrt(arm.variance + control.variance) end as standard_error,
        case
            when not arm.is_control
                then (arm.metric_value - control.metric_value) / nullif(abs(control.metric_value), 0)
        end as relative_lift
    from with_variances as arm
    inner join with_variances as control
        on
            arm.experiment_name = control.experiment_name
            and arm.metric = control.metric
            and control.is_control
    inner join experiments on arm.experiment_name = experiments.experiment_name and arm.metric = experiments.metric
    inner join sample_ratios
        on arm.experiment_name = sample_ratios.experiment_name and arm.metric = sample_ratios.metric

),

tested as (

    select
        *,
        abs(difference) / nullif(standard_error, 0) as z
    from compared

),

with_p_values as (

    select
        *,
        {{ two_sided_p_value('z') }} as p_value
    from tested

),

final as (

    select
        -- ids
        experiment_name,
        namespace,
        metric,
        arm,

        -- text
        metric_role,
        strategy,
        unit,
        case
            when sample_ratio_p_value < {{ sample_ratio_alarm }} then 'sample ratio is off: do not read'
            when is_control then 'control'
            when not coalesce(has_enough_data, false) or p_value is null then 'not enough data yet'
            when p_value >= 0.05 then 'no difference found'
            when difference > 0 then 'better'
            else 'worse'
        end as verdict,

        -- numbers
        cast(unit_count as bigint) as unit_count,
        cast(coalesce(day_count, 0) as bigint) as day_count,
        round(metric_value, 9) as metric_value,
        round(difference, 9) as difference,
        round(difference - {{ z_of_95_percent }} * standard_error, 9) as lower_bound,
        round(difference + {{ z_of_95_percent }} * standard_error, 9) as upper_bound,
        round(relative_lift, 9) as relative_lift,
        round(p_value, 9) as p_value,
        round({{ z_of_95_percent + z_of_80_percent_power }} * standard_error, 9) as minimum_detectable_difference,
        round(sample_ratio_p_value, 9) as sample_ratio_p_value,

        -- booleans
        is_control,

        -- times
        starts_on,
        ends_on
    from with_p_values

)

select * from final
