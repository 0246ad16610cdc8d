{# The value of one of GA4's event parameters as text, of whichever of its four types; null where it was not sent. #}
{% macro ga4_event_param(column, key) -%}
    {{ adapter.dispatch('ga4_event_param')(column, key) }}
{%- endmacro %}

{# Equal expressions are computed once, so the JSON is read once for all the keys of a select. #}
{% macro duckdb__ga4_event_param(column, key) -%}
    list_extract(
        list_transform(
            list_filter(
                from_json(
                    case when json_valid({{ column }}) then {{ column }} end,
                    '[{"key": "VARCHAR", "value": {"string_value": "VARCHAR", "int_value": "VARCHAR", '
                    || '"float_value": "VARCHAR", "double_value": "VARCHAR"}}]'
                ),
                lambda param: param['key'] = '{{ key }}'
            ),
            lambda param: coalesce(
                param['value']['string_value'],
                param['value']['int_value'],
                param['value']['double_value'],
                param['value']['float_value']
            )
        ),
        1
    )
{%- endmacro %}

{% macro spark__ga4_event_param(column, key) -%}
    get(
        transform(
            filter(
                from_json(
                    {{ column }},
                    'array<struct<key: string, value: struct<string_value: string, int_value: string, '
                    || 'float_value: string, double_value: string>>>'
                ),
                param -> param.key = '{{ key }}'
            ),
            param -> coalesce(
                param.value.string_value, param.value.int_value, param.value.double_value, param.value.float_value
            )
        ),
        0
    )
{%- endmacro %}
