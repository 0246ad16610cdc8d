{% test segments_add_up(model, columns, segment_types, group_by) %}

with

totals as (

    select
        {{ group_by | join(', ') }},
        segment_type,
        {% for column in columns %}
        coalesce(sum({{ column }}), 0) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ model }}
    group by {{ group_by | join(', ') }}, segment_type

),

segment_types as (

    {% for segment_type in segment_types %}
    select '{{ segment_type }}' as segment_type
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

compared as (

    select
        {% for column in group_by %}whole.{{ column }},{% endfor %}
        segment_types.segment_type,
        {% for column in columns %}
        whole.{{ column }} as whole_{{ column }},
        coalesce(segments.{{ column }}, 0) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from totals as whole
    cross join segment_types
    left join totals as segments
        on
            segment_types.segment_type = segments.segment_type
            {% for column in group_by %}
            and whole.{{ column }} = segments.{{ column }}
            {% endfor %}
    where whole.segment_type = 'all'

)

select *
from compared
where
    {% for column in columns %}
    {% if not loop.first %}or {% endif %}{{ column }} <> whole_{{ column }}
    {% endfor %}

{% endtest %}
