"""The leading causes as a language model reads them: short articles, their sources, and code that was executed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lossclinic_kb.causes import Cause, load_cause
from lossclinic_kb.causes import Snippet as Executed
from lossclinic_kb.text import Lang

CODED = 3  # leading causes whose code is told in full; of the others its name is enough
_FENCE = re.compile(r"```.*?```", re.DOTALL)
_BLANK = re.compile(r"\s*\n\s*")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s*")


@dataclass(frozen=True)
class Source:
    """What an article cites, named as [s:s1]."""

    id: str
    title: str
    url: str


@dataclass(frozen=True)
class Snippet:
    """Code that an experiment executes, put into an answer by [code:cause/key]."""

    id: str
    title: str
    framework: str
    code: str


@dataclass(frozen=True)
class Article:
    """A leading cause in short.

    Attributes:
        probability: Without the model, in per cent.
        happens, fix, lookalikes: The beginnings of these sections of its page, without code.
        twins: Causes that a curve alone often cannot tell from it.
        snippets: Names of its code in the person's framework, or in PyTorch.
        sources: Ids of what it cites.
    """

    id: str
    title: str
    probability: int
    confidence: str
    happens: str
    fix: str
    lookalikes: str
    twins: tuple[str, ...]
    snippets: tuple[str, ...]
    sources: tuple[str, ...]


def articles_of(
    shares: Mapping[str, float], lang: Lang, framework: str, cut: int
) -> tuple[tuple[Article, ...], tuple[Source, ...], tuple[Snippet, ...]]:
    """Return short articles of causes, what they cite, and the code of the first `CODED`.

    Args:
        shares: Probability by cause, most probable first.
        lang: Language of the articles.
        framework: Whose code is taken where a cause has it; PyTorch otherwise.
        cut: Characters of each section.
    """
    articles, snippets = [], []
    sources: dict[str, Source] = {}
    for place, (name, share) in enumerate(shares.items()):
        cause = load_cause(name)
        for each in cause.sources:
            sources.setdefault(each.url, Source(f"s{len(sources) + 1}", each.title, each.url))
        code = snippets_of(cause, framework)
        if place < CODED:
            snippets += [named(cause, each, lang) for each in code]
        sections = cause.articles[lang].sections
        articles.append(
            Article(
                id=name,
                title=cause.title(lang),
                probability=round(100 * share),
                confidence=cause.confidence,
                happens=beginning(sections["happens"], cut),
                fix=beginning(sections["fix"], cut // 2),
                lookalikes=beginning(sections["lookalikes"], cut // 2),
                twins=cause.twins,
                snippets=tuple(f"{name}/{each.key}" for each in code),
                sources=tuple(sources[each.url].id for each in cause.sources),
            )
        )
    return tuple(articles), tuple(sources.values()), tuple(snippets)


def snippets_of(cause: Cause, framework: str) -> list[Executed]:
    """Return the fix of a cause in a framework, or in PyTorch where it has none; the check is not told."""
    fixes = [each for each in cause.snippets if each.is_fix]
    wanted = [each for each in fixes if each.framework == framework]
    return (wanted or [each for each in fixes if each.framework == "pytorch"] or fixes)[:1]


def named(cause: Cause, snippet: Executed, lang: Lang) -> Snippet:
    """Return a snippet under the name by which an answer calls it."""
    return Snippet(f"{cause.id}/{snippet.key}", snippet.title(lang), snippet.framework, snippet.code)


def beginning(markdown: str, cut: int) -> str:
    """Return whole sentences of a section up to `cut` characters, without its code."""
    plain = _BLANK.sub("\n", _FENCE.sub("", markdown)).strip()
    if len(plain) <= cut:
        return plain
    kept = ""
    for part in _SENTENCE.split(plain):
        if kept and len(kept) + len(part) + 1 > cut:
            break
        kept = f"{kept} {part}" if kept else part
    return kept[:cut]
