{#
    A wall-clock timestamp from text: ISO, or month/day/year hour:minute as American exports write it, or with `day_first`
    day.month.year and day/month/year, with seconds or without; else null. Which comes first no file says by itself.
#}
{% macro local_timestamp_from_text(column, day_first=false) -%}
    {{ adapter.dispatch('local_timestamp_from_text')(column, day_first) }}
{%- endmacro %}

{% macro duckdb__local_timestamp_from_text(column, day_first) -%}
    {%- set formats = [
        '%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M', '%d.%m.%Y', '%d/%m/%Y %H:%M:%S', '%d/%m/%Y %H:%M', '%d/%m/%Y'
    ] if day_first else ['%m/%d/%Y %H:%M'] -%}
    coalesce(
        try_cast({{ column }} as timestamp),
        try_strptime(trim({{ column }}), ['{{ formats | join("', '") }}'])
    )
{%- endmacro %}

{% macro spark__local_timestamp_from_text(column, day_first) -%}
    {%- set formats = [
        'd.M.yyyy H:mm:ss', 'd.M.yyyy H:mm', 'd.M.yyyy', 'd/M/yyyy H:mm:ss', 'd/M/yyyy H:mm', 'd/M/yyyy'
    ] if day_first else ['M/d/yyyy H:mm'] -%}
    coalesce(
        try_cast({{ column }} as timestamp)
        {%- for format in formats %}, try_to_timestamp(trim({{ column }}), '{{ format }}'){% endfor %}
    )
{%- endmacro %}
