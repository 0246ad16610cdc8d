with

final as (

    select
        'list_length' as rule_name,
        cast({{ var('recommendation_list_length') }} as bigint) as rule_value

    union all

    select
        'recent_days' as rule_name,
        cast({{ var('recommendation_recent_days') }} as bigint) as rule_value

    union all

    select
        'category_cap' as rule_name,
        cast({{ var('recommendation_category_cap') }} as bigint) as rule_value

)

select * from final
