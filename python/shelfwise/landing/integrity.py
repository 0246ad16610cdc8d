"""Whether the disk still holds of a landed file what was written.

Our writers put a CRC-32 beside every Parquet page (see `files.py`). A file from elsewhere may have none; then only what
can no longer be decompressed or decoded is found.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def damage_of(path: Path, *, pages: bool = True) -> str:
    """Return what is wrong with a landed file, in a few words; empty where it is whole.

    Reads all its ``pages``, or only its footer.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            if pages:
                for _ in file.iter_batches():
                    pass
    except PermissionError:
        return "it may not be read by this account"
    except FileNotFoundError:
        return "it is gone"
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:  # the last where a name in the footer is no text
        return str(error).splitlines()[0].rstrip(".")
    return ""
