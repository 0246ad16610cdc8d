{#
    What no engine of ours has: tails of the normal and of the chi-square distribution.

    The complementary error function is the Chebyshev fit of Press and others (Numerical Recipes, `erfcc`): a relative
    error below 1.2e-7 everywhere, so that small probabilities stay small ones. Of a chi-square with whole degrees of
    freedom the tail is a finite sum. A test holds both to SciPy.
#}

{# erfc of a number that is not negative. #}
{% macro complementary_error_function(number) -%}
    {%- set t = '(1 / nullif(1 + 0.5 * ' ~ number ~ ', 0))' -%}
    {%- set coefficients = [
        1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277
    ] -%}
    {%- set sum = namespace(sql='0') -%}
    {%- for coefficient in coefficients | reverse -%}
        {%- set sum.sql = t ~ ' * (' ~ coefficient ~ ' + ' ~ sum.sql ~ ')' -%}
    {%- endfor -%}
    ({{ t }} * exp(-{{ number }} * {{ number }} - 1.26551223 + {{ sum.sql }}))
{%- endmacro %}

{# How likely a standard normal is at least this far from 0, on either side. #}
{% macro two_sided_p_value(z) -%}
    {{ complementary_error_function('(abs(' ~ z ~ ') * 0.7071067811865476)') }}
{%- endmacro %}

{# How likely a chi-square of so many degrees of freedom, a column of whole numbers from 1 to 9, is at least this large. #}
{% macro chi_square_p_value(statistic, degrees) -%}
    {%- set half = '(' ~ statistic ~ ' / 2e0)' %}
    case {{ degrees }}
        {%- for number in range(1, 10) %}
        {%- set terms = [] %}
        {%- set gamma = namespace(value=1.0 if number % 2 == 0 else 1.7724538509055159) %}
        {%- for step in range((number / 2) | int if number % 2 == 0 else ((number - 1) / 2) | int) %}
        {%- set exponent = step if number % 2 == 0 else step + 0.5 %}
        {%- if exponent > 0 %}{% set gamma.value = gamma.value * exponent %}{% endif %}
        {%- do terms.append('power(' ~ half ~ ', ' ~ exponent ~ ') / ' ~ gamma.value) %}
        {%- endfor %}
        when {{ number }}
            then
                {% if number % 2 == 1 %}{{ complementary_error_function('sqrt' ~ half) }}{% endif %}
                {%- if number % 2 == 1 and terms %} + {% endif %}
                {%- if terms %}exp(-{{ half }}) * ({{ terms | join(' + ') }}){% endif %}
        {%- endfor %}
    end
{%- endmacro %}
