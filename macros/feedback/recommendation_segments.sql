{#
    Rows of a relation of recommended products once for each kind of segment that `recommendation_performance` has.
    The relation has namespace, device_id, customer_id, placement, position, impression_date and shown_at.
#}
{% macro recommendation_segments(relation) %}
    select
        {{ relation }}.*,
        'all' as segment_type,
        'all' as segment_value
    from {{ relation }}

    union all

    select
        {{ relation }}.*,
        'position' as segment_type,
        cast({{ relation }}.position as string) as segment_value
    from {{ relation }}
    where {{ relation }}.position is not null

    union all

    select
        {{ relation }}.*,
        'model_version' as segment_type,
        versions.model_version as segment_value
    from {{ relation }}
    inner join {{ ref('dim_model_versions') }} as versions
        on
            {{ relation }}.shown_at >= versions.valid_from
            and {{ relation }}.shown_at < coalesce(versions.valid_to, {{ relation }}.shown_at + interval '1' day)

    union all

    select
        {{ relation }}.*,
        'variant' as segment_type,
        arms.experiment_name || '/' || arms.arm as segment_value
    from {{ relation }}
    inner join {{ ref('dim_experiment_arms') }} as arms
        on
            {{ is_in_experiment(relation, 'arms') }}
            and {{ is_in_arm(
                "arms.experiment_name || ':' || case when arms.unit = 'customer' then "
                ~ relation ~ ".customer_id else " ~ relation ~ ".device_id end"
            ) }}
{% endmacro %}

{# Condition: what was shown belongs to the experiment, whoever saw it. #}
{% macro is_in_experiment(shown, experiments) -%}
    {{ shown }}.namespace = {{ experiments }}.namespace
    and {{ shown }}.impression_date >= {{ experiments }}.starts_on
    and {{ shown }}.impression_date <= coalesce({{ experiments }}.ends_on, {{ shown }}.impression_date)
    and {{ shown }}.placement = coalesce({{ experiments }}.placement, {{ shown }}.placement)
{%- endmacro %}

{# Condition on `arms`, rows of dim_experiment_arms: the text `<experiment>:<unit>` falls into the arm's share. #}
{% macro is_in_arm(text) -%}
    {{ hash_share(text) }} >= arms.share_from
    and ({{ hash_share(text) }} < arms.share_until or arms.share_until = 1)
{%- endmacro %}
