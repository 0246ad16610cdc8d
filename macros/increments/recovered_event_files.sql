{#
    Files with events that went to quarantine for a product nobody knew, and which the catalogue knows by now; a list of
    SQL literals. A product may land after its clicks.
#}
{% macro recovered_event_files(products) -%}
    {%- set literals = [] -%}
    {%- if execute and is_incremental() -%}
        {%- set query %}
            select distinct rejected.landing_file
            from {{ this }} as rejected
            inner join {{ products }} as products on rejected.product_id = products.product_id
            where
                rejected.quarantine_reason = 'unknown_product'
                and products.row_status in ('fact', 'superseded')
                and not products.is_withdrawn
                and rejected.landing_file not in ({{ unsettled_files('events') }})
            order by rejected.landing_file
        {%- endset -%}
        {%- for landing_file in run_query(query).columns[0].values() -%}
            {%- do literals.append(path_literal(landing_file)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(literals | join(', ')) }}
{%- endmacro %}
