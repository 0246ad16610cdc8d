{#
    40 bits of an id: five bytes to scan for copies in a long history, where the ids themselves would be forty. Two ids
    may share one, so it narrows down and never decides; among 100 million a day of 200,000 finds about 20 such strangers.
#}
{% macro id_hash(column) -%}
    {{ adapter.dispatch('id_hash')(column) }}
{%- endmacro %}

{% macro duckdb__id_hash(column) -%}
    cast(md5_number_lower({{ column }}) % 1099511627776 as bigint)
{%- endmacro %}

{% macro spark__id_hash(column) -%}
    pmod(xxhash64({{ column }}), 1099511627776)
{%- endmacro %}
