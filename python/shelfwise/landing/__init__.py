"""Getting data in: importers of foreign files, and the layout of the landing area."""
