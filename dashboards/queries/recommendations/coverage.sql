-- The shop's coverage; of all shops together, that of the one with most products, as shares do not add up.
select *
from recommendation_coverage
where
    namespace = $namespace
    or (
        $namespace = 'all'
        and namespace = (
            select max_by(largest.namespace, largest.product_count)
            from recommendation_coverage as largest
            where largest.segment_type = 'all'
        )
    )
order by segment_type, place_count desc, segment_value
