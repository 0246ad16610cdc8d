"""The API on this machine, where one answers: it serves what is published."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

from shelfwise.errors import ShelfwiseError
from shelfwise.recovery.doctor.finding import Finding, Findings, Patient
from shelfwise.warehouse.published import resolve_current

SECONDS = 2.0
LOCAL = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  # nosec B104  compared with, not listened on


def check_server(patient: Patient) -> Findings:
    """Ask the API which version it serves. That none runs is no fault: it may run elsewhere."""
    settings = patient.settings
    address = f"http://{LOCAL.get(settings.host, settings.host)}:{settings.api_port}"
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=SECONDS) as answer:  # noqa: S310  # nosec B310  an http address
            served = json.load(answer).get("run_id")
    except urllib.error.HTTPError as error:
        return Findings(address, (Finding(f"{address} answers {error.code}: {said(error)}", "shelfwise rollback"),))
    except (OSError, urllib.error.URLError):
        return Findings(f"none at {address}")
    except (ValueError, AttributeError):
        return Findings(f"something else answers at {address}")
    try:
        current = resolve_current(settings).run_id
    except ShelfwiseError:  # told by the check of what is published
        return Findings(f"{address} serves {served}")
    if served == current:
        return Findings(f"{address} serves {served}")
    return Findings(
        address,
        (
            Finding(
                f"{address} serves {served}, and {current} is published: it does not load, or is another data folder's",
                f"curl {address}/v1/version",
                hint="says why; `shelfwise rollback` goes back to a version that loads",
            ),
        ),
    )


def said(error: urllib.error.HTTPError) -> str:
    """Return what a problem answer says."""
    try:
        return str(json.load(error).get("detail", error.reason))
    except (ValueError, AttributeError, OSError):
        return str(error.reason)
