"""How fast the dashboard's pages draw on a large warehouse, and what memory many users take."""
