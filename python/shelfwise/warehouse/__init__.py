"""The warehouse as files: connections, published versions, rollback, and the record of operations."""
