"""How large documents may be. Each limit is a setting; the message of a refusal names it."""

from __future__ import annotations

from dataclasses import dataclass

from lossclinic_ingest.logs.limits import Limits, as_set
from lossclinic_ingest.logs.limits import current as log_limits


@dataclass(frozen=True)
class DocumentLimits:
    """What is refused rather than read.

    Attributes:
        document_mb: Megabytes of one document, and of all documents unpacked from one archive. A textbook as PDF has
            ten to fifty, mostly pictures; the text of a thousand pages is three.
        documents: Files looked at in all. The documentation of a large project has some ten thousand.
        passages: Passages of one collection, thousands. Searching was measured up to a million (`docs/documents.md`).
    """

    document_mb: int = 200
    documents: int = 200_000
    passages: int = 2000

    @property
    def bytes(self) -> int:
        """`document_mb` in bytes."""
        return self.document_mb * 1_000_000

    @property
    def passage_count(self) -> int:
        """`passages` as a plain number."""
        return self.passages * 1000

    def of_archives(self) -> Limits:
        """Return the same limits as unpacking asks for them."""
        return Limits(log_mb=self.document_mb, files=self.documents, ratio=log_limits().ratio)


def current() -> DocumentLimits:
    """Return the limits, as set by `LOSSCLINIC_MAX_DOCUMENT_MB`, `_DOCUMENTS` and `_PASSAGES` (thousands).

    Raises:
        InputError: One is set to something else than a whole number from 1 on.
    """
    return as_set(DocumentLimits)
