{#
    Conditions on rows of a landed table. A classified table reads what is not settled from landing, and what it knows
    already of the same keys from itself.
#}

{# Staged rows that an incremental model has to take in: all of them when it is built anew. #}
{% macro to_be_taken_in(table_name) -%}
    {% if is_incremental() %}landing_file in ({{ unsettled_files(table_name) }}){% else %}true{% endif %}
{%- endmacro %}

{# Rows of the table itself that stand as they are: their file was read by a run that finished, and holds. #}
{% macro is_settled(table_name) -%}
    (landing_file not in ({{ unsettled_files(table_name) }}) and not is_withdrawn)
{%- endmacro %}

{# The row's file was corrected by a later one. #}
{% macro is_withdrawn(table_name) -%}
    coalesce(landing_file in ({{ superseded_files(table_name) }}), false)
{%- endmacro %}

{# pre_hook of a table that adds up landed rows by file: takes out what is not settled, in the transaction that adds it. #}
{% macro delete_unsettled_rows(table_name) %}
    {% if execute and is_incremental() %}
        delete from {{ this }} where landing_file in ({{ unsettled_files(table_name) }});
    {% endif %}
{% endmacro %}
