"""dbt again and again in one process: its start and its reading of the project are paid once.

By itself the start is as long as a small load. One process keeps the database's lock until it ends, as a run must not
(shelfwise.pipeline.dbt), so whoever compares ends it first.

As a program it takes one JSON list of arguments a line, and answers each with a JSON object.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from shelfwise.settings import Settings


class DbtProcess:
    """A `dbt` for `Loads`: invoked with settings, always the same ones, and arguments."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.settings.data_path.mkdir(parents=True, exist_ok=True)
        self.errors = settings.data_path / "dbt.stderr"

    def __enter__(self) -> DbtProcess:
        with self.errors.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, str(Path(__file__)), str(self.settings.data_path / "target")],
                cwd=self.settings.project_dir,
                env=self.settings.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()  # no more input: it ends, and the database is free
        assert self._process.returncode == 0, self.errors.read_text()

    def __call__(self, settings: Settings, *arguments: str) -> str:
        assert settings == self.settings, "one process has one database"
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(arguments), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, self.errors.read_text()
        found = json.loads(answer)
        assert found["success"], f"{found['exception']}\n{found['failed']}\n{self.errors.read_text()}"
        return ""


def main(target: str) -> None:
    """Answer line by line until there are no more."""
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    answers, sys.stdout = sys.stdout, sys.stderr  # what dbt prints is no answer
    options = ["--no-use-colors", "--no-write-json", "--log-level-file", "none"]
    runner = dbtRunner()
    parsed = runner.invoke([*options, "--quiet", "parse", "--target-path", target])
    runner.manifest = parsed.result if isinstance(parsed.result, Manifest) else None
    for line in sys.stdin:
        done = runner.invoke([*options, *json.loads(line), "--target-path", target])
        results = getattr(done.result, "results", ())
        failed = [f"{one.node.name}: {one.message}" for one in results if one.status in ("error", "fail")]
        answer = {"success": done.success, "exception": str(done.exception or ""), "failed": failed}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
