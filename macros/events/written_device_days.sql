{# The distinct (device_id, event_date) of events written since the model that is being built last was. #}
{% macro written_device_days() -%}
    select distinct
        changed.device_id,
        changed.event_date
    from {{ ref('int_events__classified') }} as changed
    where changed.{{ changed_since_last_build() }} and changed.device_id is not null
{%- endmacro %}

{# pre_hook: takes out the rows of these days, in the transaction that writes them anew. #}
{% macro delete_written_device_days(date_column) %}
    {% if execute and is_incremental() %}
        {% do run_query(
            "delete from " ~ this ~ " as known using (" ~ written_device_days() ~ ") as changed"
            ~ " where known.device_id = changed.device_id and known." ~ date_column ~ " = changed.event_date"
        ) %}
    {% endif %}
{% endmacro %}

{# pre_hook of a model about devices: takes out those of which an event was written. #}
{% macro delete_written_devices() %}
    {% if execute and is_incremental() %}
        {% do run_query(
            "delete from " ~ this ~ " where device_id in (select device_id from (" ~ written_device_days() ~ ") as changed)"
        ) %}
    {% endif %}
{% endmacro %}
