"""Publishing while others read, and while it is being killed."""

from __future__ import annotations

import multiprocessing
import multiprocessing.queues
import multiprocessing.synchronize
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from shelfwise.files import swap_symlink
from shelfwise.settings import Settings
from shelfwise.warehouse.publish import publish_version
from shelfwise.warehouse.published import connect_current, resolve_current, versions_path

MakeRun = Callable[..., str]
PUBLISHES = 12

KILLED_PUBLISH = """
import os, signal, sys
from pathlib import Path
from shelfwise.settings import Settings
from shelfwise.warehouse import {module}

before = {module}.{function}
def killed(*args, **kwargs):
    {call}
    os.kill(os.getpid(), signal.SIGKILL)
{module}.{function} = killed

from shelfwise.warehouse.publish import publish_version
settings = Settings(project_dir=Path(sys.argv[1]), data_dir=Path(sys.argv[1]) / "data", keep_versions=1)
publish_version(settings, "r2", model_version=None)
"""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("marts", "copy_mart"),
        ("publish", "copy_marts"),
        ("publish", "copy_folder"),
        ("publish", "write_text_atomically"),
        ("publish", "build_version"),
        ("publish", "make_current"),
        ("publish", "remove_old_versions"),
        ("retention", "remove"),
    ],
)
def test_killed_at(when: str, module: str, function: str, settings: Settings, make_run: MakeRun) -> None:
    publish_version(settings, make_run("r1", orders=1), model_version=None)
    make_run("r2", orders=2)
    call = "before(*args, **kwargs)" if when == "after" else ""
    script = KILLED_PUBLISH.format(module=module, function=function, call=call or "pass")
    killed = subprocess.run([sys.executable, "-c", script, str(settings.project_dir)], check=False)
    assert killed.returncode == -signal.SIGKILL

    version, connection = connect_current(settings)
    swapped = function in ("remove_old_versions", "remove") or (function, when) == ("make_current", "after")
    assert version.run_id == ("r2" if swapped else "r1")
    assert connection.execute("select count(*) from fct_orders").fetchall() == [(2 if swapped else 1,)]
    connection.close()

    publish_version(settings, "r2", model_version=None)
    publish_version(settings, make_run("r3", orders=3), model_version=None)
    version, connection = connect_current(settings)
    assert connection.execute("select count(*) from fct_orders").fetchall() == [(3,)]
    connection.close()
    leftovers = [path.name for path in settings.published_path.rglob("*.tmp-*")]
    assert leftovers == []
    assert {path.name for path in versions_path(settings).iterdir()} <= {"r1", "r2", "r3"}


def read_until(
    settings: Settings,
    started: multiprocessing.synchronize.Barrier,
    stop: multiprocessing.synchronize.Event,
    results: multiprocessing.queues.Queue[object],
) -> None:
    """Read the current version again and again; report how often, and what was wrong."""
    reads, seen, wrong = 0, set(), []
    while not stop.is_set():
        try:
            version, connection = connect_current(settings)
            with connection:
                row = connection.execute("select count(*), min(batch), max(batch) from fct_orders").fetchall()[0]
        except Exception as error:
            wrong.append(repr(error))
            break
        reads += 1
        seen.add(row[0])
        if not row[0] == row[1] == row[2] == int(version.run_id[1:]):
            wrong.append(f"{version.run_id}: {row}")
        if reads == 1:
            started.wait(60)
    results.put((reads, seen, wrong))


def test_readers_see_whole_versions_without_an_error(settings: Settings, make_run: MakeRun) -> None:
    settings = settings.model_copy(update={"keep_versions": 1})  # retention takes each version away at once
    publish_version(settings, make_run("r1", orders=1), model_version=None)
    context = multiprocessing.get_context("spawn")
    started, stop, results = context.Barrier(3), context.Event(), context.Queue()
    readers = [context.Process(target=read_until, args=(settings, started, stop, results)) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        started.wait(60)  # both have read once: on a busy machine a process takes seconds to start
        for number in range(2, PUBLISHES):
            publish_version(settings, make_run(f"r{number}", orders=number), model_version=None)
    finally:
        stop.set()
    reports = [results.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join()
    assert [wrong for _, _, wrong in reports] == [[], []]
    assert all(reads > 1 for reads, _, _ in reports)


def test_two_publishers_take_turns(settings: Settings, make_run: MakeRun) -> None:
    make_run("r1", orders=2)
    make_run("r2", orders=2)
    threads = [
        threading.Thread(target=publish_version, args=(settings, run_id), kwargs={"model_version": None})
        for run_id in ("r1", "r2")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert resolve_current(settings).run_id in ("r1", "r2")
    assert {path.name for path in versions_path(settings).iterdir()} == {"r1", "r2"}


def test_a_link_is_never_absent(tmp_path: Path) -> None:
    link = tmp_path / "link"
    swap_symlink(link, "a")
    done = threading.Event()
    missing = []

    def watch() -> None:
        while not done.is_set():
            try:
                link.readlink()
            except FileNotFoundError as error:
                missing.append(error)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for number in range(300):
        swap_symlink(link, f"target{number}")
    done.set()
    watcher.join()
    assert missing == []
