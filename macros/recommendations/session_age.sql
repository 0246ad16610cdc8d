{# How long ago a session was, as a share of all sessions before the cutoff: 0 the latest, towards 1 the first. #}
{% macro session_age(session_number, session_count='cutoffs.session_count') -%}
    ({{ session_count }} - {{ session_number }}) / nullif(cast({{ session_count }} as double), 0)
{%- endmacro %}


{#
  Weight of a session that fades with its age. Counted in sessions rather than days, it means the same to a shop of a
  hundred visits a day and to one of a million.
#}
{% macro session_recency(session_number, rate=4) -%}
    exp(-{{ rate }} * {{ session_age(session_number) }})
{%- endmacro %}
