{# SQL for a weekly metric's change against an earlier week; null where a week is not whole or there was nothing before. #}
{% macro relative_change(metric, before) -%}
    round(case when is_complete and {{ before }} > 0 then cast({{ metric }} as double) / nullif({{ before }}, 0) - 1 end, 9)
{%- endmacro %}
