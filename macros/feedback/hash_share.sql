{#
    A number from 0 to 1 that a text always has, and that is spread evenly over texts: the first 8 bytes of its SHA-256
    by 2^64. The recommendation API draws a visitor's arm with the same number.
#}
{% macro hash_share(text) -%}
    {{ adapter.dispatch('hash_share')(text) }}
{%- endmacro %}

{% macro duckdb__hash_share(text) -%}
    cast(cast('0x' || substring(sha256({{ text }}), 1, 16) as ubigint) as double) / 18446744073709551616e0
{%- endmacro %}

{% macro spark__hash_share(text) -%}
    cast(conv(substring(sha2({{ text }}, 256), 1, 16), 16, 10) as double) / 18446744073709551616e0
{%- endmacro %}
