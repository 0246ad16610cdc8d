"""Answers one question, in a process that ends with it: ``python -m dashboards.ask.worker``.

It is started before there is a question, reads it from standard input, and writes a line of JSON and the rows as an
Arrow stream to standard output. Nothing it does can outlive it: whoever started it kills it when time is up, and the
limits below end it when it takes more memory or processor time than a question may, or writes any file at all.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import BinaryIO

import duckdb
import pyarrow as pa

from dashboards.ask import rules

GIGABYTE = 1 << 30
ADDRESS_SPACE = 6 * GIGABYTE  # of which libraries and threads reserve two without using them
BATCH_ROWS = 2048
# Read-only, and closed: no file but this one, no network, no extension, and no way to set any of it otherwise.
CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "lock_configuration": True,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
    "temp_directory": "",
}


def limit_process(seconds: int) -> None:
    """Bound what this process may take, whatever it is made to do."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (2 * seconds, 2 * seconds))


def connect(path: str, memory: str, threads: int) -> duckdb.DuckDBPyConnection:
    """Open the published file for a question, from its own folder, so that no answer names where it lies."""
    os.chdir(Path(path).parent)
    configuration = {**CONFIGURATION, "memory_limit": memory, "threads": threads}
    return duckdb.connect(Path(path).name, read_only=True, config=configuration)


def answer(connection: duckdb.DuckDBPyConnection, sql: str, row_limit: int, byte_limit: int) -> tuple[pa.Table, bool]:
    """Return the first rows of the answer, and whether there are more."""
    reader = connection.execute(sql).to_arrow_reader(BATCH_ROWS)
    if reader is None:  # a statement without rows, which no SELECT is
        return pa.table({}), False
    batches: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in reader:
        batches.append(batch.slice(0, row_limit - rows))
        rows += batch.num_rows
        size += batch.nbytes
        if rows > row_limit or size > byte_limit:
            return pa.Table.from_batches(batches, reader.schema), True
    return pa.Table.from_batches(batches, reader.schema), False


def reply(output: BinaryIO, status: str, message: str = "", **facts: object) -> None:
    """Write the line that says how it went."""
    output.write(json.dumps({"status": status, "message": message, **facts}).encode() + b"\n")


def main() -> None:
    """Answer the question that comes on standard input."""
    line = sys.stdin.buffer.readline()
    if not line:  # the dashboard has ended, and nothing is asked any more
        return
    request = json.loads(line)
    output = sys.stdout.buffer
    limit_process(request["seconds"])
    try:
        rules.check(request["sql"])
        connection = connect(request["path"], request["memory"], request["threads"])
        table, is_cut = answer(connection, request["sql"], request["row_limit"], request["byte_limit"])
    except rules.Refused as refusal:
        reply(output, "refused", str(refusal))
    except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError):
        reply(output, "memory")
    except duckdb.PermissionException as error:
        reply(output, "refused", str(error))
    except (duckdb.Error, pa.ArrowException) as error:
        reply(output, "wrong", str(error))
    else:
        reply(output, "answered", is_cut=is_cut)
        with pa.ipc.new_stream(output, table.schema) as stream:
            stream.write_table(table)
    output.flush()


if __name__ == "__main__":
    main()
