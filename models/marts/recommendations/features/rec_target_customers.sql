with

purchases as (

    select * from {{ ref('rec_purchases') }}

),

customer_events as (

    select * from {{ ref('rec_customer_events') }}

),

cutoffs as (

    select * from {{ ref('rec_cutoffs') }}

),

labels as (

    select * from {{ ref('rec_labels') }}

),

activity as (

    select
        customer_id,
        namespace,
        min(ordered_at) as first_ordered_at,
        min(ordered_at) as first_active_at
    from purchases
    group by customer_id, namespace

    union all

    select
        customer_id,
        namespace,
        cast(null as timestamp) as first_ordered_at,
        min(known_at) as first_active_at
    from customer_events
    group by customer_id, namespace

),

known_customers as (

    select
        cutoffs.cutoff_id,
        cutoffs.namespace,
        cutoffs.cutoff_role,
        cutoffs.cutoff_at,
        activity.customer_id,
        max(case when {{ before_cutoff('activity.first_ordered_at') }} then 1 else 0 end) = 1 as has_purchases
    from activity
    inner join cutoffs
        on
            activity.namespace = cutoffs.namespace
            and {{ before_cutoff('activity.first_active_at') }}
    group by
        cutoffs.cutoff_id,
        cutoffs.namespace,
        cutoffs.cutoff_role,
        cutoffs.cutoff_at,
        activity.customer_id

),

labelled_customers as (

    select distinct
        cutoff_id,
        customer_id
    from labels

),

final as (

    select
        known_customers.*,
        -- Joins millions of pairs without their text.
        cast(
            row_number() over (order by known_customers.cutoff_id, known_customers.customer_id) as int
        ) as target_number
    from known_customers
    left join labelled_customers
        on
            known_customers.cutoff_id = labelled_customers.cutoff_id
            and known_customers.customer_id = labelled_customers.customer_id
    -- Windows to learn from rank only customers who bought in them; serving ranks everybody.
    where
        known_customers.cutoff_role = 'serving'
        or labelled_customers.customer_id is not null

)

select * from final
