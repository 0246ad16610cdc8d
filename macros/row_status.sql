{#
  What becomes of a landed row of a versioned entity: `superseded` where its whole file was corrected (`is_withdrawn`),
  `quarantined` where a rule rejected it, else `duplicate` of the same version, `superseded` by a later version, or
  `fact`. Ties are decided by content, never by arrival, so any order of loads ends in the same facts. It looks at the
  window `newest_first`, which the model names with the macro of that name.
#}
{% macro row_status(reason, version) -%}
    case
        when is_withdrawn then 'superseded'
        when {{ reason }} is not null then 'quarantined'
        when row_number() over newest_first = 1 then 'fact'
        when lag({{ version }}) over newest_first = {{ version }} then 'duplicate'
        else 'superseded'
    end
{%- endmacro %}

{# The window of `row_status`: the rows of one key that are neither rejected nor withdrawn, the latest version first. #}
{% macro newest_first(reason, key, version, content_hash) -%}
    partition by {{ key }}, case when {{ reason }} is null and not is_withdrawn then 1 else 0 end
    order by {{ version }} desc, {{ content_hash }}, landing_file, source_row
{%- endmacro %}
