{#
    How the impressions follow what changed: by whole lists. Whatever changes about an event of a list writes the event's
    row again, under its old list or its new one.
#}

{# The served lists of which an event was written since the model that is being built last was. #}
{% macro changed_recommendations() -%}
    select distinct recommendation_id
    from {{ ref('int_events__classified') }}
    where {{ changed_since_last_build() }} and recommendation_id is not null
{%- endmacro %}

{# pre_hook of fct_recommendation_impressions: takes out the lists that it writes anew. #}
{% macro delete_changed_recommendations() %}
    {% if execute and is_incremental() %}
        {% do run_query(
            "delete from " ~ this ~ " where recommendation_id in (" ~ changed_recommendations() ~ ")"
        ) %}
    {% endif %}
{% endmacro %}

{#
    The days, `changed_date`, whose impressions changed: of the events that came or went, and of the lists they are of. A
    list that by a clock that is fast was shown after the last build may be of a model that has been trained since.
#}
{% macro changed_impression_days() -%}
    {{ changed_days(ref('int_events__classified'), 'event_date') }}
    union
    {{ changed_days(ref('fct_recommendation_impressions'), 'impression_date') }}
    union
    select distinct impression_date as changed_date
    from {{ ref('fct_recommendation_impressions') }}
    where shown_at > {{ watermark() }}
{%- endmacro %}
