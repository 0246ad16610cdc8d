"""From source file to dashboard and API, as a page of the documentation: `make lineage` writes docs/lineage.md."""
