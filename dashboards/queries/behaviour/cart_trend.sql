-- One row per point: the share of carts that were left behind; a point without carts has none.
select
    cast(time_bucket(to_days($bucket_days), cart_date, $bucket_origin) as date) as day,
    'Carts left behind' as series,
    sum(abandoned_cart_count) / nullif(sum(cart_count), 0) as value
from cart_abandonment
where $namespace in ('all', namespace) and cart_date between $first_day and $last_day
group by day
order by day
