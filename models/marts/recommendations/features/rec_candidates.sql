with

target_customers as (

    select * from {{ ref('rec_target_customers') }}

),

histories as (

    select * from {{ ref('rec_customer_histories') }}

),

customer_features as (

    select * from {{ ref('rec_customer_features') }}

),

product_features as (

    select * from {{ ref('rec_product_features') }}

),

country_popularity as (

    select * from {{ ref('rec_country_popularity') }}

),

copurchase as (

    select * from {{ ref('rec_copurchase') }}

),

neighbour_scores as (

    select
        histories.target_number,
        copurchase.neighbour_number as product_number,
        {{ exact_sum(
            "case when copurchase.list_type = 'customer' then histories.weight * copurchase.similarity else 0 end"
        ) }} as customer_list_score,
        {{ exact_sum(
            "case when copurchase.list_type = 'basket' then histories.weight * copurchase.similarity else 0 end"
        ) }} as basket_list_score,
        {{ exact_sum("histories.is_in_latest_basket * copurchase.similarity") }} as latest_basket_score,
        max_by(histories.product_number, copurchase.similarity_order) as nearest_product_number
    from histories
    inner join copurchase
        on histories.product_number = copurchase.product_number
    where histories.history_position <= {{ var('recommender_history_length') }}
    group by histories.target_number, copurchase.neighbour_number

),

ranked_neighbours as (

    select
        *,
        row_number() over (
            partition by target_number
            order by round(customer_list_score + basket_list_score, 9) desc, product_number
        ) as neighbour_rank
    from neighbour_scores

),

favourite_categories as (

    select
        target_number,
        category,
        row_number() over (
            partition by target_number
            order by {{ exact_sum('weight') }} desc, category
        ) as category_rank
    from histories
    where category is not null
    group by target_number, category

),

category_popularity as (

    select
        cutoff_id,
        category,
        product_number,
        row_number() over (partition by cutoff_id, category order by popularity_rank) as category_rank
    from product_features
    where category is not null

),

-- What nobody has bought yet: the most looked at first, then the newest.
new_in_category as (

    select
        cutoff_id,
        category,
        product_number,
        row_number() over (
            partition by cutoff_id, category
            order by viewer_count_7d desc, days_since_new asc, product_id asc
        ) as category_rank
    from product_features
    where category is not null and days_since_new is not null and buyer_count = 0

),

proposals as (

    select
        target_number,
        product_number,
        'history' as proposed_by
    from histories
    where history_position <= {{ var('recommender_history_candidates') }}

    union all

    select
        target_number,
        product_number,
        'copurchase' as proposed_by
    from ranked_neighbours
    where neighbour_rank <= {{ var('recommender_neighbour_candidates') }}

    union all

    select
        target_customers.target_number,
        product_features.product_number,
        'popularity' as proposed_by
    from target_customers
    inner join product_features
        on
            target_customers.cutoff_id = product_features.cutoff_id
            and product_features.popularity_rank <= 60

    union all

    select
        target_customers.target_number,
        country_popularity.product_number,
        'country' as proposed_by
    from target_customers
    inner join customer_features
        on
            target_customers.cutoff_id = customer_features.cutoff_id
            and target_customers.customer_id = customer_features.customer_id
    inner join country_popularity
        on
            customer_features.cutoff_id = country_popularity.cutoff_id
            and customer_features.country = country_popularity.country
            and country_popularity.popularity_rank <= 40

    union all

    select
        target_customers.target_number,
        category_popularity.product_number,
        'category' as proposed_by
    from target_customers
    inner join favourite_categories
        on
            target_customers.target_number = favourite_categories.target_number
            and favourite_categories.category_rank <= 3
    inner join category_popularity
        on
            target_customers.cutoff_id = category_popularity.cutoff_id
            and favourite_categories.category = category_popularity.category
            and category_popularity.category_rank <= 20

    union all

    select
        target_customers.target_number,
        new_in_category.product_number,
        'new' as proposed_by
    from target_customers
    inner join favourite_categories
        on
            target_customers.target_number = favourite_categories.target_number
            and favourite_categories.category_rank <= 3
    inner join new_in_category
        on
            target_customers.cutoff_id = new_in_category.cutoff_id
            and favourite_categories.category = new_in_category.category
            and new_in_category.category_rank <= 3

),

candidates as (

    select
        target_number,
        product_number,
        max(case when proposed_by = 'history' then 1 else 0 end) as is_from_history,
        max(case when proposed_by = 'copurchase' then 1 else 0 end) as is_from_copurchase,
        max(case when proposed_by = 'popularity' then 1 else 0 end) as is_from_popularity,
        max(case when proposed_by = 'country' then 1 else 0 end) as is_from_country,
        max(case when proposed_by = 'category' then 1 else 0 end) as is_from_category,
        max(case when proposed_by = 'new' then 1 else 0 end) as is_from_new
    from proposals
    group by target_number, product_number

),

final as (

    select
        target_customers.cutoff_id,
        target_customers.customer_id,
        product_features.product_id,
        candidates.is_from_history,
        candidates.is_from_copurchase,
        candidates.is_from_popularity,
        candidates.is_from_country,
        candidates.is_from_category,
        candidates.is_from_new,
        coalesce(neighbour_scores.customer_list_score, 0) as customer_list_score,
        coalesce(neighbour_scores.basket_list_score, 0) as basket_list_score,
        coalesce(neighbour_scores.latest_basket_score, 0) as latest_basket_score,
        nearest_products.product_id as nearest_product_id
    from candidates
    inner join target_customers
        on candidates.target_number = target_customers.target_number
    inner join product_features
        on candidates.product_number = product_features.product_number
    left join neighbour_scores
        on
            candidates.target_number = neighbour_scores.target_number
            and candidates.product_number = neighbour_scores.product_number
    left join product_features as nearest_products
        on neighbour_scores.nearest_product_number = nearest_products.product_number

)

select * from final
