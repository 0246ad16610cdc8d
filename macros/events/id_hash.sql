{#
    64 bits of an id: eight bytes to scan for copies in a long history, where the ids themselves would be forty. Two ids
    may share one, so it narrows down and never decides.
#}
{% macro id_hash(column) -%}
    {{ adapter.dispatch('id_hash')(column) }}
{%- endmacro %}

{% macro duckdb__id_hash(column) -%}
    md5_number_lower({{ column }})
{%- endmacro %}

{% macro spark__id_hash(column) -%}
    xxhash64({{ column }})
{%- endmacro %}
