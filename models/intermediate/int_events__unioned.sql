{{ config(materialized='view') }}

{# The canonical events of every source. A new source is one more `select` here. #}
with

events as (

    select * from {{ ref('stg_sample_shop__events') }}

)

select * from events
