{% set longest_distance = var('recommender_session_distance') %}
{% set most_neighbours = var('recommender_session_neighbours') %}
{% set columns = [
    'cutoff_id', 'product_number', 'neighbour_number', 'forward_weight', 'recent_forward_weight', 'symmetric_weight',
    'recent_symmetric_weight', 'next_count', 'pair_count', 'cosine', 'latest_source_at'
] %}
with

steps as (

    select * from {{ ref('rec_session_steps') }}

),

cutoffs as (

    select * from {{ ref('rec_session_cutoffs') }}

),

session_products as (

    select * from {{ ref('rec_session_products') }}

),

-- A step with those that came one to so many steps later in the same session. By position, not by a join of steps with
-- steps: the engine would join whole sessions first, and a long session has as many pairs as the square of its length.
with_later_steps as (

    select
        namespace,
        session_number,
        session_ended_at,
        product_number,
        {% for distance in range(1, longest_distance + 1) %}
        lead(product_number, {{ distance }}) over (
            partition by namespace, session_number
            order by step_number
        ) as product_number_{{ distance }},
        lead(weight, {{ distance }}) over (
            partition by namespace, session_number
            order by step_number
        ) as weight_{{ distance }},
        {% endfor %}
        weight
    from steps

),

-- Each two products stand in one order, so that either side is made from one row.
step_pairs as (

    {% for distance in range(1, longest_distance + 1) %}
    select
        namespace,
        session_number,
        session_ended_at,
        least(product_number, product_number_{{ distance }}) as low_number,
        greatest(product_number, product_number_{{ distance }}) as high_number,
        product_number < product_number_{{ distance }} as is_low_first,
        {{ distance }} as distance,
        weight / {{ distance }} as weight,
        weight_{{ distance }} / {{ distance }} as later_weight
    from with_later_steps
    where product_number <> product_number_{{ distance }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

known_pairs as (

    select
        cutoffs.cutoff_id,
        step_pairs.*,
        {{ session_recency('step_pairs.session_number') }} as recency
    from step_pairs
    inner join cutoffs on step_pairs.namespace = cutoffs.namespace
    -- `coalesce` keeps the comparison out of the join. There the planner takes it for so rare that it expects a dozen
    -- pairs, and puts millions of them into hash tables below, of all sides.
    where coalesce({{ before_cutoff('step_pairs.session_ended_at') }}, false)

),

pair_sums as (

    select
        cutoff_id,
        low_number,
        high_number,
        {{ exact_sum('case when is_low_first then later_weight else 0 end') }} as low_forward_weight,
        {{ exact_sum('case when is_low_first then 0 else later_weight end') }} as high_forward_weight,
        {{ exact_sum('case when is_low_first then 0 else weight end') }} as low_backward_weight,
        {{ exact_sum('case when is_low_first then weight else 0 end') }} as high_backward_weight,
        {{ exact_sum('case when is_low_first then later_weight * recency else 0 end') }} as low_recent_forward_weight,
        {{ exact_sum('case when is_low_first then 0 else later_weight * recency end') }} as high_recent_forward_weight,
        {{ exact_sum('case when is_low_first then 0 else weight * recency end') }} as low_recent_backward_weight,
        {{ exact_sum('case when is_low_first then weight * recency else 0 end') }} as high_recent_backward_weight,
        count(case when distance = 1 and is_low_first then 1 end) as low_next_count,
        count(case when distance = 1 and not is_low_first then 1 end) as high_next_count,
        count(*) as pair_count,
        max(session_ended_at) as latest_source_at
    from known_pairs
    group by cutoff_id, low_number, high_number

),

pairs as (

    {% for own, other in [('low', 'high'), ('high', 'low')] %}
    select
        cutoff_id,
        {{ own }}_number as product_number,
        {{ other }}_number as neighbour_number,
        {{ own }}_forward_weight as forward_weight,
        {{ own }}_recent_forward_weight as recent_forward_weight,
        round({{ own }}_forward_weight + {{ own }}_backward_weight, 9) as symmetric_weight,
        round({{ own }}_recent_forward_weight + {{ own }}_recent_backward_weight, 9) as recent_symmetric_weight,
        {{ own }}_next_count as next_count,
        pair_count,
        latest_source_at
    from pair_sums
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

similarities as (

    select
        pairs.*,
        round(
            pairs.pair_count / nullif(sqrt(cast(own.session_count as double) * neighbours.session_count), 0),
            9
        ) as cosine
    from pairs
    inner join session_products as own
        on
            pairs.cutoff_id = own.cutoff_id
            and pairs.product_number = own.product_number
    inner join session_products as neighbours
        on
            pairs.cutoff_id = neighbours.cutoff_id
            and pairs.neighbour_number = neighbours.product_number

),

neighbour_counts as (

    select
        cutoff_id,
        product_number,
        count(*) as neighbour_count
    from similarities
    group by cutoff_id, product_number

),

counted_pairs as (

    select
        similarities.*,
        neighbour_counts.neighbour_count
    from similarities
    inner join neighbour_counts
        on
            similarities.cutoff_id = neighbour_counts.cutoff_id
            and similarities.product_number = neighbour_counts.product_number

),

-- Only where a product has more neighbours than are kept have they to be put in order.
ranked_pairs as (

    select
        *,
        row_number() over (
            partition by cutoff_id, product_number
            order by recent_symmetric_weight desc, neighbour_number asc
        ) as weight_rank,
        row_number() over (
            partition by cutoff_id, product_number
            order by cosine desc, neighbour_number asc
        ) as cosine_rank
    from counted_pairs
    where neighbour_count > {{ most_neighbours }}

),

final as (

    select {{ columns | join(', ') }}
    from counted_pairs
    where neighbour_count <= {{ most_neighbours }}

    union all

    select {{ columns | join(', ') }}
    from ranked_pairs
    where
        weight_rank <= {{ most_neighbours }}
        or cosine_rank <= {{ most_neighbours }}

)

select * from final
