{#
    pre_hooks of models that append: each takes out what the model writes anew, in the transaction that appends it, so
    that no reader sees it missing. Nothing is to be taken out when the model is built anew.
#}

{# Days, of which `days` is a query. #}
{% macro delete_days(date_column, days) %}
    {% if execute and is_incremental() %}
        {% do run_query("delete from " ~ this ~ " where " ~ date_column ~ " in (" ~ days ~ ")") %}
    {% endif %}
{% endmacro %}

{# Days of devices, of which `device_days` is a query (device_id, changed_date). #}
{% macro delete_device_days(date_column, device_days) %}
    {% if execute and is_incremental() %}
        {% do run_query(
            "delete from " ~ this ~ " where (device_id, " ~ date_column ~ ") in"
            ~ " (select device_id, changed_date from (" ~ device_days ~ ") as changed)"
        ) %}
    {% endif %}
{% endmacro %}

{# All that is known of devices, of which `device_days` is a query as above. #}
{% macro delete_devices(device_days) %}
    {% if execute and is_incremental() %}
        {% do run_query(
            "delete from " ~ this ~ " where device_id in (select device_id from (" ~ device_days ~ ") as changed)"
        ) %}
    {% endif %}
{% endmacro %}
