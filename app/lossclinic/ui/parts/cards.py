"""The diagnosis beside the conversation: ranked causes, the next check.

Sentences that quote a log or a person go through `html.escape`; only the knowledge base is shown as Markdown.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import gradio as gr

from lossclinic.diagnosis import Code, Diagnosis, NextCheck, RankedCause
from lossclinic.render import plain
from lossclinic.ui import texts
from lossclinic.wording import in_words, percent
from lossclinic_kb.text import Lang

Listen = Callable[[gr.Button, str, str], None]
"""Called with (button, check id, outcome id); an empty outcome takes the answer back."""


def safe(text: str) -> str:
    """Return text of a log or a person as HTML that shows it literally."""
    return escape(plain(text))


def symptom_list(diagnosis: Diagnosis) -> str:
    """Return what the curve shows, as a list."""
    rows = "".join(
        f"<li><strong>{safe(s.title)}.</strong> {safe(s.evidence)}</li>" for s in diagnosis.symptoms
    )
    return f"<ul>{rows}</ul>" if rows else ""


def draw(diagnosis: Diagnosis, listen: Listen) -> None:
    """Draw the whole panel inside a `gr.render`."""
    say = diagnosis.lang
    gr.HTML(f'<div class="lc-summary" role="status">{safe(diagnosis.summary)}</div>')
    if diagnosis.next_check is not None:
        _next_check(diagnosis.next_check, diagnosis, listen)
    _answers(diagnosis, listen)
    if diagnosis.causes:
        gr.Markdown(f"### {texts.CAUSES(say)}")
        if diagnosis.twins:
            titles = {cause.id: cause.title for cause in diagnosis.causes}
            group = ", ".join(titles[each] for each in diagnosis.twins[0] if each in titles)
            gr.HTML(f'<div class="lc-note">{texts.TWINS(say)} {safe(group)}</div>')
    for place, cause in enumerate(diagnosis.causes, 1):
        _card(place, cause, say)
    shown = symptom_list(diagnosis)
    if shown:
        with gr.Accordion(texts.CURVE_SHOWS(say), open=not diagnosis.causes):
            gr.HTML(shown)


def _card(place: int, cause: RankedCause, say: Lang) -> None:
    label = f"{place}. {cause.title} · {percent(cause.probability)}"
    with gr.Accordion(label, open=place == 1, elem_classes="lc-card"):
        gr.HTML(_bar(cause, say) + _evidence(cause, say))
        with gr.Tabs():
            for kind, codes in ((texts.FIX(say), cause.fixes), (texts.CONFIRM(say), cause.confirm)):
                for number, code in enumerate(codes, 1):
                    _code(kind if len(codes) == 1 else f"{kind} {number}", code)
        with gr.Accordion(texts.PAGE(say), open=False):
            gr.Markdown("\n\n".join(f"#### {heading}\n\n{body}" for heading, body in cause.article))
            gr.HTML(_sources(cause, say))


def _bar(cause: RankedCause, say: Lang) -> str:
    width = round(100 * cause.probability)
    figure = f"{percent(cause.probability)}, {in_words(cause.probability, say)}"
    badge = texts.VERIFIED[cause.confidence](say)
    return (
        f'<div class="lc-bar"><div class="track" aria-hidden="true"><div class="fill" style="width:{width}%"></div></div>'
        f'<span class="figure">{figure}</span><span class="lc-badge">{badge}</span></div>'
    )


def _evidence(cause: RankedCause, say: Lang) -> str:
    signs = {True: f"+ {texts.FOR(say)}", False: f"− {texts.AGAINST(say)}"}
    rows = "".join(f"<li><b>{signs[line.supports]}</b>{safe(line.text)}</li>" for line in cause.evidence)
    return f'<ul class="lc-evidence">{rows}</ul>'


def _code(label: str, code: Code) -> None:
    with gr.Tab(label if code.framework == "pytorch" else f"{label}: {code.framework}"):
        gr.Code(code.code, language="python", label=code.title, interactive=False, lines=1)


def _sources(cause: RankedCause, say: Lang) -> str:
    links = []
    for source in cause.sources:
        title, _, address = source.rpartition(", ")
        links.append(
            f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{safe(title)}</a>'
        )
    return f'<div class="lc-note">{texts.SOURCES(say)}: {"; ".join(links)}</div>'


def _next_check(check: NextCheck, diagnosis: Diagnosis, listen: Listen) -> None:
    say = diagnosis.lang
    with gr.Column(elem_classes="lc-check"):
        cost = texts.MINUTES(say).format(f"{check.minutes:g}")
        gr.Markdown(
            f"### {texts.NEXT_CHECK(say)}: {check.title} ({cost})\n{check.question}\n\n{check.how}",
            padding=True,
        )
        if check.code:
            gr.Code(check.code, language="python", label=check.title, interactive=False, lines=1)
        with gr.Row():
            for outcome in check.outcomes:
                listen(gr.Button(outcome.title, size="sm"), check.id, outcome.id)


def _answers(diagnosis: Diagnosis, listen: Listen) -> None:
    """Draw what was answered so far, each with a button that takes it back."""
    from lossclinic_kb.checks import load_checks

    say = diagnosis.lang
    for answer in diagnosis.case.answers:
        check = load_checks()[answer.check]
        outcome = check.outcome(answer.outcome).title(say)
        with gr.Row():
            gr.HTML(f'<div class="lc-note">{texts.ANSWERED(say)}: {check.title(say)}: <b>{outcome}</b></div>')
            listen(gr.Button(f"{texts.TAKE_BACK(say)}: {check.title(say)}", size="sm"), check.id, "")
