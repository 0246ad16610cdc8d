{# The canonical columns of an event, which every source's staging gives; docs/add-a-source.md says what each means. #}
{% macro event_columns() %}
    {{ return([
        'event_id', 'device_id', 'customer_id', 'product_id', 'order_id', 'recommendation_id',
        'event_name', 'currency', 'page_url', 'search_term', 'list_id', 'user_agent',
        'position', 'quantity', 'unit_price', 'occurred_at', 'received_at',
        'namespace', 'item_number', 'source_name', 'source_file', 'source_row', 'file_sha256', 'landing_file', 'loaded_at',
    ]) }}
{% endmacro %}
