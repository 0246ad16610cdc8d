"""Parts of pages, one a file."""
