-- A failure means that forecasts would be trained on the future: a feature was made of a row at or after its cutoff.
-- Let frames of windows end with the current row, and join facts to fc_customer_cutoffs with `before_cutoff` only.
select
    'series ' || namespace || ' ' || series_id as features_of,
    cast(latest_source_date as timestamp) as latest_source_at,
    cast(cutoff_date as timestamp) as cutoff_at
from {{ ref('fc_series_features') }}
where latest_source_date >= cutoff_date

union all

select
    'customers of ' || features.namespace as features_of,
    max(features.latest_source_at) as latest_source_at,
    cutoffs.cutoff_at
from {{ ref('fc_customer_features') }} as features
inner join {{ ref('fc_customer_cutoffs') }} as cutoffs
    on
        features.namespace = cutoffs.namespace
        and features.cutoff_number = cutoffs.cutoff_number
where features.latest_source_at >= cutoffs.cutoff_at
group by features.namespace, cutoffs.cutoff_at
