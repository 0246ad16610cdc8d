"""All checks, in the order in which a fault of one explains those of the next; each stands for itself."""

from __future__ import annotations

import fcntl
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from shelfwise.errors import ShelfwiseError
from shelfwise.recovery.doctor.build import check_build
from shelfwise.recovery.doctor.collector import check_collector
from shelfwise.recovery.doctor.environment import check_environment
from shelfwise.recovery.doctor.finding import Check, Finding, Findings, Patient
from shelfwise.recovery.doctor.folders import check_folders
from shelfwise.recovery.doctor.landing import check_landing
from shelfwise.recovery.doctor.outputs import check_outputs
from shelfwise.recovery.doctor.published import check_operations, check_published
from shelfwise.recovery.doctor.runs import check_runs
from shelfwise.recovery.doctor.server import check_server
from shelfwise.redaction import without_values
from shelfwise.settings import Settings

CHECKS: dict[str, Check] = {
    "environment": check_environment,
    "data folder": check_folders,
    "landing": check_landing,
    "collector": check_collector,
    "build database": check_build,
    "model output": check_outputs,
    "published": check_published,
    "operations": check_operations,
    "runs": check_runs,
    "API": check_server,
}


@dataclass(frozen=True)
class Diagnosis:
    """What each check found, by its name."""

    checks: dict[str, Findings]

    @property
    def found(self) -> list[tuple[str, Finding]]:
        """Every finding with the name of its check."""
        return [(name, finding) for name, findings in self.checks.items() for finding in findings.found]

    @property
    def is_healthy(self) -> bool:
        """Whether nothing was found that is more than a warning."""
        return all(finding.severity != "error" for _, finding in self.found)


def examine(settings: Settings, *, quick: bool = False) -> Diagnosis:
    """Look at everything and change nothing; ``quick`` reads no large file in full."""
    # A connection makes the folder into which it might spill: not one in the data folder, which is only looked at.
    elsewhere = settings.model_copy(update={"temp_dir": Path(tempfile.gettempdir())})
    patient = Patient(elsewhere, holder_of(settings.data_path / "run.lock"), quick)
    return Diagnosis({name: done(check, patient) for name, check in CHECKS.items()})


def done(check: Check, patient: Patient) -> Findings:
    """Do a check; one that cannot be done says so as its finding."""
    try:
        return check(patient)
    except ShelfwiseError as error:
        return Findings("stopped", (Finding(error.message, error.remedy),))
    except PermissionError as error:
        uid = os.geteuid()
        remedy = f"chown -R {uid} {patient.settings.data_path} && chmod -R u+rwX {patient.settings.data_path}"
        return Findings("stopped", (Finding(f"uid {uid} may not read {error.filename}", remedy),))
    except Exception as error:  # whatever it is, the other checks are done, and this one is no success
        what = f"this cannot be looked at: {type(error).__name__}: {without_values(str(error))}"
        return Findings("stopped", (Finding(what, "shelfwise doctor --quick; if it stays, report it as a bug"),))


def holder_of(lock: Path) -> str | None:
    """Return who holds a lock, in its own words; None where nobody does."""
    try:
        with lock.open(encoding="utf-8") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return stream.read().strip() or "unknown"
    except OSError:  # no run yet, or a folder that the next check speaks of
        return None
    return None
