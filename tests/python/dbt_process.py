"""dbt again and again in one process: its start and its reading of the project are paid once.

By itself the start takes longer than a small build, and a test has a data folder of its own, for which dbt would read
the whole project anew. As a program this takes one JSON object a line, and answers each with another.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from shelfwise.settings import Settings


@dataclass(frozen=True)
class Answer:
    """What one command of dbt came to."""

    success: bool
    printed: str


class DbtProcess:
    """A dbt of one checkout, for any data folder; between two commands it holds no database."""

    def __init__(self, project_dir: Path, folder: Path) -> None:
        """Start it; what it says of itself, and the project as it has read it, go to ``folder``."""
        self.project_dir = project_dir
        self.errors = folder / "dbt.stderr"
        with self.errors.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, str(Path(__file__)), str(folder / "target")],
                cwd=project_dir,
                env=Settings(project_dir=project_dir, data_dir=folder).environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def __call__(self, settings: Settings, *arguments: str) -> str:
        """Run a command with these settings and a target folder of their own; fail with what it printed."""
        assert settings.project_dir == self.project_dir, "one process has one project"
        target = str(settings.data_path / "target")
        request = {"arguments": [*arguments, "--target-path", target], "environment": settings.environment()}
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(request), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, self.errors.read_text()
        answer = Answer(**json.loads(line))
        assert answer.success, f"{answer.printed}\n{self.errors.read_text()}"
        return answer.printed

    def close(self) -> None:
        """End it."""
        self._process.communicate()  # no more input
        assert self._process.returncode == 0, self.errors.read_text()


def main(target: str) -> None:
    """Answer line by line until there are no more."""
    import contextlib
    import gc
    import io
    import os

    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    options = ["--no-use-colors", "--log-level-file", "none"]
    parsed = dbtRunner().invoke([*options, "--quiet", "parse", "--target-path", target]).result
    project = parsed if isinstance(parsed, Manifest) else None  # one that does not parse says so again below
    for line in sys.stdin:
        request = json.loads(line)
        os.environ.clear()
        os.environ.update(request["environment"])
        arguments = request["arguments"]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            done = dbtRunner(manifest=None if "parse" in arguments else project).invoke([*options, *arguments])
        failed = [
            f"{one.node.name}: {one.message}"
            for one in getattr(done.result, "results", ())
            if one.status in ("error", "fail")
        ]
        DuckDBConnectionManager.close_all_connections()
        gc.collect()  # the database is closed with the last that speaks of it
        said = "\n".join([printed.getvalue(), str(done.exception or ""), *failed])
        print(json.dumps({"success": done.success, "printed": said}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
