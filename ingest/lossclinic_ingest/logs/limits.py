"""How large a log may be. Each limit is a setting; the message of a refusal names it."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, TypeVar

from lossclinic_kb.errors import InputError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PREFIX: Final = "LOSSCLINIC_MAX_"
_Limits = TypeVar("_Limits", bound="DataclassInstance")


@dataclass(frozen=True)
class Limits:
    """What is refused rather than read.

    Attributes:
        log_mb: Megabytes of one log, and of all logs unpacked from one archive. A curve needs thousands of rows, not
            millions; 400 MB hold a million rows of twenty columns.
        cells: Millions of cells of one table: twenty columns over a million steps.
        columns: Columns of one table. More hold a value per layer or per sample, and each would become a curve.
        files: Files looked at in one folder or archive, and runs in one file. A sweep has hundreds; a data set more.
        ratio: Times its own size that a packed file may unpack to, from 16 MB on. Logs pack to a third or a twentieth,
            and one in which nothing changes to a hundredth; what unpacks to a thousand times its size is a trap.
    """

    log_mb: int = 400
    cells: int = 20
    columns: int = 5000
    files: int = 2000
    ratio: int = 250

    @property
    def bytes(self) -> int:
        """`log_mb` in bytes."""
        return self.log_mb * 1_000_000

    @property
    def cell_count(self) -> int:
        """`cells` as a plain number."""
        return self.cells * 1_000_000


def current() -> Limits:
    """Return the limits, as set by `LOSSCLINIC_MAX_LOG_MB`, `_CELLS`, `_COLUMNS`, `_FILES` and `_RATIO`.

    Raises:
        InputError: One is set to something else than a whole number from 1 on.
    """
    return as_set(Limits)


def as_set(limits: type[_Limits]) -> _Limits:
    """Return limits of one kind, each as its environment variable sets it.

    Args:
        limits: A dataclass of whole numbers.

    Raises:
        InputError: One is set to something else than a whole number from 1 on.
    """
    given = {field.name: os.environ.get(setting(field.name)) for field in fields(limits)}
    return limits(**{name: _whole(name, text) for name, text in given.items() if text})


def setting(name: str) -> str:
    """Return the environment variable that sets the limit called `name`."""
    return PREFIX + name.upper()


def _whole(name: str, text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise InputError(f"{setting(name)}={text}: expected a whole number from 1 on")
    return int(text)
