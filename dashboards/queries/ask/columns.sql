-- One row per column of a published mart, with what dbt says of it.
select
    duckdb_columns.table_name,
    duckdb_columns.column_name,
    lower(duckdb_columns.data_type) as data_type,
    duckdb_columns.comment as description,
    duckdb_tables.comment as table_description,
    duckdb_tables.estimated_size as row_count
from duckdb_columns()
inner join duckdb_tables()
    on duckdb_columns.schema_name = duckdb_tables.schema_name and duckdb_columns.table_name = duckdb_tables.table_name
where duckdb_columns.schema_name = 'main' and not duckdb_columns.internal
order by duckdb_columns.table_name, duckdb_columns.column_index
