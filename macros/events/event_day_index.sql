{#
    Where in the history an event or a device is to be found: two narrow tables beside int_events__classified, of the
    days of each event's hash and of each device's. An incremental build of it looks here first, and then reads of
    itself those days alone (docs/decisions/0016). They may name a day too many, never one too few: rows are added in the
    transaction that adds the events, and go only when all is built anew.
#}

{# The index of `of`, 'events' or 'devices'; none where it is still to be made. #}
{% macro event_day_index(of) %}
    {{ return(adapter.get_relation(this.database, this.schema, this.identifier ~ '__days_of_' ~ of)) }}
{% endmacro %}

{#
    The days (id_hash, event_date) that the index knows. The condition always holds, which statistics cannot tell: by it
    the planner takes the history for less than it is, as it does with known_event_rows.
#}
{% macro indexed_days(index) -%}
    (
        select * from {{ index }}
        where id_hash % 2 >= 0
    )
{%- endmacro %}

{# pre_hook of int_events__classified: what is built anew is indexed anew. #}
{% macro drop_event_day_indexes() %}
    {% if execute and not is_incremental() %}
        {% for of in ['events', 'devices'] %}
            {% set index = event_day_index(of) %}
            {% if index %}{% do adapter.drop_relation(index) %}{% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{# post_hook of it, before mark_processed: adds the rows that this build has read from landing. #}
{% macro index_event_days() %}
    {% if execute %}
        {% for of, column, hashes in [
            ('events', 'event_hash', 'event_hash'),
            ('devices', 'device_id', 'distinct ' ~ id_hash('device_id')),
        ] %}
            {% set index = event_day_index(of) %}
            {% set rows %}
                select {{ hashes }} as id_hash, event_date
                from {{ this }}
                where {{ column }} is not null and event_date is not null
            {% endset %}
            {% if index %}
                {% set landed_now = 'processed_at = ' ~ invocation_time()
                    ~ ' and landing_file in (' ~ unsettled_files('events') ~ ')' %}
                {% do run_query('insert into ' ~ index ~ ' ' ~ rows ~ ' and ' ~ landed_now) %}
            {% else %}
                {% set index = this.incorporate(path={'identifier': this.identifier ~ '__days_of_' ~ of}) %}
                {% do run_query('create table ' ~ index ~ ' as ' ~ rows) %}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}
