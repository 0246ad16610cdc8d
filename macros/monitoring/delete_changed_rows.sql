{# pre_hook: takes out the rows written to a classified table since the last build, in the transaction that appends. #}
{% macro delete_changed_rows(relation) %}
    {% if execute and is_incremental() %}
        {% set statement %}
            delete from {{ this }} as known
            using (
                select
                    landing_file,
                    source_row,
                    item_number
                from {{ relation }}
                where {{ changed_since_last_build() }}
            ) as changed
            where
                known.landing_file = changed.landing_file
                and known.source_row = changed.source_row
                and known.item_number = changed.item_number
        {% endset %}
        {% do run_query(statement) %}
    {% endif %}
{% endmacro %}
