{% test at_or_after(model, column_name, column) %}

select
    {{ column }},
    {{ column_name }}
from {{ model }}
where {{ column_name }} < {{ column }}

{% endtest %}
