{# What an event says, its origin aside: of two copies received at one moment the one with the smaller hash is the event. #}
{% macro event_content(relation) -%}
    {%- set columns = [] -%}
    {%- for column in event_columns() if column not in [
        'received_at', 'namespace', 'source_name', 'source_file', 'source_row', 'file_sha256', 'landing_file', 'loaded_at',
    ] -%}
        {%- do columns.append(relation ~ '.' ~ column) -%}
    {%- endfor -%}
    {{ surrogate_key(columns) }}
{%- endmacro %}
