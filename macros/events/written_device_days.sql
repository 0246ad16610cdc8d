{# The distinct (device_id, event_date) of `events`, the classified ones, that were written since the model that is being built last was. #}
{% macro written_device_days(events) -%}
    select distinct
        changed.device_id,
        changed.event_date
    from {{ events }} as changed
    where changed.{{ changed_since_last_build() }} and changed.device_id is not null
{%- endmacro %}

{# pre_hook: takes out the rows of these days, in the transaction that writes them anew. #}
{% macro delete_written_device_days(events, date_column) %}
    {% if execute and is_incremental() %}
        {% do run_query(
            "delete from " ~ this ~ " as known using (" ~ written_device_days(events) ~ ") as changed"
            ~ " where known.device_id = changed.device_id and known." ~ date_column ~ " = changed.event_date"
        ) %}
    {% endif %}
{% endmacro %}

{# pre_hook of a model about devices: takes out those of which an event was written. #}
{% macro delete_written_devices(events) %}
    {% if execute and is_incremental() %}
        {% do run_query(
            "delete from " ~ this ~ " where device_id in (select device_id from (" ~ written_device_days(events) ~ ") as changed)"
        ) %}
    {% endif %}
{% endmacro %}
