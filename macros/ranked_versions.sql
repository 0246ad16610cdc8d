{#
    CTEs `versions`, `classified` and `final` of a classified table of versioned entities, from its `checked` rows: what
    has just been read is ranked with the versions already known of the same keys, and a row whose outcome stays is not
    written again. `columns` are the canonical ones.
#}
{% macro ranked_versions(table_name, key, columns) %}
{% set columns = columns | join(', ') %}
versions as (

    select
        {{ columns }},
        is_withdrawn,
        quarantine_reason,
        content_hash,
        detail,
        cast(null as string) as known_status
    from checked

    {% if is_incremental() %}
    union all

    select
        {{ columns }},
        is_withdrawn,
        quarantine_reason,
        content_hash,
        detail,
        row_status as known_status
    from {{ this }}
    where
        {{ key }} in (select checked.{{ key }} from checked)
        and quarantine_reason is null
        and {{ is_settled(table_name) }}
    {% endif %}

),

classified as (

    select
        *,
        {{ row_status('quarantine_reason', 'updated_at') }} as row_status
    from versions
    window newest_first as ({{ newest_first('quarantine_reason', key, 'updated_at', 'content_hash') }})

),

final as (

    select
        {{ columns }},
        is_withdrawn,
        content_hash,
        quarantine_reason,
        detail,
        '{{ table_name }}' as table_name,
        cast(1 as bigint) as item_number,
        row_status,
        {{ invocation_time() }} as processed_at
    from classified
    where known_status is null or known_status <> row_status

)
{% endmacro %}
