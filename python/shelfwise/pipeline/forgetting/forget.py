"""`shelfwise forget`: a person goes from everything we keep, and does not come back.

Whom it is about is written down before anything is touched, so that an erasure that was killed is finished by the next
one, or by the next run. Every part can be done again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from shelfwise.data_folder import require_data_folder
from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.forgetting.discovery import person_asked, returned_persons, with_all_ids
from shelfwise.pipeline.forgetting.landed_files import count_in_landing, erase_from_landing
from shelfwise.pipeline.forgetting.leftovers import (
    count_in_dead_letter,
    count_in_trained,
    empty_spill,
    erase_from_collector,
    erase_from_trained,
    remove_build,
    renew_operations,
)
from shelfwise.pipeline.forgetting.texts import count_in_texts, erase_from_texts
from shelfwise.pipeline.forgetting.versions import count_in_version, erase_from_versions
from shelfwise.pipeline.lock import run_lock
from shelfwise.privacy.erasures import (
    Person,
    clear_pending,
    note_erasure,
    note_pending,
    pending_path,
    read_pending,
)
from shelfwise.settings import Settings
from shelfwise.warehouse.retention import list_versions

Report = Callable[[str], None]
COMMAND = "shelfwise forget"


@dataclass(frozen=True)
class Erased:
    """What was, or would be, erased: {place: how many rows or files}."""

    devices: int
    orders: int
    places: dict[str, int] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing tells of the person."""
        return not any(self.places.values())


def would_forget(
    settings: Settings, given: str, *, namespace: str | None = None, is_device: bool = False, report: Report
) -> Erased:
    """Tell what `forget` would erase; nothing is touched. Raises ShelfwiseError when the id names no shop."""
    require_data_folder(settings)
    with run_lock(settings, COMMAND):
        asked = person_asked(settings, given, namespace, is_device=is_device)
        person = with_all_ids(settings, asked, report)
        places = count_in_landing(settings, person)
        places["dead letter"] = count_in_dead_letter(settings, person)
        places["model output"] = count_in_trained(settings, person)
        for version in list_versions(settings):
            report(f"version {version.run_id}")
            places[f"version {version.run_id}"] = sum(count_in_version(version, person))
        places["texts"] = count_in_texts(settings, person)
        places["build database"] = int(settings.build_database.is_file())
    return Erased(len(person.devices), len(person.orders), places)


def forget(
    settings: Settings, given: str, *, namespace: str | None = None, is_device: bool = False, report: Report
) -> Erased:
    """Erase a person, also from what is imported or restored later.

    Raises ShelfwiseError when the id names no shop, a run is in progress, or a collector holds on to a file.
    """
    require_data_folder(settings)
    with run_lock(settings, COMMAND):
        finish(settings, report)
        asked = person_asked(settings, given, namespace, is_device=is_device)
        return erase(settings, with_all_ids(settings, asked, report), report)


def forget_again(settings: Settings, report: Report) -> list[Erased]:
    """Erase everybody of the list who has come back: with a restored backup, or files copied into landing."""
    require_data_folder(settings)
    with run_lock(settings, COMMAND):
        finish(settings, report)
        persons = returned_persons(settings, report)
        return [erase(settings, with_all_ids(settings, person, report), report) for person in persons]


def finish_interrupted(settings: Settings, report: Report) -> bool:
    """Finish an erasure that was killed; return whether there was one. Call with the run lock held."""
    if not pending_path(settings.data_path).is_file():
        return False
    finish(settings, report)
    return True


def finish(settings: Settings, report: Report) -> None:
    """The same, without saying so."""
    person = read_pending(settings.data_path)
    if person is not None:
        erase(settings, person, report)


def erase(settings: Settings, person: Person, report: Report) -> Erased:
    """Take a person out of everything, in an order that may be interrupted anywhere."""
    note_pending(settings.data_path, person)
    note_erasure(settings.data_path, person)  # first: what lands from now on lands without them
    places: dict[str, int] = {}
    places["dead letter"] = erase_from_collector(settings, person)
    places["landing"] = erase_from_landing(settings, person, report)
    places["build database"] = int(remove_build(settings))
    places["model output"] = erase_from_trained(settings, person)
    places["versions"] = erase_from_versions(settings, person, report)
    report("logs and records of runs")
    places["texts"] = erase_from_texts(settings, person)
    renew_operations(settings)
    empty_spill(settings)
    left = {**count_in_landing(settings, person), "texts": count_in_texts(settings, person)}
    if any(left.values()):
        raise ShelfwiseError(
            f"something still tells of the person: {', '.join(name for name, count in left.items() if count)}",
            remedy="Something has written it meanwhile: stop it, and give the command again",
        )
    clear_pending(settings.data_path)
    return Erased(len(person.devices), len(person.orders), places)
