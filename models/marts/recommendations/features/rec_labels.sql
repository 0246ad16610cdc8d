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

),

labelled_customers as (

    select distinct
        cutoff_id,
        customer_id
    from labels

),

-- Enough to learn and to test with; drawn by a hash, so that the same customers are drawn each time.
drawn_customers as (

    select
        *,
        row_number() over (partition by cutoff_id order by md5(customer_id), customer_id) as draw_number
    from labelled_customers

),

final as (

    select
        labels.cutoff_id,
        labels.customer_id,
        labels.product_id
    from labels
    inner join drawn_customers
        on
            labels.cutoff_id = drawn_customers.cutoff_id
            and labels.customer_id = drawn_customers.customer_id
    where drawn_customers.draw_number <= {{ var('recommender_labelled_customers') }}

)

select * from final
