"""Every exception that lossclinic raises on purpose. Each message is one line: what, where, what to do.

LossclinicError
├── UnreadableLog     a training log that no reader can use
├── UnreadableDocument  a person's own document that cannot be read
├── KnowledgeError    a malformed file of the knowledge base
├── StoreError        an index that is damaged, foreign or missing
├── ModelError        embedding weights, or a language model, that are missing or not what they should be
└── InputError        an argument that cannot be used: an unknown fact, check, outcome or language
"""

from __future__ import annotations

from lossclinic_kb.text import Text


class LossclinicError(Exception):
    """What lossclinic raises on purpose.

    Attributes:
        text: The message in both languages; `str(error)` is the English one. A message given as one string is for those
            who write the knowledge base or call the Python interface, and is English in both.
    """

    def __init__(self, message: Text | str) -> None:
        self.text = message if isinstance(message, Text) else Text(message, message)
        super().__init__(self.text.en)


class UnreadableLog(LossclinicError):  # noqa: N818
    """A training log that no reader can use."""


class UnreadableDocument(LossclinicError):  # noqa: N818
    """A person's own document that cannot be read."""


class KnowledgeError(LossclinicError):
    """A malformed file of the knowledge base; the message names file and key."""


class StoreError(LossclinicError):
    """An index that is damaged, foreign or missing."""


class ModelError(LossclinicError):
    """Embedding weights, or a language model, that are missing or not what they should be."""


class InputError(LossclinicError, ValueError):
    """An argument that cannot be used: an unknown fact, check, outcome or language."""
