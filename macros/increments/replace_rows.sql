{#
    Incremental strategy `replace_rows` of the classified tables: the rows that the model returns take the place of
    those with the same origin (landing_file, source_row, item_number), in one transaction. `meta.day_column` names the
    column that tells rows apart by day, so that the engine looks only at the days concerned.
#}
{% macro get_incremental_replace_rows_sql(arguments) %}
    {% set day_column = config.get('meta', {}).get('day_column') %}
    {% set columns = arguments['dest_columns'] | map(attribute='quoted') | join(', ') %}
    delete from {{ arguments['target_relation'] }} as known
    using {{ arguments['temp_relation'] }} as written
    where
        known.landing_file = written.landing_file
        and known.source_row = written.source_row
        and known.item_number = written.item_number
        {% if day_column %}and known.{{ day_column }} = written.{{ day_column }}{% endif %}
    ;
    insert into {{ arguments['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arguments['temp_relation'] }};
{% endmacro %}
