{# Every landed order line of every source and what became of it. #}
with

unioned as (

    {% for model, updated_at in [
        ('int_sample_shop__order_lines', 'updated_at'),
        ('int_online_retail__order_lines', 'occurred_at'),
    ] %}
    select
        order_line_id,
        order_id,
        customer_id,
        product_id,
        charge_code,
        line_type,
        currency,
        country,
        quarantine_reason,
        detail,
        quantity,
        unit_price,
        occurred_at,
        {{ updated_at }} as updated_at,
        content_hash,
        namespace,
        source_name,
        source_file,
        source_row,
        landing_file,
        loaded_at
    from {{ ref(model) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
),

classified as (

    select
        *,
        'order_lines' as table_name,
        {{ row_status('quarantine_reason', 'order_line_id', 'updated_at', 'content_hash') }} as row_status
    from unioned

)

select * from classified
