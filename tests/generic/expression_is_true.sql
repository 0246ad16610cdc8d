{% test expression_is_true(model, expression, columns=none, column_name=none) %}

    {% set shown = columns or ([column_name] if column_name else ['*']) %}

select {{ shown | join(', ') }}
from {{ model }}
where not coalesce({{ expression }}, false)

{% endtest %}
