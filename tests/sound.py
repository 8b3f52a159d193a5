"""What no answer of a language model may hold, in any test: citations of nothing, unknown causes, numbers from nowhere.

`watched` looks at every answer that is made while the tests run, in whatever thread. Numbers are looked for a second time, by
plainer means than the program's own: in the values of the run as they are, in the words, and in the pages that are cited.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Event
from unittest.mock import patch

from lossclinic import Diagnosis
from lossclinic.llm.consult import Consultant
from lossclinic.llm.digest import digest_of
from lossclinic.llm.grounding import problems
from lossclinic.llm.sizes import LIMIT
from lossclinic_kb.causes import CAUSES, load_cause
from lossclinic_kb.text import Lang

CITED = re.compile(r"\[([csdo]):([^\]]+)\]")
BLOCK = re.compile(r"```.*?```", re.DOTALL)
NUMBER = re.compile(
    r"(?<![\w.-])(\d[\d,]*(?:\.\d+)?)(?:e([-+]?\d+)|\s*[×x]\s*10\^?([-+]?\d+))?\s*(%|percent|万|[kM]\b)?"
)
SCALE = {"%": 0.01, "percent": 0.01, "万": 1e4, "k": 1e3, "M": 1e6}


def sound(made: Diagnosis, words: str = "") -> None:
    """Fail where an answer holds what none may hold."""
    assert wrong_with(made, words) == []


def wrong_with(made: Diagnosis, words: str, lang: Lang | None = None, limit: int = LIMIT) -> list[str]:
    """Return what is wrong with an answer."""
    part = made.model
    assert part is not None
    found = [f"unknown cause {each.id}" for each in made.causes if each.id not in CAUSES]
    for each in made.causes:
        known = {source.url for source in load_cause(each.id).sources} if each.id in CAUSES else set()
        cited = (url for source in each.sources for url in re.findall(r"https?://\S+", source))
        found += [f"{each.id} cites {url}" for url in cited if url not in known]
    if made.case.opinion is not None:
        named = made.case.opinion.named
        found += [
            f"opinion on {each.cause}" for each in named if each.cause not in CAUSES or not each.grounds
        ]
        found += [
            f"{n} from nowhere" for each in named for n in nowhere(each.reason, made, words, [each.cause])
        ]
    written = {f"{kind}:{name}" for kind, name in CITED.findall(part.text)}
    if written != {each.token for each in part.citations}:
        found.append(f"cited {written}, resolved {part.citations}")
    pages = [each.token[2:] for each in part.citations if each.token[:2] == "c:"]
    found += [f"{n} from nowhere" for n in nowhere(part.text, made, words, pages)]
    return [*found, *problems(part.text, digest_of(made, words, lang, limit))]


def nowhere(text: str, made: Diagnosis, words: str, cited: Collection[str]) -> list[str]:
    """Return the numbers in a text that neither the run, nor the words, nor a cited page holds."""
    bare = re.sub(r"(?m)^\s*\d+[.)、]\s", " ", CITED.sub(" ", BLOCK.sub(" ", text)))
    known = _known(made, words, cited)
    return [
        written for written, value, slack in _numbers(bare) if not any(abs(value - k) <= slack for k in known)
    ]


def _known(made: Diagnosis, words: str, cited: Collection[str]) -> list[float]:
    told = [words, *(str(value) for value in made.case.facts.values())]
    told += [line for each in digest_of(made, words).observations for line in (each.text,)]
    told += [each.text for each in made.case.documents]
    for cause in cited:
        page = load_cause(cause)
        told += [*page.articles[made.lang].sections.values(), *(each.code for each in page.snippets)]
    values = [value for text in told for _, value, _ in _numbers(text)]
    values += [cause.probability for cause in made.causes]
    for series in made.run.series if made.run else ():
        values += [abs(float(v)) for axis in (series.values, series.logged.axis) for v in axis if v == v]
        values += [float(len(series)), float(series.non_finite)]
    return values


def _numbers(text: str) -> Iterator[tuple[str, float, float]]:
    """Yield each number as written, its value, and by how much one may differ that was rounded to it."""
    for found in NUMBER.finditer(text):
        digits = found[1].replace(",", "").rstrip(".")
        scale = 10.0 ** int(found[2] or found[3] or 0) * SCALE.get(found[4] or "", 1.0)
        shown = len(digits.partition(".")[2])
        zeros = len(digits) - len(digits.rstrip("0")) if "." not in digits and len(digits) > 3 else 0
        yield found[0].strip(), float(digits) * scale, (0.5001 * 10.0 ** (zeros - shown)) * scale


@contextmanager
def watched() -> Iterator[list[str]]:
    """Look at every answer that a language model has its part in until the block ends; yield what is wrong so far."""
    found: list[str] = []
    plain = Consultant.consult

    @wraps(plain)
    def consult(
        self: Consultant,
        diagnosis: Diagnosis,
        words: str = "",
        *,
        lang: Lang | None = None,
        dropped: Collection[str] = (),
        stop: Event | None = None,
    ) -> Iterator[Diagnosis]:
        last = None
        try:
            for last in plain(self, diagnosis, words, lang=lang, dropped=dropped, stop=stop):
                yield last
        finally:
            if last is not None and last.model is not None:
                found.extend(wrong_with(last, words, lang, self.limits.characters))

    with patch.object(Consultant, "consult", consult):
        yield found
