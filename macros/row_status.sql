{#
  What becomes of a landed row of a versioned entity: `superseded` where its whole file was corrected (`is_withdrawn`),
  `quarantined` where a rule rejected it, else `duplicate` of the same version, `superseded` by a later version, or
  `fact`. Ties are decided by content, never by arrival, so any order of loads ends in the same facts.
#}
{% macro row_status(reason, key, version, content_hash) -%}
    {%- set is_in_play = 'case when ' ~ reason ~ ' is null and not is_withdrawn then 1 else 0 end' -%}
    case
        when is_withdrawn then 'superseded'
        when {{ reason }} is not null then 'quarantined'
        when row_number() over (
            partition by {{ key }}, {{ version }}, {{ is_in_play }}
            order by {{ content_hash }}, landing_file, source_row
        ) > 1 then 'duplicate'
        when {{ version }} < max({{ version }}) over (partition by {{ key }}, {{ is_in_play }}) then 'superseded'
        else 'fact'
    end
{%- endmacro %}
