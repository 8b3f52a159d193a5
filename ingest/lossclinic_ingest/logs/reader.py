"""What a reader of one log format is: a module with these names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from lossclinic_ingest.logs.inputs.document import Document
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

    def read(self, document: Document) -> Sequence[Run]:
        """Return the runs, each with a `name` of its own where there are several.

        Raises:
            UnreadableLog: The document cannot be read after all.
        """


@runtime_checkable
class PartReader(Reader, Protocol):
    """A reader whose files hold only a part of a run each: one metric, or the time from one start to the next."""

    def runs_of(self, documents: Sequence[Document]) -> Mapping[str, Sequence[Document]]:
        """Return the documents of each run under its name, from their `path` inside a folder or archive.

        "" names the run of the folder itself. Content may be looked at where paths do not tell.
        """

    def read_parts(self, documents: Sequence[Document]) -> Run:
        """Return the one run that the documents hold together; they come in the natural order of their paths.

        Raises:
            UnreadableLog: They cannot be read after all.
        """
