-- A failure means that training windows reach into the window the model is tested on, or overlap each other.
with

windows as (

    select
        cutoff_id,
        label_until,
        lead(cutoff_at) over (partition by namespace order by cutoff_at) as next_cutoff_at
    from {{ ref('rec_cutoffs') }}

)

select
    cutoff_id,
    label_until,
    next_cutoff_at
from windows
where label_until <> next_cutoff_at
