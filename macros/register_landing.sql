{#
  on-run-start: makes a relation of every source table, so that no model reads a file and a fresh clone builds.

  * `landing.<source>__<table>`: the landed Parquet files of an enabled source, cast to the types of its yml,
    or no rows where nothing has landed.
  * `model_output.<table>`: what training wrote, or no rows before the first training.
  * `serving.<table>`: what servers counted, or no rows where none has run.
  * `people.<table>`: what people said, whatever sources are on, or no rows before they do.
  * `landing.landing_files`: the registry of landed files; `loaded_at` is null while a file is pending.

  This macro and its engine versions below are the only place that knows how files are read.
#}
{% macro register_landing() %}
    {% if execute %}
        {% do create_landing_registry() %}
        {% set landed = namespace(file_count=0) %}
        {% for source in graph.sources.values() | sort(attribute='unique_id') %}
            {% if source.schema == 'model_output' %}
                {% do create_source_view(source, landed_paths(data_dir() ~ '/model_output/' ~ source.name ~ '.parquet')) %}
            {% elif source.schema == 'serving' %}
                {% do create_source_view(source, landed_paths(data_dir() ~ '/serving/' ~ source.name ~ '/*/*.parquet')) %}
            {% elif source.schema == 'people' %}
                {% do create_source_view(source, landed_paths(landing_dir(source) ~ '/dt=*/*.parquet')) %}
            {% elif source.schema == 'landing' and source.source_name != 'registry' %}
                {% set paths = landed_paths(landing_dir(source) ~ '/dt=*/*.parquet') if source.source_name in enabled_sources() else [] %}
                {% set landed.file_count = landed.file_count + paths | length %}
                {% do create_source_view(source, paths) %}
                {% do register_landed_files(source, paths) %}
            {% endif %}
        {% endfor %}
        {% if landed.file_count == 0 %}{% do say_how_to_land() %}{% endif %}
        {% do note_superseded_files() %}
        {% if flags.WHICH in ('run', 'build') %}
            {% do forget_missing_files() %}
            {% do drop_outdated_models() %}
        {% endif %}
    {% endif %}
{% endmacro %}


{% macro say_how_to_land() %}
    {% do log("Nothing has landed for " ~ enabled_sources() | join(', ') ~ ": the marts are empty. "
        ~ "`shelfwise run` lands the sample shop; `shelfwise import --help` says how your files land.", info=true) %}
{% endmacro %}


{# Sources that are on: the environment's SHELFWISE_SOURCES (comma-separated), else every source of the project. #}
{% macro enabled_sources() %}
    {% set chosen = env_var('SHELFWISE_SOURCES', '') %}
    {% if chosen %}
        {{ return(chosen.split(',') | map('trim') | reject('equalto', '') | list) }}
    {% endif %}
    {{ return(graph.sources.values() | selectattr('schema', 'equalto', 'landing') | rejectattr('source_name', 'equalto', 'registry') | map(attribute='source_name') | unique | sort | list) }}
{% endmacro %}


{% macro data_dir() %}{{ return(env_var('SHELFWISE_DATA_DIR', 'data')) }}{% endmacro %}


{% macro landing_dir(source) %}
    {{ return(data_dir() ~ '/landing/' ~ source.source_name ~ '/' ~ source.name) }}
{% endmacro %}


{# A path as a SQL literal; a quote in it is doubled. #}
{% macro path_literal(path) %}{{ return("'" ~ path | replace("'", "''") ~ "'") }}{% endmacro %}


{# DuckDB's list of paths. #}
{% macro path_list(paths) %}
    {% set literals = [] %}
    {% for path in paths %}{% do literals.append(path_literal(path)) %}{% endfor %}
    {{ return('[' ~ literals | join(', ') ~ ']') }}
{% endmacro %}


{# SQL for a landed file's path below the landing folder: what follows the last `/landing/` of its whole path. #}
{% macro landing_file_of(path) -%}
    regexp_extract({{ path }}, '.*/landing/(.*)$', 1)
{%- endmacro %}


{% macro landed_paths(pattern) %}{{ return(adapter.dispatch('landed_paths')(pattern)) }}{% endmacro %}

{% macro duckdb__landed_paths(pattern) %}
    {{ return(run_query("select file from glob(" ~ path_literal(pattern) ~ ") order by file").columns[0].values() | list) }}
{% endmacro %}


{% macro create_source_view(source, paths) %}
    {{ return(adapter.dispatch('create_source_view')(source, paths)) }}
{% endmacro %}

{# The view names its files: what lands while dbt runs is seen by the next run, whole, and not by half of this one. #}
{% macro duckdb__create_source_view(source, paths) %}
    {% set reader = "read_parquet(" ~ path_list(paths) ~ ", union_by_name = true, filename = true)" %}
    {% set found = run_query("select column_name from (describe select * from " ~ reader ~ ")").columns[0].values() | list if paths else [] %}
    {% set selected = [] %}
    {% for column in source.columns.values() %}
        {% if column.name in found %}
            {% do selected.append("cast(" ~ adapter.quote(column.name) ~ " as " ~ column.data_type ~ ") as " ~ column.name) %}
        {% else %}
            {% if paths and not column.config.meta.optional %}
                {% do exceptions.warn("Landed files of " ~ source.source_name ~ "." ~ source.name ~ " have no column " ~ column.name ~ "; it is null. `shelfwise check landing` says more.") %}
            {% endif %}
            {% do selected.append("cast(null as " ~ column.data_type ~ ") as " ~ column.name) %}
        {% endif %}
    {% endfor %}
    {% if source.schema == 'landing' %}
        {% do selected.append((landing_file_of('filename') if paths else "cast(null as string)") ~ " as landing_file") %}
    {% endif %}
    {% set statement %}
        create schema if not exists {{ source.schema }};
        create or replace view {{ source.schema }}.{{ source.identifier }} as
        select {{ selected | join(', ') }}
        {% if paths %}from {{ reader }}{% else %}where false{% endif %};
    {% endset %}
    {% do run_query(statement) %}
{% endmacro %}


{% macro create_landing_registry() %}
    {% do run_query("create schema if not exists landing") %}
    {% set statement %}
        create table if not exists landing.landing_files (
            landing_file string,
            source_name string,
            table_name string,
            landing_date date,
            source_file string,
            file_sha256 string,
            row_count bigint,
            registered_at timestamp,
            loaded_at timestamp,
            is_active boolean,
            supersedes string,
            superseded_by string,
            withdrawn_at timestamp
        );
        create table if not exists landing.model_watermarks (
            model_name string,
            processed_until timestamp,
            fingerprint string
        );
        -- a registry made before files could be corrected
        alter table landing.landing_files add column if not exists supersedes string;
        alter table landing.landing_files add column if not exists superseded_by string;
        alter table landing.landing_files add column if not exists withdrawn_at timestamp;
    {% endset %}
    {% do run_query(statement) %}
{% endmacro %}


{# A file says which one it corrects; the latest of several corrections holds. One that is gone corrects nothing. #}
{% macro note_superseded_files() %}
    {% set statement %}
        update landing.landing_files
        set superseded_by = null, withdrawn_at = null
        where superseded_by not in (select landing_file from landing.landing_files where is_active);
        update landing.landing_files as known
        set superseded_by = correction.landing_file
        from (
            select supersedes, max(landing_file) as landing_file
            from landing.landing_files
            where supersedes is not null and is_active
            group by supersedes
        ) as correction
        where known.landing_file = correction.supersedes and known.superseded_by is null;
    {% endset %}
    {% do run_query(statement) %}
{% endmacro %}


{#
    Forgets files that are gone, or whose source is off, or in whose place another one landed: nothing in landing tells
    what their rows were, so every incremental model is to be built anew. So it is when a catalogue is corrected: clicks
    on a product that it no longer has are on no product.
    And so it is when the clock was set back: what this invocation writes would look older than what was written before,
    and the next model, test or gate that asks what is new would not be told.
#}
{% macro forget_missing_files() %}
    {% set ahead = run_query(
        "select count(*) from landing.model_watermarks where processed_until >= " ~ invocation_time()
    ).columns[0].values()[0] %}
    {% set gone = run_query("select count(*) from landing.landing_files where not is_active").columns[0].values()[0] %}
    {% set corrected = run_query(
        "select count(*) from landing.landing_files where table_name = 'products' and superseded_by is not null"
        ~ " and withdrawn_at is null and registered_at < " ~ invocation_second()
    ).columns[0].values()[0] %}
    {% if gone or corrected or ahead %}
        {% if ahead %}{% do log("The clock was set back since the last build.", info=true) %}{% endif %}
        {% if gone %}{% do log(gone ~ " landed files were removed or replaced, or their source is off.", info=true) %}{% endif %}
        {% if corrected %}{% do log(corrected ~ " files of products were corrected.", info=true) %}{% endif %}
        {% set statement %}
            delete from landing.landing_files where not is_active;
            update landing.landing_files set loaded_at = null, withdrawn_at = null;
            update landing.model_watermarks set fingerprint = 'built from files that no longer hold';
            delete from landing.model_watermarks where {{ 'true' if ahead else 'false' }} and model_name like 'tests of %';
        {% endset %}
        {% do run_query(statement) %}
    {% endif %}
{% endmacro %}


{% macro register_landed_files(source, paths) %}
    {% if paths %}
        {% do adapter.dispatch('forget_replaced_landed_files')(paths) %}
        {% do adapter.dispatch('insert_new_landed_files')(source, paths) %}
    {% endif %}
    {% do adapter.dispatch('mark_active_landed_files')(source, paths) %}
{% endmacro %}

{% macro duckdb__mark_active_landed_files(source, paths) %}
    {% set statement %}
        update landing.landing_files
        set is_active = landing_file in (
            select {{ landing_file_of('path') }} from unnest(cast({{ path_list(paths) }} as string[])) as landed (path)
        )
        where source_name = '{{ source.source_name }}' and table_name = '{{ source.name }}'
    {% endset %}
    {% do run_query(statement) %}
{% endmacro %}

{# A landed file never changes, but one may be removed and another land under its name: that one is new, and pending. #}
{% macro duckdb__forget_replaced_landed_files(paths) %}
    {% set statement %}
        update landing.landing_files as known
        set landing_file = known.landing_file || ' (replaced)', is_active = false
        from parquet_kv_metadata({{ path_list(paths) }}) as landed
        where
            known.landing_file = {{ landing_file_of('landed.file_name') }}
            and landed.key = encode('file_sha256')
            and landed.value <> encode(known.file_sha256)
    {% endset %}
    {% do run_query(statement) %}
{% endmacro %}

{% macro duckdb__insert_new_landed_files(source, paths) %}
    {% set statement %}
        insert into landing.landing_files
        with landed as (
            select file_name as path, num_rows as row_count
            from parquet_file_metadata({{ path_list(paths) }})
        ),

        provenance as (
            select
                file_name as path,
                max(decode(value)) filter (where decode(key) = 'source_file') as source_file,
                max(decode(value)) filter (where decode(key) = 'file_sha256') as file_sha256,
                max(decode(value)) filter (where decode(key) = 'supersedes') as supersedes
            from parquet_kv_metadata({{ path_list(paths) }})
            group by file_name
        )

        select
            {{ landing_file_of('landed.path') }} as landing_file,
            '{{ source.source_name }}' as source_name,
            '{{ source.name }}' as table_name,
            cast(regexp_extract(landed.path, 'dt=([0-9-]+)', 1) as date) as landing_date,
            provenance.source_file,
            provenance.file_sha256,
            landed.row_count,
            {{ invocation_second() }} as registered_at,
            cast(null as timestamp) as loaded_at,
            false as is_active,
            provenance.supersedes,
            cast(null as string) as superseded_by,
            cast(null as timestamp) as withdrawn_at
        from landed
        left join provenance using (path)
        where not exists (
            select 1 from landing.landing_files as known
            where known.landing_file = {{ landing_file_of('landed.path') }}
        )
    {% endset %}
    {% do run_query(statement) %}
{% endmacro %}


{#
  on-run-end: the files of a source table count as loaded once the row accounting and every incremental model before it
  were built by this invocation, and the table's books close: built by itself it counts new files whose rows no model has
  read, or of which one model has read what another one misses. What is made from these rows
  keeps watermarks of its own, so a mart or a test that failed does not have them read again.
#}
{% macro finish_landing(results) %}
    {% if execute and flags.WHICH in ('run', 'build') %}
        {# hundreds of lines after the first time it was said #}
        {% if run_query("select count(*) from landing.landing_files where is_active").columns[0].values()[0] == 0 %}
            {% do say_how_to_land() %}
        {% endif %}
        {% set accounted = results | selectattr('node.name', 'equalto', 'row_accounting') | selectattr('status', 'equalto', 'success') | list %}
        {% set before = incremental_ancestors(accounted[0].node) if accounted else [] %}
        {% if accounted and before | length == run_query(
            "select count(*) from landing.model_watermarks where processed_until = " ~ invocation_time()
            ~ " and model_name in (" ~ before | join(', ') ~ ")"
        ).columns[0].values()[0] %}
            {% set books = accounted[0].node.relation_name %}
            {% for row in run_query("select source_name, table_name, unaccounted_count from " ~ books ~ " where unaccounted_count <> 0 order by all").rows %}
                {% do log("The books of " ~ row[0] ~ "." ~ row[1] ~ " do not close (" ~ row[2] ~ " rows): its files stay pending and are read again by each run.", info=true) %}
            {% endfor %}
            update landing.landing_files as files
            set
                loaded_at = coalesce(files.loaded_at, {{ invocation_time() }}),
                withdrawn_at = case when files.superseded_by is not null then {{ invocation_time() }} end
            where
                files.is_active
                and (files.loaded_at is null or (files.superseded_by is not null and files.withdrawn_at is null))
                and not exists (
                    select 1 from {{ books }} as books
                    where
                        books.source_name = files.source_name
                        and books.table_name = files.table_name
                        and books.unaccounted_count <> 0
                )
        {% endif %}
    {% endif %}
{% endmacro %}
