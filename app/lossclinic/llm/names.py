"""Names in a text: of columns, settings and functions. Those that are nowhere, or that are called a cause, are made up."""

from __future__ import annotations

import re

from lossclinic.llm.digest import Digest
from lossclinic_kb.causes import load_cause

LONGEST = 40  # characters: a longer name of a column, or value of a setting, is a text
_NAME = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+")
_SENTENCE = re.compile(r"[\n!?;；，。！？：、]|, |: ")
_BLAMES = re.compile(
    r"\b(?:it is|it's|causes?|caused|because|culprit|due to|to blame|reason)\b|原因|病因|起因|归因|导致|造成|祸首|就是",
    re.IGNORECASE,
)


def is_name(text: str) -> bool:
    """Return whether a name of a column or a value of a setting is a name, and not a text that somebody put there."""
    return len(text) <= LONGEST and len(text.split()) <= 2 and not _SENTENCE.search(text)


class Names:
    """The names that a digest holds.

    Attributes:
        held: Those of columns, settings, causes, checks and code.
        said: Those that occur only in what the person wrote.
    """

    def __init__(self, digest: Digest) -> None:
        told = [each.name for each in digest.curves if is_name(each.name)]
        told += [*digest.configuration, *(str(v) for v in digest.configuration.values() if is_name(str(v)))]
        told += [each.ref for each in digest.observations]
        told += [each.code for each in digest.snippets]
        for each in digest.causes:
            told += [
                each.id,
                *load_cause(each.id).articles[digest.lang].sections.values(),
                *load_cause(each.id).related,
            ]
            told += load_cause(each.id).twins
        self.held = frozenset(_names(" ".join(told)))
        self.said = frozenset(_names(digest.words)) - self.held

    def foreign(self, sentence: str) -> bool:
        """Return whether a sentence holds a name that is nowhere, or blames one that only the person's text holds."""
        found = set(_names(sentence)) - self.held
        return bool(found - self.said) or bool(found and _BLAMES.search(sentence))


def _names(text: str) -> list[str]:
    return [each[0].casefold() for each in _NAME.finditer(text)]
