-- One row per device category: carts of the period that were left behind.
select
    device_category as device,
    sum(cart_count) as cart_count,
    sum(abandoned_cart_count) as abandoned_cart_count,
    sum(abandoned_cart_count) / nullif(sum(cart_count), 0) as abandonment_rate,
    sum(abandoned_cart_value) as abandoned_cart_value
from cart_abandonment
where $namespace in ('all', namespace) and cart_date between $first_day and $last_day
group by device_category
order by cart_count desc, device
