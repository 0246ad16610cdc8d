"""`python -m dashboards.serve`: Streamlit on the dashboards, with signing in set up before the first request."""

from __future__ import annotations

import sys
from pathlib import Path

from streamlit.web import cli

from dashboards import login
from shelfwise.errors import ShelfwiseError


def main() -> None:
    """Start Streamlit with the arguments of this command."""
    try:
        login.prepare()
    except ShelfwiseError as error:
        sys.exit(f"Error: {error}")
    sys.argv = ["streamlit", "run", str(Path(__file__).with_name("app.py")), *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()
