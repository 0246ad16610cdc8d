"""In-session recommendations: what a visitor looks at next, from the steps so far and the index that dbt builds."""
