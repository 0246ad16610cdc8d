{#
    How the customer marts follow what changed. Whatever changes about a session writes all of its events again, under
    their old session or their new one, so the days of written events are the days of all sessions that changed, those
    that are gone among them.
#}

{#
    The distinct days, `changed_date`, whose sessions changed since the model that is being built last was, or whose
    sessions met a product that has another category by now.
#}
{% macro changed_session_days() -%}
    {{ changed_days(ref('int_events__classified'), 'event_date') }}
    union
    select distinct cast(session_started_at as date) as changed_date
    from {{ ref('int_events__classified') }}
    where row_status = 'fact' and product_id in ({{ recategorised_products() }})
{%- endmacro %}

{# Products whose category changed since the model that is being built last was; mostly none, and then nothing is read. #}
{% macro recategorised_products() -%}
    select product_id from {{ ref('int_product_categories') }}
    where is_recategorised and {{ changed_since_last_build() }}
{%- endmacro %}

{# pre_hook: empties the days of `changed_session_days`, in the transaction that writes them anew. #}
{% macro delete_changed_session_days(date_column) %}
    {% if execute and is_incremental() %}
        {% do run_query("delete from " ~ this ~ " where " ~ date_column ~ " in (" ~ changed_session_days() ~ ")") %}
    {% endif %}
{% endmacro %}

{#
    The distinct devices and days, `device_id` and `session_date`, on which a session of a device changed in one of
    these ways.
#}
{% macro changed_device_days() -%}
    select distinct
        device_id,
        event_date as session_date
    from {{ ref('int_events__classified') }}
    where {{ changed_since_last_build() }} and device_id is not null and event_date is not null
    union
    select distinct
        device_id,
        cast(session_started_at as date) as session_date
    from {{ ref('int_events__classified') }}
    where row_status = 'fact' and product_id in ({{ recategorised_products() }})
{%- endmacro %}

{# pre_hook: takes out the sessions of `changed_device_days`, in the transaction that writes them anew. #}
{% macro delete_changed_device_days() %}
    {% if execute and is_incremental() %}
        {% set statement %}
            delete from {{ this }} as known
            using ({{ changed_device_days() }}) as changed
            where known.device_id = changed.device_id and known.session_date = changed.session_date
        {% endset %}
        {% do run_query(statement) %}
    {% endif %}
{% endmacro %}
