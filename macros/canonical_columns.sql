{# The canonical columns of what sources tell of, beside events; docs/add-a-source.md says what each means. #}

{% macro product_columns() %}
    {{ return([
        'product_id', 'source_product_id', 'title', 'category_path', 'brand', 'currency', 'image_url', 'price',
        'is_in_stock', 'is_replenishable', 'updated_at', 'namespace', 'source_name', 'source_file', 'source_row',
        'file_sha256', 'landing_file', 'loaded_at',
    ]) }}
{% endmacro %}

{% macro customer_columns() %}
    {{ return([
        'customer_id', 'source_customer_id', 'country', 'contact_hash', 'created_at', 'updated_at', 'namespace',
        'source_name', 'source_file', 'source_row', 'file_sha256', 'landing_file', 'loaded_at',
    ]) }}
{% endmacro %}

{% macro order_columns() %}
    {{ return([
        'order_id', 'customer_id', 'device_id', 'country', 'currency', 'is_test', 'ordered_at', 'updated_at',
        'namespace', 'source_name', 'source_file', 'source_row', 'file_sha256', 'landing_file', 'loaded_at',
    ]) }}
{% endmacro %}

{% macro order_line_columns() %}
    {{ return([
        'order_line_id', 'order_id', 'customer_id', 'product_id', 'charge_code', 'line_type', 'title', 'currency',
        'country', 'rule_broken', 'detail', 'quantity', 'unit_price', 'has_order_header', 'occurred_at',
        'updated_at', 'content_hash', 'namespace', 'source_name', 'source_file', 'source_row', 'landing_file',
        'loaded_at',
    ]) }}
{% endmacro %}
