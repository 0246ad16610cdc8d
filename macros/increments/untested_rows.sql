{#
    Data tests of tables that grow with every run judge the rows that no successful test has judged yet, so that their
    cost follows what is new: `config: {where: __untested__}` in the yml. What was tested until when stands per table in
    landing.model_watermarks, as 'tests of <table>', and moves on only when every such test of the table has passed: a
    row is tested again until it has. `dbt test --vars '{test_all_rows: true}'` judges all rows.
#}

{# Condition: no successful test has judged the row. `true` where that holds of every row. #}
{% macro untested(relation) -%}
    {%- set found = [] -%}
    {%- if execute and flags.WHICH in ('build', 'test') and not var('test_all_rows', false) -%}
        {%- do found.extend(run_query(
            "select processed_until from landing.model_watermarks where model_name = 'tests of " ~ relation.identifier ~ "'"
        ).columns[0].values()) -%}
    {%- endif -%}
    {%- if found and found[0] -%}
        processed_at > cast('{{ found[0].strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{# dbt's own, with `__untested__` in a test's `where` replaced by that condition. #}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where', '') -%}
    {%- if where -%}
        {%- set where = where | replace('__untested__', untested(relation)) -%}
        {%- do return('(select * from ' ~ relation ~ ' where ' ~ where ~ ') as tested_rows') -%}
    {%- endif -%}
    {%- do return(relation) -%}
{%- endmacro %}

{# on-run-end: moves on what is tested of each table whose tests of untested rows have all run and passed. #}
{% macro mark_tested_rows(results) %}
    {% if execute and flags.WHICH in ('build', 'test') %}
        {% set passed = results | selectattr('status', 'in', ['pass', 'warn']) | map(attribute='node.unique_id') | list %}
        {% set tests_of = {} %}
        {% for test in graph.nodes.values() | selectattr('resource_type', 'equalto', 'test') %}
            {% if '__untested__' in (test.config.where or '') or test.get('test_metadata', {}).get('name') == 'unique_in_history' %}
                {% do tests_of.setdefault(test.attached_node, []).append(test.unique_id) %}
            {% endif %}
        {% endfor %}
        {% for unique_id, tests in tests_of.items() if tests | reject('in', passed) | list | length == 0 %}
            {% set table = graph.nodes[unique_id] %}
            {% set statement %}
                delete from landing.model_watermarks where model_name = 'tests of {{ table.alias }}';
                insert into landing.model_watermarks
                select 'tests of {{ table.alias }}', max(processed_at), null from {{ table.relation_name }};
            {% endset %}
            {% do run_query(statement) %}
        {% endfor %}
    {% endif %}
{% endmacro %}
