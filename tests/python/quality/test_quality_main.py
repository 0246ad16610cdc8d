from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from landed_days import change_files, change_values

from shelfwise.quality import __main__ as command
from shelfwise.settings import Settings


def run(settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(command, "get_settings", lambda: settings)
    return command.main(list(arguments))


def test_a_passed_door_is_0(landed: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run(landed, monkeypatch, "landing", "--run-dir", str(tmp_path)) == 0
    assert (tmp_path / "gate" / "landing.jsonl").is_file()
    assert "Would pass" in (tmp_path / "gate" / "index.html").read_text(encoding="utf-8")


def test_what_cannot_be_checked_is_1(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(settings, monkeypatch, "marts", "--run-dir", str(tmp_path)) == 1
    assert "no build database" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [("attic", "--run-dir", "x"), ("marts",), ()])
def test_wrong_usage_is_2(settings: Settings, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(settings, monkeypatch, *arguments)
    assert stopped.value.code == 2


def test_a_shut_door_is_3_and_says_why(landed: Settings, tmp_path: Path) -> None:
    change_files(landed, change_values("invoice_no", lambda _: None))
    finished = subprocess.run(
        [sys.executable, "-m", "shelfwise.quality", "landing", "--run-dir", str(tmp_path)],
        env=landed.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 3
    assert "online_retail__order_lines.invoice_no: Lines belong to an invoice" in finished.stdout
    assert "landing door shut" in finished.stdout
    assert finished.stderr == ""


def test_the_doors_module_does_not_import_great_expectations() -> None:
    code = "import sys, shelfwise.quality.doors; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
