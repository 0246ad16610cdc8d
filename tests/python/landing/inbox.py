"""Online Retail lines made up for landing tests."""

from __future__ import annotations

from pathlib import Path


class Inbox:
    """A folder of files to import."""

    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, name: str, *lines: str, header: str = header, encoding: str = "utf-8", end: str = "\n") -> Path:
        """Write a file of a header and the given lines, as they stand."""
        path = self.path / name
        path.write_bytes(("\n".join([header, *lines]) + end).encode(encoding))
        return path

    @staticmethod
    def line(number: int) -> str:
        """Return a made-up order line."""
        return f"70{number:04},{9000 + number},PAPER LANTERN {number},3,2024-02-01 09:15:00,1.25,18{number:03}.0,Norway"
