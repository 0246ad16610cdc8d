select
    order_date,
    order_id,
    fct_order_lines.product_id,
    coalesce(title, fct_order_lines.product_id) as title,
    quantity,
    line_amount_reporting
from fct_order_lines
left join dim_products on fct_order_lines.product_id = dim_products.product_id
where fct_order_lines.customer_id = $customer_id and fct_order_lines.product_id is not null
order by ordered_at desc, order_line_id
limit 50
