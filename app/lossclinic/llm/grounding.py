"""An explanation, sentence by sentence: what it cites, counts, names and quotes as code must come from somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, reduce

from lossclinic.llm.citations import CITATION, FOOTNOTE, Citation, resolvable, resolved, tokens
from lossclinic.llm.code import ADAPTED, EXECUTED, allowed
from lossclinic.llm.digest import Digest
from lossclinic.llm.drops import Tally
from lossclinic.llm.figures import Known, numbers_in
from lossclinic.llm.names import Names, is_name
from lossclinic.llm.sentences import FENCE, pieces
from lossclinic.render import plain
from lossclinic_kb.causes import load_cause, load_profiles
from lossclinic_kb.text import LANGUAGES, Lang

CODE = re.compile(r"[\[【]\s*code\s*[:：]\s*([\w/]{1,80})\s*[\]】]")
_LINK = re.compile(r"https?:|www\.|ftp:|mailto:|data:|javascript:|\]\s*\(|<[a-zA-Z/!]|!\[", re.IGNORECASE)
_COMMAND = re.compile(
    r"\b(?:pip3?|conda|apt|apt-get|brew|npm)\s+install\b|\b(?:curl|wget|sudo|chmod|ssh|scp)\s|\brm\s+-|\bos\.system\b"
    r"|\bsubprocess\b|\b(?:eval|exec)\(|\|\s*(?:ba)?sh\b",
    re.IGNORECASE,
)
_ECHO = re.compile(r'[{\[]\s*"\w+"\s*[:,\]]|"\w+"\s*:\s*["\[{]')
"""Data instead of a sentence: the smallest models repeat what they were given."""
_QUOTED = re.compile(r"`([^`\n]{1,200})`")
_SIMPLE = re.compile(r"[\w.\-/+%=]{1,60}(?:\(\))?")
LABELS = frozenset(label(lang) for label in (EXECUTED, ADAPTED) for lang in LANGUAGES)
_MARKER = re.compile(r"^\s*(?:\d{1,2}[.)、]|[-*•])\s+")


def numbers_of_case(digest: Digest) -> Known:
    """Return the numbers of run, question and observations: what any sentence may say."""
    curves = [float(v) for c in digest.curves for point in c.points for v in point if not isinstance(v, str)]
    counts = [float(n) for c in digest.curves for n in (c.logged, c.non_finite)]
    texts = [digest.words, digest.next_check, *_observed(digest)]
    texts += [f"{name} {value}" for name, value in digest.configuration.items() if is_name(str(value))]
    texts += [f"{each.probability} %" for each in digest.causes]
    texts += [each.name for each in digest.curves if is_name(each.name)]
    return Known([*curves, *counts]) | Known.of(*texts)


def _observed(digest: Digest) -> Iterator[str]:
    """Yield what was observed, without the texts that stand in the log where a name or a word belongs."""
    texts = [each.name for each in digest.curves if not is_name(each.name)]
    for each in digest.observations:
        if each.kind != "fact" or is_name(str(digest.configuration.get(each.ref, ""))):
            yield reduce(lambda told, text: told.replace(text, " "), texts, each.text)


@cache
def numbers_of_cause(cause: str, lang: Lang) -> Known:
    """Return the numbers of the page of a cause, code included."""
    page = load_cause(cause)
    return Known.of(*page.articles[lang].sections.values(), *(each.code for each in page.snippets))


class Grounding:
    """Checks an explanation as it arrives.

    Attributes:
        citations: What has been cited so far, each once, in order.
        tally: What was dropped so far.
    """

    def __init__(self, digest: Digest) -> None:
        self.digest = digest
        self.citations: dict[str, Citation] = {}
        self.tally = Tally()
        self._known = resolvable(digest)
        self._numbers = numbers_of_case(digest)
        self._snippets = {each.id: each.code for each in digest.snippets}
        self._text = _told(digest)
        self._foreign = _foreign_titles(digest)
        self._names = Names(digest)

    def checked(self, text: str) -> str:
        """Return what holds of a whole explanation."""
        return "".join(self.piece(each) for each in pieces(text)).strip()

    def piece(self, piece: str) -> str:
        """Return what holds of one sentence or block of code; "" where nothing does."""
        if piece.lstrip().startswith(FENCE):
            return self._block(piece)
        if piece.strip() in LABELS:
            return ""  # whether code was executed is said by code alone
        text, cited, lost = resolved(plain(piece), self._known)
        self.tally.add("unresolved_citations", lost)
        if not text.strip():
            return piece if not piece.strip() else ""
        if (reason := self._fault(text, cited)) is not None:
            self.tally.add(reason)
            return "\n" if piece.endswith("\n") else ""
        self.citations |= {each.token: each for each in cited}
        return CODE.sub(self._called, text)

    def _fault(self, sentence: str, cited: list[Citation]) -> str | None:
        """Return why a sentence is dropped, or None."""
        bare = CODE.sub(" ", CITATION.sub(" ", sentence))
        if _LINK.search(bare):
            return "links"
        if (
            _ECHO.search(bare)
            or (_COMMAND.search(bare) and bare.strip() not in self._text)
            or not self._quotes(bare)
        ):
            return "foreign_code"
        if any(title in bare.casefold() for title in self._foreign) or self._names.foreign(bare):
            return "foreign_causes"
        known = self._numbers
        for token in [*self.citations, *(each.token for each in cited)]:
            known = known | self._of(token)
        counted = numbers_in(_MARKER.sub("", bare))
        return None if all(known.holds(number) for number in counted) else "invented_numbers"

    def _of(self, token: str) -> Known:
        """Return the numbers that a citation brings along."""
        kind, _, name = token.partition(":")
        if kind == "c":
            return numbers_of_cause(name, self.digest.lang)
        passages = {each.id: each.text for each in self.digest.passages}
        return Known.of(passages[name]) if kind == "d" else Known()

    def _quotes(self, sentence: str) -> bool:
        """Return whether everything set as code is a mere name or stands in what the model was told."""
        found = (match[1].strip() for match in _QUOTED.finditer(sentence))
        return all(_SIMPLE.fullmatch(each) or each in self._text for each in found)

    def _called(self, match: re.Match[str]) -> str:
        """Return the executed code that an answer calls by its name."""
        code = self._snippets.get(match[1])
        if code is None:
            self.tally.add("foreign_code")
            return ""
        return f"\n{EXECUTED(self.digest.lang)}\n```python\n{code.strip()}\n```\n"

    def _block(self, piece: str) -> str:
        """Return a block of code with its label, or nothing where it may not be shown."""
        inside = piece.strip().removeprefix(FENCE).removesuffix(FENCE)
        first, _, rest = inside.partition("\n")
        known = self._numbers
        for token in self.citations:
            known = known | self._of(token)
        block = allowed(
            rest if re.fullmatch(r"\s*\w*\s*", first) else inside, list(self._snippets.values()), known
        )
        if block is None:
            self.tally.add("foreign_code")
            return ""
        return f"\n{block.label(self.digest.lang)}\n```python\n{plain(block.code)}\n```\n"


def _told(digest: Digest) -> str:
    """Return the knowledge base's own text that the model was told."""
    parts = [each.code for each in digest.snippets]
    for each in digest.causes:
        parts += load_cause(each.id).articles[digest.lang].sections.values()
    return "\n".join(parts)


