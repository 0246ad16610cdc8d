-- A failure means that landed rows were lost or counted twice between the files and the marts: numbers cannot be
-- trusted. Compare row_accounting with the int_*__classified models of the named table; a join that multiplies rows,
-- or a row_status that the fact model does not select, is the usual cause.
select *
from {{ ref('row_accounting') }}
where unaccounted_count <> 0
