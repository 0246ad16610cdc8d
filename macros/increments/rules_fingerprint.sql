{#
    What the rows of an incremental model depend on beside the landed rows: its SQL, that of every model before it, the
    seeds, and the vars of the rules. A model whose fingerprint differs from the one it was built with is built anew:
    old rows under old rules beside new rows under new ones would agree with neither.
    Macros are not in it: who edits one that decides about rows says `--full-refresh`.
#}
{% macro rules_fingerprint(node) %}
    {% set parts = [] %}
    {% for ancestor in with_ancestors(node) %}{% do parts.append(ancestor.unique_id ~ ancestor.checksum.checksum) %}{% endfor %}
    {% for name in rule_vars() %}{% do parts.append(name ~ var(name) | string) %}{% endfor %}
    {{ return(local_md5(parts | sort | join('\n'))) }}
{% endmacro %}

{# The node, and all models and seeds that it is made from. #}
{% macro with_ancestors(node) %}
    {% set seen, waiting, found = [], [node.unique_id], [] %}
    {% for _ in range(1000) if waiting %}
        {% set unique_id = waiting.pop() %}
        {% if unique_id not in seen %}
            {% do seen.append(unique_id) %}
            {% set ancestor = graph.nodes.get(unique_id) %}
            {% if ancestor %}
                {% do found.append(ancestor) %}
                {% do waiting.extend(ancestor.depends_on.nodes if ancestor.depends_on.nodes else []) %}
            {% endif %}
        {% endif %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}

{# Names, as a list of SQL literals, of the incremental models that a node is made from. #}
{% macro incremental_ancestors(node) %}
    {% set names = [] %}
    {% for ancestor in with_ancestors(node) if ancestor.unique_id != node.unique_id and ancestor.config.materialized == 'incremental' %}
        {% do names.append("'" ~ ancestor.name ~ "'") %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}

{# Vars that decide what becomes of a row. #}
{% macro rule_vars() %}
    {{ return([
        'namespaces', 'events_only_sources', 'session_timeout_minutes', 'session_max_hours',
        'bot_minimum_events_per_day', 'bot_mean_seconds_between_events', 'bot_certain_events_per_day',
        'price_limit', 'earliest_date', 'reporting_currency', 'search_result_minutes',
        'recommendation_attribution_days',
    ]) }}
{% endmacro %}

{#
    on-run-start: drops the incremental models of this invocation whose rules have changed, so that they are built anew.
    Those that this invocation leaves out are noted as outdated, and so is, in the end, what it makes from them.
#}
{% macro drop_outdated_models() %}
    {% set built_with, outdated = {}, [] %}
    {% for row in run_query("select model_name, fingerprint from landing.model_watermarks").rows %}
        {% do built_with.update({row[0]: row[1]}) %}
    {% endfor %}
    {% for node in graph.nodes.values() | selectattr('config.materialized', 'equalto', 'incremental') | sort(attribute='name') %}
        {% set is_outdated = built_with.get(node.name) != rules_fingerprint(node) %}
        {% if is_outdated and node.unique_id not in selected_resources %}
            {% do run_query("update landing.model_watermarks set fingerprint = 'outdated' where model_name = '" ~ node.name ~ "'") %}
        {% elif is_outdated %}
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
