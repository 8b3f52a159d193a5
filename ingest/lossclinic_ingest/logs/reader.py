"""What a reader of one log format is: a module with these four names."""

from __future__ import annotations

from typing import Protocol

from lossclinic_ingest.logs.document import Document
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text


class Reader(Protocol):
    """A module under `logs/` that reads one format.

    Attributes:
        ID: Its id, which `Run.format` and the registry carry.
        TITLE: What people call the format.
    """

    ID: str
    TITLE: Text

    def sniff(self, document: Document) -> float:
        """Return how sure it is that the document has this format, 0 to 1, by content and not by file name."""

    def read(self, document: Document) -> Run:
        """Return the run.

        Raises:
            UnreadableLog: The document cannot be read after all.
        """
