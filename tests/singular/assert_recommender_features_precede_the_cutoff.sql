-- A failure means that a feature was made of a row at or after its cutoff: the model would be trained on the future,
-- look excellent in evaluation and fail in the shop. Join facts to rec_cutoffs with `before_cutoff` only.
with

latest_sources as (

    select
        cutoff_id,
        max(latest_source_at) as latest_source_at
    from {{ ref('rec_customer_product_features') }}
    group by cutoff_id

    union all

    select
        cutoff_id,
        max(latest_source_at) as latest_source_at
    from {{ ref('rec_product_features') }}
    group by cutoff_id

    union all

    select
        cutoff_id,
        max(latest_source_at) as latest_source_at
    from {{ ref('rec_customer_features') }}
    group by cutoff_id

    union all

    select
        cutoff_id,
        max(latest_source_at) as latest_source_at
    from {{ ref('rec_country_popularity') }}
    group by cutoff_id

    union all

    select
        cutoff_id,
        max(latest_source_at) as latest_source_at
    from {{ ref('rec_copurchase') }}
    group by cutoff_id

)

select
    latest_sources.cutoff_id,
    latest_sources.latest_source_at,
    cutoffs.cutoff_at
from latest_sources
inner join {{ ref('rec_cutoffs') }} as cutoffs on latest_sources.cutoff_id = cutoffs.cutoff_id
where latest_sources.latest_source_at >= cutoffs.cutoff_at
