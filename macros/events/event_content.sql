{# What an event says, its origin aside: of two copies received at one moment the smaller text is the event. #}
{% macro event_content() -%}
    {{ surrogate_key(event_columns() | reject('in', [
        'received_at', 'namespace', 'source_name', 'source_file', 'source_row', 'file_sha256', 'landing_file', 'loaded_at',
    ]) | list) }}
{%- endmacro %}
