{# One row, `date_day`, for each day from one column to another of a one-row relation; none where they are null. #}
{% macro date_spine(relation, first_date, last_date) -%}
    {{ adapter.dispatch('date_spine')(relation, first_date, last_date) }}
{%- endmacro %}

{% macro duckdb__date_spine(relation, first_date, last_date) -%}
    select cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval 1 day)) as date) as date_day
    from {{ relation }}
{%- endmacro %}

{% macro spark__date_spine(relation, first_date, last_date) -%}
    select explode(sequence({{ first_date }}, {{ last_date }}, interval 1 day)) as date_day
    from {{ relation }}
    where {{ first_date }} is not null
{%- endmacro %}
