"""The gate: Great Expectations suites over landing, marts and recommendations, before anything is published.

Great Expectations takes seconds to import, so only `checks` and what it uses import it, and the pipeline runs a door
as a process of its own: ``python -m shelfwise.quality DOOR --run-dir DIR``.
"""

from __future__ import annotations

import os

# Read by Great Expectations when it is imported: no usage statistics, whoever starts a door.
os.environ["GX_ANALYTICS_ENABLED"] = "false"
