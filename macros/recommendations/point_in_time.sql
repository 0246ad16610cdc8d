{#
  The point-in-time rule of every recommender model: a row may be seen for a cutoff only when it happened strictly
  before it. Join a fact to `rec_cutoffs` with this macro and with nothing else, so that no feature knows its label.
#}
{% macro before_cutoff(occurred_at, cutoff_at='cutoffs.cutoff_at') -%}
    {{ occurred_at }} < {{ cutoff_at }}
{%- endmacro %}


{# True for rows of the last `days` days before the cutoff (cutoffs are midnights, so days are whole). #}
{% macro within_days_before_cutoff(occurred_at, days, cutoff_at='cutoffs.cutoff_at') -%}
    {{ occurred_at }} < {{ cutoff_at }} and {{ occurred_at }} >= {{ timestamp_add_days(cutoff_at, -days) }}
{%- endmacro %}


{# How long before a cutoff what a customer did is looked at; the features are named after it. #}
{% macro event_days_before_cutoff() -%}
    30
{%- endmacro %}


{# For how long a product counts as new, bought or not. #}
{% macro new_product_days() -%}
    30
{%- endmacro %}


{# Label windows: at or after the cutoff, before the window's end. #}
{% macro within_label_window(occurred_at, cutoff_at='cutoffs.cutoff_at', label_until='cutoffs.label_until') -%}
    {{ occurred_at }} >= {{ cutoff_at }} and {{ occurred_at }} < {{ label_until }}
{%- endmacro %}


{# Whole days from an event to the cutoff: 1 for the day before it. #}
{% macro days_before_cutoff(occurred_at, cutoff_at='cutoffs.cutoff_at') -%}
    {{ dbt.datediff(occurred_at, cutoff_at, 'day') }}
{%- endmacro %}


{# A timestamp moved by days; Spark's date_add returns a date, so the type is put back. #}
{% macro timestamp_add_days(moment, days) -%}
    cast({{ dbt.dateadd('day', days, moment) }} as timestamp)
{%- endmacro %}
