"""The Streamlit dashboard over the published warehouse."""
