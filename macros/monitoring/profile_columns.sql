{#
    One row per day and source of a relation of landed rows: how many there are, and of each profiled column how many
    are filled and how many differ.
#}
{% macro profile_columns(relation, table_name) -%}
    select
        source_name,
        row_date,
        count(*) as row_count
        {%- for column, is_distinct_counted in profiled_columns(table_name).items() %},
        count({{ column }}) as {{ column }}_filled,
        {{ 'count(distinct ' ~ column ~ ')' if is_distinct_counted else 'cast(null as bigint)' }} as {{ column }}_distinct
        {%- endfor %}
    from {{ relation }}
    group by source_name, row_date
{%- endmacro %}


{# The same with one row per column. #}
{% macro unpivot_profiles(profiles, table_name) -%}
    {%- for column in profiled_columns(table_name) %}
    select
        row_date,
        source_name,
        '{{ table_name }}' as table_name,
        '{{ column }}' as column_name,
        row_count,
        row_count - {{ column }}_filled as null_count,
        {{ column }}_distinct as distinct_count
    from {{ profiles }}
    {%- if not loop.last %}

    union all
    {% endif -%}
    {%- endfor %}
{%- endmacro %}
