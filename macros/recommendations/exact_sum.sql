{#
  A sum of fractions that does not depend on the order of rows or threads: the terms are rounded to 9 digits once,
  and decimals add up exactly. Terms must stay below 1e9.
#}
{% macro exact_sum(expression) -%}
    cast(sum(cast({{ expression }} as decimal(18, 9))) as double)
{%- endmacro %}


{# Weight of something `days` ago that fades by e every `scale` days. #}
{% macro decay(days, scale) -%}
    exp(-({{ days }}) / cast({{ scale }} as double))
{%- endmacro %}
