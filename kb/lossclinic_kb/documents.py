"""A passage of a person's own documents, as an answer shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentPassage:
    """A passage of a person's own documents that is near to what they said. It is shown, and never weighed.

    Attributes:
        text: As it stands in the document.
        file: Name of the file, or its path inside an archive.
        heading: The headings above it, the highest first, joined by " > "; "" where there are none.
        link: A file URI that leads to it: `file:///notes/gpu.pdf#page=3`.
        collection: The collection that it is from.
        score: Cosine between it and the question; that of the farthest shown where only its words were found.
    """

    text: str
    file: str
    heading: str
    link: str
    collection: str
    score: float
