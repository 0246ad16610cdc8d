with

source as (

    select * from {{ source('online_retail', 'order_lines') }}

),

renamed as (

    select
        -- ids
        trim(invoice_no) as invoice_no,
        upper(trim(stock_code)) as stock_code,
        try_cast(try_cast(customer_id as double) as bigint) as customer_number,

        -- text
        nullif(trim(description), '') as description,
        trim(country) as country_name,

        -- numbers
        try_cast(try_cast(quantity as double) as bigint) as quantity,
        try_cast(unit_price as decimal(18, 4)) as unit_price,

        -- times
        {{ local_timestamp_from_text('invoice_date') }} as invoiced_at_local,

        -- as they stood in the file, to explain a rejected row
        quantity as quantity_text,
        unit_price as unit_price_text,
        invoice_date as invoice_date_text,

        -- provenance
        'online_retail' as source_name,
        {{ namespace_of('online_retail') }} as namespace,
        source_file,
        source_row,
        file_sha256,
        landing_file,
        loaded_at

    from source

),

hashed as (

    -- over typed values: `17850` of the workbook and `17850.0` of the CSV files are one customer
    select
        *,
        {{ surrogate_key([
            'invoice_no', 'stock_code', 'description', 'quantity', 'invoiced_at_local', 'unit_price',
            'customer_number', 'country_name'
        ]) }} as content_hash
    from renamed

)

select * from hashed
