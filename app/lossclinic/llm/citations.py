"""Citations in an answer: [c:cause], [s:s1], [d:d1], [o:o1], resolved against what the model was told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lossclinic.llm.digest import Digest

CITATION = re.compile(r"[\[【]\s*((?:c|s|d|o)\s*[:：][^\[\]【】\n]{1,160})[\]】]")
FOOTNOTE = re.compile(r"(?<![ \t])[ \t]*+\[\^?\d{1,3}\](?!\()")
_SPACED = re.compile(rf"(?<![ \t])([ \t]*+){CITATION.pattern}")
_PART = re.compile(r"(?<!\s)\s*[,;，；]\s*")


@dataclass(frozen=True)
class Citation:
    """What an answer cites.

    Attributes:
        token: As it stands in the answer: "c:lr_too_high".
        title: Its title, or the beginning of the passage or observation.
        address: Where to read it: a page of the knowledge base, a source, or "".
    """

    token: str
    title: str
    address: str


def resolvable(digest: Digest) -> Mapping[str, Citation]:
    """Return everything that an answer may cite, by token: leading causes, their sources, passages, observations."""
    causes = [
        Citation(f"c:{each.id}", each.title, f"?view=knowledge&cause={each.id}") for each in digest.causes
    ]
    sources = [Citation(f"s:{each.id}", each.title, each.url) for each in digest.sources]
    passages = [Citation(f"d:{each.id}", each.file, "") for each in digest.passages]
    seen = [Citation(f"o:{each.id}", each.text, "") for each in digest.observations]
    return {each.token: each for each in (*causes, *sources, *passages, *seen)}


def tokens(written: str) -> list[str]:
    """Return the tokens inside one pair of brackets: "c:a, s:s1" holds two."""
    found, kind = [], ""
    for part in _PART.split(written.strip()):
        head, colon, rest = part.replace("：", ":").partition(":")
        kind, name = (head.strip(), rest) if colon else (kind, head)
        found.append(f"{kind}:{name.strip().strip('`')}")
    return found


def resolved(text: str, known: Mapping[str, Citation]) -> tuple[str, list[Citation], int]:
    """Return a text with only those citations that lead somewhere, what they cite, and how many were taken out."""
    cited: list[Citation] = []
    lost = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal lost
        found = tokens(match[2])
        good = [known[token] for token in found if token in known]
        lost += len(found) - len(good)
        cited.extend(good)
        return match[1] + "".join(f"[{each.token}]" for each in good) if good else ""

    plain, footnotes = FOOTNOTE.subn("", _SPACED.sub(keep, text))
    return plain, cited, lost + footnotes
