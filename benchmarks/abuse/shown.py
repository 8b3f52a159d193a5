"""Markup, templates, formats and control characters, at every place where a text of a stranger is shown or written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial

from benchmarks.abuse.case import Case
from benchmarks.abuse.payloads import CONTROL, FORMATS, MARKUP, PLAIN
from benchmarks.abuse.sinks import (
    Skeleton,
    inert_figure,
    inert_html,
    inert_markdown,
    inert_terminal,
    same_shape,
    skeleton,
    strict_json,
)
from benchmarks.abuse.subject import hostile_case, hostile_conversation, hostile_run
from lossclinic.diagnosis import Diagnosis
from lossclinic.kept import kept
from lossclinic.notebook import html as notebook
from lossclinic.render import as_dict, markdown, one_line, terminal
from lossclinic_kb.text import LANGUAGES, Lang, whole

HTML = Callable[[Diagnosis], str]


def _cards(made: Diagnosis) -> str:
    from lossclinic.ui.parts.cards import panel

    return panel(made)


def _cards_folded(made: Diagnosis) -> str:
    from lossclinic.ui.parts.cards import panel

    return panel(made, folded=True)


def _read_as(made: Diagnosis) -> str:
    from lossclinic.ui.parts.run_view import _words

    return _words(made)


def _report(made: Diagnosis) -> str:
    """Return the page of a report without the library of its plot and the figure, which is looked at by itself."""
    from lossclinic.report import html_page

    return html_page([replace(made, run=None)])


def _comparison(made: Diagnosis) -> str:
    from lossclinic.ui.parts.comparison import comparison

    return comparison(made, hostile_case("another name", made.lang))


def _entry(made: Diagnosis) -> str:
    from lossclinic.ui.parts.entry import page

    return page("cause", made.source or "x", made.lang)


PAGES: dict[str, HTML] = {
    "cards": _cards,
    "cards without a script": _cards_folded,
    "notebook": notebook,
    "what was read": _read_as,
    "report": _report,
    "comparison": _comparison,
    "page that there is none of": _entry,
}
"""Everything that is shown as HTML."""


def _page(page: HTML, payload: str, lang: Lang) -> None:
    made = page(hostile_case(payload, lang))
    if page is not _report and page is not notebook:  # those bring a style of their own
        inert_html(made)
    same_shape(_shape(made), _usual(page, lang))


def _shape(made: str) -> Skeleton:
    """Return the elements of a page but for the ends of lines within a quotation, which keeps those that it has."""
    return [each for each in skeleton(made) if each[0] != "br"]


@cache
def _usual(page: HTML, lang: Lang) -> Skeleton:
    return _shape(page(hostile_case(PLAIN, lang)))


def _messages(payload: str, lang: Lang) -> None:
    """The chat itself, and what a browser is told to keep."""
    from lossclinic.ui.parts.shelf import Shelf
    from lossclinic.ui.parts.talk import bubble

    now = hostile_conversation(payload, lang)
    for role, text in now.messages():
        content = bubble(role, text)["content"]
        inert_html(content)
        same_shape(skeleton(content), [])
    told = Shelf.keep(now, lang)
    assert "<" not in told
    assert strict_json(told)["keep"]["text"] == kept(now)
    strict_json(kept(now))


def _figure(payload: str, lang: Lang) -> None:
    from lossclinic.overlay import overlay

    made = hostile_case(payload, lang)
    inert_figure(made.plot())
    inert_figure(overlay(hostile_run(payload), hostile_run(PLAIN), lang))


def _markdown(payload: str, lang: Lang) -> None:
    inert_markdown(markdown(hostile_case(payload, lang)))


def _terminal(payload: str, lang: Lang) -> None:
    shown, usual = terminal(hostile_case(payload, lang)), terminal(hostile_case(PLAIN, lang))
    inert_terminal(shown)
    heads = [
        [line for line in text.splitlines() if line.endswith("[lr_too_high]")] for text in (shown, usual)
    ]
    assert len(heads[0]) == len(heads[1])  # no name passes for a line of ours
    inert_terminal(one_line(f"lossclinic: {payload}"))
    assert len(one_line(f"lossclinic: {payload}").splitlines()) == 1


def _json(payload: str, lang: Lang) -> None:
    data = whole(json.dumps(as_dict(hostile_case(payload, lang)), ensure_ascii=False))
    assert "\n" not in data
    held = strict_json(data)
    assert held["documents"][0]["text"] == f"said {whole(payload)}"


def cases() -> Iterator[Case]:
    """Yield every text at every place, in both languages."""
    for kind, texts in (("markup", MARKUP), ("format strings", FORMATS), ("terminal", CONTROL)):
        for number, (name, payload) in enumerate(texts.items()):
            for lang in LANGUAGES:
                short = lang == LANGUAGES[number % 2]
                places = {page: partial(_page, make) for page, make in PAGES.items()}
                places |= {"chat": _messages, "plot": _figure, "Markdown": _markdown}
                places |= {"terminal": _terminal, "JSON": _json}
                for place, attempt in places.items():
                    quick = short and (place not in PAGES or (kind == "markup" and number % 4 == 0))
                    yield Case(kind, f"{name}: {place}, {lang}", partial(attempt, payload, lang), quick)
