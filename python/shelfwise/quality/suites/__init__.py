"""What each door expects of its tables, declared with Great Expectations' own classes."""
