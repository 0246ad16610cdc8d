with

purchases as (

    select * from {{ ref('rec_purchases') }}

),

cutoffs as (

    select * from {{ ref('rec_cutoffs') }}

),

labels as (

    select distinct
        cutoffs.cutoff_id,
        purchases.customer_id,
        purchases.product_id
    from purchases
    inner join cutoffs
        on
            purchases.namespace = cutoffs.namespace
            and {{ within_label_window('purchases.ordered_at') }}
    where cutoffs.cutoff_role in ('training', 'test')

)

select * from labels