def _foreign_titles(digest: Digest) -> frozenset[str]:
    """Return ids and titles of causes that an explanation may not bring up: neither leading nor akin to one that is."""
    profiles = load_profiles()
    leading = {each.id for each in digest.causes}
    akin = {name for cause in leading for name in (*profiles[cause].twins, *profiles[cause].related)}
    own = " ".join(_page(cause, digest.lang) for cause in leading)
    titles = set()
    for name, profile in profiles.items():
        if name not in leading | akin:
            titles |= {name.casefold(), *(profile.title(lang).casefold() for lang in LANGUAGES)}
    return frozenset(title for title in titles if title not in own)


@cache
def _page(cause: str, lang: Lang) -> str:
    page = load_cause(cause)
    return " ".join([page.title(lang), *page.articles[lang].sections.values()]).casefold()


def problems(text: str, digest: Digest) -> tuple[str, ...]:
    """Return what is wrong with a finished explanation: nothing, if it went through `Grounding`.

    Looked at are citations that lead nowhere, causes that are not known or not leading, numbers from nowhere, addresses and
    markup, and code that is neither executed nor marked as adapted.

    Args:
        text: The explanation as shown.
        digest: What the model was told.
    """
    return tuple(_problems(text, digest))


def _problems(text: str, digest: Digest) -> Iterator[str]:
    known, again = resolvable(digest), Grounding(digest)
    written = [token for match in CITATION.finditer(text) for token in tokens(match[1])]
    yield from (f"unresolved citation {token}" for token in written if token not in known)
    yield from (f"unresolved citation {each[0]}" for each in FOOTNOTE.finditer(text))
    yield from (f"unresolved code {each[0]}" for each in CODE.finditer(text))
    label = ""
    for piece in pieces(text):
        if piece.strip() in LABELS:
            label = piece.strip()
        elif piece.lstrip().startswith(FENCE):
            if label not in (EXECUTED(digest.lang), ADAPTED(digest.lang)):
                yield f"code without a label: {piece.strip()[:60]}"
            elif not again.piece(piece).strip().startswith(label):
                yield f"code that is not {label} {piece.strip()[:60]}"
        elif piece.strip():
            kept = again.piece(piece)
            if kept.strip() != piece.strip():
                yield f"a sentence from nowhere: {piece.strip()[:120]}"
            label = ""
