"""What a person may say about the files of an import, whatever their source."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shelfwise.landing.errors import LandingError

NAMESPACE = re.compile(r"[a-z0-9_]{1,63}")


@dataclass(frozen=True)
class ImportOptions:
    """Which shop the files are of, and whether they correct those of the same name that landed before.

    ``namespace`` is None for the namespace that the dbt project gives the source. Raises LandingError for a namespace
    that could not stand in front of an id.
    """

    namespace: str | None = None
    supersede: bool = False

    def __post_init__(self) -> None:
        if self.namespace is not None and not NAMESPACE.fullmatch(self.namespace):
            raise LandingError(
                f"`{self.namespace}` is no namespace",
                remedy="Make it of at most 63 lower case letters, digits and _, such as `shop_uk`.",
            )
