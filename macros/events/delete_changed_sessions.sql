{#
    pre_hook of fct_sessions: takes out the sessions in whose time an event was written since the last build. All events
    of a touched session have been, under its old times or new ones, so none that lasts is lost and none that is gone
    stays. Days come first: they tell which parts of the table to read, devices lie anywhere.
#}
{% macro delete_changed_sessions() %}
    {% if execute and is_incremental() %}
        {% set changed_times %}
            (
                {% for days in [0, 1] %}
                select device_id, occurred_at, event_date - {{ days }} as session_date
                from {{ ref('int_events__classified') }}
                where {{ changed_since_last_build() }} and device_id is not null
                {% if not loop.last %}union all{% endif %}
                {% endfor %}
            )
        {% endset %}
        {% set statement %}
            delete from {{ this }} as sessions
            where
                sessions.session_date in (select session_date from {{ changed_times }} as changed_days)
                and exists (
                    select 1 from {{ changed_times }} as changed
                    where
                        sessions.device_id = changed.device_id
                        and sessions.session_date = changed.session_date
                        and changed.occurred_at between sessions.started_at and sessions.ended_at
                )
        {% endset %}
        {% do run_query(statement) %}
    {% endif %}
{% endmacro %}
