{#
  What becomes of a landed row of a versioned entity: `quarantined` where a rule rejected it, else `duplicate` of
  the same version, `superseded` by a later version, or `fact`. Ties are decided by content, never by arrival,
  so any order of loads ends in the same facts.
#}
{% macro row_status(reason, key, version, content_hash) -%}
    case
        when {{ reason }} is not null then 'quarantined'
        when row_number() over (
            partition by {{ key }}, {{ version }}, case when {{ reason }} is null then 0 else 1 end
            order by {{ content_hash }}, landing_file, source_row
        ) > 1 then 'duplicate'
        when {{ version }} < max({{ version }}) over (
            partition by {{ key }}, case when {{ reason }} is null then 0 else 1 end
        ) then 'superseded'
        else 'fact'
    end
{%- endmacro %}
