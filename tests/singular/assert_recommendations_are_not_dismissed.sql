{{ config(tags=['after_training']) }}

-- A failure means that customers are shown again what they waved away. The rule stands in `recommendations`, which
-- reads `dismissed_recommendations`: build both.
select
    recommendations.customer_id,
    recommendations.product_id
from {{ ref('recommendations') }} as recommendations
inner join {{ ref('dismissed_recommendations') }} as dismissed_recommendations
    on
        recommendations.customer_id = dismissed_recommendations.customer_id
        and recommendations.product_id = dismissed_recommendations.product_id
