{# desktop, mobile or tablet, from the browser's user agent; null when it sent none. #}
{% macro device_category(user_agent) -%}
    case
        when {{ user_agent }} is null then null
        when lower({{ user_agent }}) like '%ipad%' or lower({{ user_agent }}) like '%tablet%' then 'tablet'
        when lower({{ user_agent }}) like '%android%' and lower({{ user_agent }}) not like '%mobile%' then 'tablet'
        when lower({{ user_agent }}) like '%mobi%' or lower({{ user_agent }}) like '%iphone%' then 'mobile'
        else 'desktop'
    end
{%- endmacro %}
