"""The page of one thing that can be looked up: a cause, a symptom, a check, a guide or a term."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

from lossclinic.library import Entry, Kind, entries
from lossclinic.ui import texts
from lossclinic.ui.parts.cards import show_me
from lossclinic.ui.parts.catalogue import tags
from lossclinic.ui.parts.code import snippet
from lossclinic.ui.parts.prose import link, prose, safe
from lossclinic_kb.causes import Source, load_cause, load_profiles
from lossclinic_kb.causes.cause import HEADINGS
from lossclinic_kb.checks import load_checks
from lossclinic_kb.glossary import load_glossary
from lossclinic_kb.guides import load_guide
from lossclinic_kb.symptoms.pages import symptom_page
from lossclinic_kb.text import COLON, Lang
from lossclinic_kb.words import PROBABILITY

USUAL = PROBABILITY["often"]  # what is seen less often than that does not speak for a cause
_LABEL = re.compile(
    r"^((?:What is seen|Reported when|Not|Blind)[\w ]*|[\u4e00-\u9fff]+)(?=[:：])", re.MULTILINE
)
"""How a paragraph of the page of a symptom begins."""
_NAME = re.compile(r"`(\w+)`")


def page(kind: Kind, name: str, say: Lang) -> str:
    """Return the page of an entry; a line that says so where there is none."""
    entry = entries().get((kind, name))
    back = f'<p><a href="?view=knowledge" data-go>← {texts.library.BACK(say)}</a></p>'
    if entry is None:
        return f'<div class="lc-page"><p>{safe(texts.library.NO_SUCH_PAGE(say).format(name))}</p>{back}</div>'
    badge = f'<span class="lc-badge">{texts.library.KIND_OF[kind](say)}</span>'
    return (
        f'<article class="lc-page" lang="{say}" data-page="{kind}">{back}<h2>{safe(entry.title(say))}</h2>'
        f"<p>{badge} <code>{safe(entry.id)}</code></p>{_PAGES[kind](entry, say)}</article>"
    )


def _cause(entry: Entry, say: Lang) -> str:
    cause = load_cause(entry.id)
    badge = f'<p class="lc-note"><b>{texts.cards.VERIFIED[cause.confidence](say)}</b>{COLON(say)}{texts.cards.BADGE[cause.confidence](say)}</p>'
    sections = "\n\n".join(
        f"### {heading}\n\n{cause.articles[say].sections[name]}" for heading, name in HEADINGS[say].items()
    )
    shown = show_me(cause.id, say)
    told = [
        check.id for check in load_checks().values() if any(cause.id in each.says for each in check.outcomes)
    ]
    often = sorted(cause.symptoms.items(), key=lambda pair: -PROBABILITY[pair[1]])
    rows = "".join(
        f"<tr><td>{_link('symptom', name, say)}</td><td>{texts.library.OFTEN[word](say)}</td></tr>"
        for name, word in often
    )
    return (
        f"{badge}{prose(sections)}{_part(texts.cards.SHOW_ME(say), shown)}"
        f"{_part(texts.library.SHOWS_AS(say), f'<table>{rows}</table>' if rows else '')}"
        f"{_part(texts.library.TWIN_CAUSES(say), _tags('cause', cause.twins, say))}"
        f"{_part(texts.library.RELATED(say), _tags('cause', cause.related, say))}"
        f"{_part(texts.library.TOLD_BY(say), _tags('check', told, say))}{_sources(cause.sources, say)}"
    )


def _symptom(entry: Entry, say: Lang) -> str:
    text = _NAME.sub(partial(_named, say=say), _LABEL.sub(r"\n**\1**", symptom_page(entry.id)(say)))
    causes = [
        (profile.id, word)
        for profile in load_profiles().values()
        for name, word in profile.symptoms.items()
        if name == entry.id and PROBABILITY[word] >= USUAL
    ]
    return f"{prose(text)}{_part(texts.library.SHOWN_WITH(say), _tags('cause', [name for name, _ in causes], say))}"


def _named(found: re.Match[str], say: Lang) -> str:
    """Return the name of another symptom as a link; whatever else stands between such marks stays as it is."""
    other = entries().get(("symptom", found[1]))
    return found[0] if other is None else f"[{other.title(say)}]({other.address})"


def _check(entry: Entry, say: Lang) -> str:
    check = load_checks()[entry.id]
    code = snippet(check.title(say), check.code, say) if check.code else ""
    cost = texts.cards.MINUTES(say).format(f"{check.minutes:g}")
    rows = ""
    for outcome in check.outcomes:
        usual = [name for name, word in outcome.says.items() if PROBABILITY[word] >= USUAL]
        rows += f"<tr><td>{safe(outcome.title(say))}</td><td>{_tags('cause', usual, say)}</td></tr>"
    head = f"<tr><th>{texts.library.OUTCOME(say)}</th><th>{texts.library.SPEAKS_FOR(say)}</th></tr>"
    return (
        f'<p class="lc-question">{safe(check.question(say))} <span class="lc-cost">{cost}</span></p>'
        f"{prose(check.how(say))}{code}<table>{head}{rows}</table>"
    )


def _guide(entry: Entry, say: Lang) -> str:
    guide = load_guide(entry.id)
    causes = _part(texts.library.HELPS_WITH(say), _tags("cause", guide.causes, say))
    return f"<p>{safe(guide.summary(say))}</p>{prose(guide.pages[say])}{causes}{_sources(guide.sources, say)}"


def _term(entry: Entry, say: Lang) -> str:
    concept = load_glossary().concepts[entry.id]
    names = list(dict.fromkeys((*concept.short, *concept.cased, *concept.also, *concept.zh, *concept.slang)))
    listed = (
        f'<p class="lc-note">{texts.library.NAMES(say)}{COLON(say)}{safe(", ".join(names))}</p>'
        if names
        else ""
    )
    other: Lang = "en" if say == "zh" else "zh"
    return f'<p>{safe(concept.means(say))}</p><p lang="{other}" class="lc-note">{safe(concept.means(other))}</p>{listed}'


_PAGES: dict[Kind, Callable[[Entry, Lang], str]] = {
    "cause": _cause,
    "symptom": _symptom,
    "check": _check,
    "guide": _guide,
    "term": _term,
}


def _part(title: str, content: str) -> str:
    return f"<h3>{safe(title)}</h3>{content}" if content else ""


def _tags(kind: Kind, names: Iterable[str], say: Lang) -> str:
    return tags([entries()[kind, name] for name in names if (kind, name) in entries()], say)


def _link(kind: Kind, name: str, say: Lang) -> str:
    return _tags(kind, [name], say) or safe(name)


def _sources(sources: Iterable[Source], say: Lang) -> str:
    listed = "; ".join(link(source.url, source.title) for source in sources)
    return f'<p class="lc-note">{texts.cards.SOURCES(say)}{COLON(say)}{listed}</p>'
