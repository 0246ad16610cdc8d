{#
    How incremental models know what is new. Rows of the classified tables carry `processed_at`, the start of the dbt
    invocation that last wrote them; whatever changes about a row writes it again. A model that reads them keeps a
    watermark, the start of the invocation that last built it, in landing.model_watermarks.
#}

{# post_hook of every incremental model: remember when it was built, in the transaction that built it, and from what. #}
{% macro mark_processed() %}
    {% if execute %}
        {% set statement %}
            delete from landing.model_watermarks where model_name = '{{ model.name }}';
            insert into landing.model_watermarks
            select
                '{{ model.name }}',
                {{ invocation_time() }},
                case
                    when exists (
                        select 1 from landing.model_watermarks
                        where
                            fingerprint = 'outdated'
                            and model_name in ({{ (incremental_ancestors(model) or ["''"]) | join(', ') }})
                    )
                        then 'outdated'
                    else '{{ rules_fingerprint(model) }}'
                end;
        {% endset %}
        {% do run_query(statement) %}
    {% endif %}
{% endmacro %}

{# Start of this dbt invocation in UTC, the same in all of its models. #}
{% macro invocation_time() -%}
    cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp)
{%- endmacro %}

{# The same to the second, as the registry notes when it met a file. #}
{% macro invocation_second() -%}
    cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp)
{%- endmacro %}

{# Watermark of the model that is being built. #}
{% macro watermark() -%}
    {%- set found = [] -%}
    {%- if execute and flags.WHICH in ('run', 'build') -%}
        {%- do found.extend(run_query(
            "select processed_until from landing.model_watermarks where model_name = '" ~ model.name ~ "'"
        ).columns[0].values()) -%}
    {%- endif -%}
    cast('{{ found[0].strftime("%Y-%m-%d %H:%M:%S.%f") if found else "1970-01-01 00:00:00" }}' as timestamp)
{%- endmacro %}

{# Condition on a classified table: the row was written since the model that is being built last was. #}
{% macro changed_since_last_build() -%}
    processed_at > {{ watermark() }}
{%- endmacro %}

{# The distinct days, `changed_date`, of rows written since the model that is being built last was. #}
{% macro changed_days(relation, date_column) -%}
    select distinct cast({{ date_column }} as date) as changed_date
    from {{ relation }}
    where {{ changed_since_last_build() }} and {{ date_column }} is not null
{%- endmacro %}

{# The distinct devices and days, `device_id` and `changed_date`, of such rows of the classified events. #}
{% macro changed_device_days(events) -%}
    select distinct
        device_id,
        event_date as changed_date
    from {{ events }}
    where {{ changed_since_last_build() }} and device_id is not null
{%- endmacro %}
