"""What a language model is told of a case: observations with ids, thinned curves, configuration, leading causes.

The digest is all that leaves this machine. It is made of what lossclinic has read and concluded; the log itself, its
path and its rows stay here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lossclinic.diagnosis import Diagnosis
from lossclinic.dialogue.frameworks import framework_named_in
from lossclinic.llm.articles import Article, Snippet, Source, articles_of
from lossclinic.llm.observed import Observed, observed_in
from lossclinic.llm.sizes import LIMIT, SIZES, Size
from lossclinic.llm.thinned import Thinned, thinned
from lossclinic_kb.causes import load_profiles
from lossclinic_kb.diagnosis import rank
from lossclinic_kb.facts import Fact
from lossclinic_kb.text import Lang


@dataclass(frozen=True)
class Passage:
    """A passage of the person's own documents, cited as [d:d1]."""

    id: str
    file: str
    text: str


@dataclass(frozen=True)
class Digest:
    """What a language model is told of a case.

    Attributes:
        lang: Language in which it is to answer.
        status: Of the diagnosis without it.
        words: What the person wrote.
        framework: "pytorch", "lightning", "hf", "keras", "paddle", or "" where unknown.
        observations: What a reason may name, with ids o1, o2, ...
        curves: The thinned series of the log.
        configuration: Facts by name.
        causes: The leading ones with their short articles, most probable first.
        others: Title of every other cause by id.
        twins: Groups that the evidence does not separate.
        next_check: The question of the check worth making now, or "".
        sources: What the articles cite, with ids s1, s2, ...
        snippets: Executed code, named cause/key.
        passages: Of the person's own documents, with ids d1, d2, ...
    """

    lang: Lang
    status: str
    words: str
    framework: str
    observations: tuple[Observed, ...]
    curves: tuple[Thinned, ...]
    configuration: Mapping[str, Fact]
    causes: tuple[Article, ...]
    others: Mapping[str, str]
    twins: tuple[tuple[str, ...], ...]
    next_check: str
    sources: tuple[Source, ...]
    snippets: tuple[Snippet, ...]
    passages: tuple[Passage, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the digest as plain data."""
        return asdict(self)

    def to_json(self) -> str:
        """Return the digest as the model reads it; empty parts are left out."""
        data = {name: value for name, value in self.to_dict().items() if value not in ("", (), {}, [])}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    def to_text(self) -> str:
        """Return the digest as a person reads it: everything that is sent, part by part."""
        from lossclinic.llm.shown import shown

        return shown(self)


def digest_of(diagnosis: Diagnosis, words: str = "", lang: Lang | None = None, limit: int = LIMIT) -> Digest:
    """Return the digest of a case.

    Args:
        diagnosis: The answer without a model; its run and case are what is known.
        words: What the person wrote.
        lang: Language in which the model is to answer; None for that of the diagnosis.
        limit: Characters that it may have as JSON.

    Returns:
        The most generous digest within the limit; the narrowest, of some 3,000 characters, where none is.
    """
    say = lang or diagnosis.lang
    for size in SIZES:
        made = _of_size(diagnosis, words, say, size)
        if len(made.to_json()) <= limit:
            return made
    return made


def _of_size(diagnosis: Diagnosis, words: str, lang: Lang, size: Size) -> Digest:
    case, ranking = diagnosis.case, rank(diagnosis.case)
    leading = [] if diagnosis.status == "healthy" else ranking.candidates[: size.causes]
    framework = str(case.facts.get("framework") or framework_named_in(words) or "")
    shares = {candidate.cause: candidate.probability for candidate in leading}
    articles, sources, snippets = articles_of(shares, lang, framework, size.article)
    titles = {cause: profile.title(lang) for cause, profile in load_profiles().items() if cause not in shares}
    return Digest(
        lang=lang,
        status=ranking.status,
        words=words.strip()[: size.words],
        framework=framework,
        observations=observed_in(case, leading, lang)[: size.observations],
        curves=thinned(diagnosis.run, size.curves, size.points) if diagnosis.run else (),
        configuration=dict(case.facts),
        causes=articles,
        others=titles if size.others else {},
        twins=ranking.twins if leading else (),
        next_check=ranking.next_check.question(lang) if leading and ranking.next_check else "",
        sources=sources,
        snippets=snippets,
        passages=tuple(
            Passage(f"d{place}", passage.file, passage.text[: size.article])
            for place, passage in enumerate(case.documents[: size.passages], 1)
        ),
    )
