{#
    What the rows of an incremental model depend on beside the landed rows: its SQL, that of every model before it, the
    seeds, and the vars of the rules. A model whose fingerprint differs from the one it was built with is built anew:
    old rows under old rules beside new rows under new ones would agree with neither.
    Macros are not in it: who edits one that decides about rows says `--full-refresh`.
#}
{% macro rules_fingerprint(node) %}
    {% set seen, waiting, parts = [], [node.unique_id], [] %}
    {% for _ in range(1000) if waiting %}
        {% set unique_id = waiting.pop() %}
        {% if unique_id not in seen %}
            {% do seen.append(unique_id) %}
            {% set ancestor = graph.nodes.get(unique_id) %}
            {% if ancestor %}
                {% do parts.append(unique_id ~ ancestor.checksum.checksum) %}
                {% do waiting.extend(ancestor.depends_on.nodes if ancestor.depends_on.nodes else []) %}
            {% endif %}
        {% endif %}
    {% endfor %}
    {% for name in rule_vars() %}{% do parts.append(name ~ var(name) | string) %}{% endfor %}
    {{ return(local_md5(parts | sort | join('\n'))) }}
{% endmacro %}

{# Vars that decide what becomes of a row. #}
{% macro rule_vars() %}
    {{ return([
        'namespaces', 'events_only_sources', 'session_timeout_minutes', 'session_max_hours',
        'bot_minimum_events_per_day', 'bot_mean_seconds_between_events', 'bot_certain_events_per_day',
        'price_limit', 'earliest_date', 'reporting_currency', 'search_result_minutes',
    ]) }}
{% endmacro %}

{# on-run-start: drops the incremental models of this invocation whose rules have changed, so that they are built anew. #}
{% macro drop_outdated_models() %}
    {% set built_with, outdated = {}, [] %}
    {% for row in run_query("select model_name, fingerprint from landing.model_watermarks").rows %}
        {% do built_with.update({row[0]: row[1]}) %}
    {% endfor %}
    {% for node in graph.nodes.values() | selectattr('config.materialized', 'equalto', 'incremental') | sort(attribute='name') %}
        {% if node.unique_id in selected_resources and built_with.get(node.name) != rules_fingerprint(node) %}
            {% set relation = adapter.get_relation(node.database, node.schema, node.alias) %}
            {% if relation %}
                {% do adapter.drop_relation(relation) %}
                {% do outdated.append(node.name) %}
            {% endif %}
            {% do run_query("delete from landing.model_watermarks where model_name = '" ~ node.name ~ "'") %}
        {% endif %}
    {% endfor %}
    {% if outdated %}
        {% do log("SQL, seeds, vars or landed files have changed: built anew are " ~ outdated | join(', ') ~ ".", info=true) %}
    {% endif %}
{% endmacro %}
