{#
    The columns that `column_profiles` watches, by landed table, and of which of them distinct values are counted: an
    exact count costs a third of a second for ten million rows, so it is made where a change would tell something.
    To watch a column, add it here and run `dbt build --full-refresh --select int_event_columns__by_day+`.
#}
{% macro profiled_columns(table_name) %}
    {% set columns = {
        'events': {
            'event_name': true, 'device_id': true, 'customer_id': true, 'product_id': true, 'order_id': true,
            'quantity': false, 'unit_price': false, 'currency': false, 'page_url': false, 'search_term': false,
            'list_id': false, 'recommendation_id': false, 'user_agent': false,
        },
        'orders': {'customer_id': true, 'country': true, 'currency': true, 'device_id': false},
        'order_lines': {'order_id': true, 'product_id': true, 'quantity': false, 'unit_price': false, 'currency': false},
        'products': {'category_path': true, 'brand': false, 'price': false, 'currency': true},
        'customers': {'country': true, 'contact_hash': false},
    } %}
    {{ return(columns[table_name]) }}
{% endmacro %}
