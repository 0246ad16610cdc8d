"""Logs as JSON, one object a line, for whoever collects them; as plain lines for a person at a terminal."""

from __future__ import annotations

import json
import logging
import logging.config
import sys
from datetime import UTC, datetime
from typing import Any

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class JsonFormatter(logging.Formatter):
    """Writes a record as `at`, `level`, `logger`, `message`, its fields (`extra={"fields": …}`), and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log_config() -> dict[str, Any]:
    """Return the configuration of a server's log: to stderr, from INFO on."""
    formatter: dict[str, Any] = {"format": TEXT} if sys.stderr.isatty() else {"()": JsonFormatter}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"level": "INFO", "handlers": ["stderr"]},
    }


def configure_logs() -> None:
    """Log as `log_config` says, unless somebody has set up logging before."""
    if not logging.getLogger().handlers:
        logging.config.dictConfig(log_config())
