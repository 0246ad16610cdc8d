{#
    Lists of landed files as SQL literals, for `landing_file in (…)`: the engine then opens no other file. They are read
    from the registry when a model is compiled; before any file has landed the list holds an empty name.
#}

{# Files that a later one corrects; their rows count for nothing. #}
{% macro superseded_files(table_name) -%}
    {{ landed_file_list(table_name, 'superseded_by is not null and is_active') }}
{%- endmacro %}

{#
    Files of a source table, whatever the source, whose rows an incremental table does not hold as they stand: pending
    ones, of which a run that died may have left some; those that a run took in without the model that is being built;
    and those corrected since the last finished run.
#}
{% macro unsettled_files(table_name) -%}
    {{ landed_file_list(
        table_name,
        '(' ~ since_last_build('loaded_at')
        ~ ' or (superseded_by is not null and (' ~ since_last_build('withdrawn_at') ~ '))) and is_active'
    ) }}
{%- endmacro %}

{# What the registry says happened to a file has not happened yet, or in a run that did not build this model. #}
{% macro since_last_build(happened_at) -%}
    {{ happened_at }} is null or {{ happened_at }} > {{ watermark() }}
{%- endmacro %}

{% macro landed_file_list(table_name, condition) -%}
    {%- set literals = [] -%}
    {%- if execute and flags.WHICH in ('run', 'build', 'test', 'show') -%}
        {%- set query = "select landing_file from landing.landing_files where table_name = '" ~ table_name
            ~ "' and " ~ condition ~ " order by landing_file" -%}
        {%- for landing_file in run_query(query).columns[0].values() -%}
            {%- do literals.append(path_literal(landing_file)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ literals | join(', ') if literals else "''" }}
{%- endmacro %}
