"""Persons in the data: their pseudonyms, what is never kept of them, and who has been erased."""
