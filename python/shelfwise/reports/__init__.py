"""Reports that are sent and printed: a week of the shop on one page, from what is published."""
