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

{# The distinct devices and days, `device_id` and `changed_date`, on which a session changed in one of these ways. #}
{% macro changed_session_device_days() -%}
    {{ changed_device_days(ref('int_events__classified')) }}
    union
    select distinct
        device_id,
        cast(session_started_at as date) as changed_date
    from {{ ref('int_events__classified') }}
    where row_status = 'fact' and product_id in ({{ recategorised_products() }})
{%- endmacro %}
