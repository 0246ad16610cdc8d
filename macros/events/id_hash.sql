{#
    48 bits of an id: six bytes to scan for copies in a long history, where the ids themselves would be forty. Two ids
    may share one, so it narrows down and never decides. With 40 bits a day of 200,000 events finds a dozen strangers in a
    year of 73 million, on any of its days, and each has wide rows of that day read; with 48 one in three weeks.
#}
{% macro id_hash(column) -%}
    {{ adapter.dispatch('id_hash')(column) }}
{%- endmacro %}

{% macro duckdb__id_hash(column) -%}
    cast(md5_number_lower({{ column }}) % 281474976710656 as bigint)
{%- endmacro %}

{% macro spark__id_hash(column) -%}
    case when {{ column }} is not null then pmod(xxhash64({{ column }}), 281474976710656) end
{%- endmacro %}
