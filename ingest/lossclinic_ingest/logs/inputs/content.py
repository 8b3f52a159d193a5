"""The bytes of a source: in memory, or left where they lie until someone asks for a part of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_kb.text import Text

_CHANGED = Text("it changed while it was being read", "读取过程中文件发生了变化")
_AGAIN = Text("copy it first, then give the copy", "请先复制一份，再提供副本")


class Content(Protocol):
    """Bytes, of which any part can be read, from several threads at once."""

    def __len__(self) -> int:
        """How many there are."""

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`, fewer where the content ends before.

        Raises:
            UnreadableLog: They are gone.
        """


@dataclass(frozen=True)
class InMemory:
    """Bytes at hand."""

    data: bytes

    def __len__(self) -> int:
        return len(self.data)

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`; all of them are not copied."""
        return self.data[start:end]


@dataclass(frozen=True)
class OnDisk:
    """A large file, read part by part: a table of it is not held beside its text.

    Attributes:
        path: Where it lies.
        size: How many bytes count; what a running training adds later does not.
        name: How to call it in an error.
    """

    path: Path
    size: int
    name: str

    def __len__(self) -> int:
        return self.size

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`.

        Raises:
            UnreadableLog: They are gone.
        """
        end = min(end, self.size)
        try:
            with self.path.open("rb") as file:
                file.seek(start)
                data = file.read(max(0, end - start))
        except OSError as error:
            raise refuse.not_readable(self.name, error) from None
        if len(data) < end - start:
            raise refuse.unreadable(self.name, _CHANGED, _AGAIN)
        return data
