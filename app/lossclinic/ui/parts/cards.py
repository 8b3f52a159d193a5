"""The diagnosis as people see it: summary, situation, next check, ranked cards. One piece of HTML, for every place.

Sentences that quote a log or a person are escaped; only the knowledge base is shown as Markdown. In notebooks and
reports the same is drawn folded: without buttons, and without need of a script.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from lossclinic.diagnosis import Diagnosis, RankedCause
from lossclinic.recorded import load_pair
from lossclinic.ui import texts
from lossclinic.ui.parts.check import answers, next_check
from lossclinic.ui.parts.chips import chips
from lossclinic.ui.parts.code import by_framework
from lossclinic.ui.parts.evidence import evidence_list, numbers, symptom_list
from lossclinic.ui.parts.prose import link, prose, safe
from lossclinic.ui.parts.sketch import sketch
from lossclinic.ui.parts.tabs import tabs
from lossclinic.wording import in_words, percent
from lossclinic_kb.text import COLON, Lang


def panel(diagnosis: Diagnosis, before: Mapping[str, float] | None = None, *, folded: bool = False) -> str:
    """Return the whole diagnosis.

    Args:
        diagnosis: What to show.
        before: Probability of each cause before the latest change, to show what moved.
        folded: Without buttons and script.
    """
    summary = "".join(f"<p>{safe(line)}</p>" for line in diagnosis.summary.splitlines())
    above, below = _above(diagnosis, summary, folded=folded), _below(diagnosis, before, folded=folded)
    return _framed(diagnosis, above + below)


def beside_talk(diagnosis: Diagnosis, before: Mapping[str, float] | None = None) -> tuple[str, str]:
    """Return what the chat shows above the curve and below it; the rest of the summary is said in the conversation.

    Args:
        diagnosis: What to show.
        before: Probability of each cause before the latest change, to show what moved.
    """
    headline = f"<p>{safe(diagnosis.summary.splitlines()[0])}</p>"
    above, below = _above(diagnosis, headline, folded=False), _below(diagnosis, before, folded=False)
    return _framed(diagnosis, above), _framed(diagnosis, below)


def _framed(diagnosis: Diagnosis, content: str) -> str:
    return f'<div class="lc-panel" lang="{diagnosis.lang}" data-status="{diagnosis.status}">{content}</div>'


def _above(diagnosis: Diagnosis, summary: str, *, folded: bool) -> str:
    """Return the summary, what is known of the case, the next check and what was answered."""
    return (
        f'<div class="lc-summary" role="status">{summary}</div>{"" if folded else chips(diagnosis)}'
        f"{next_check(diagnosis, folded=folded)}{answers(diagnosis, folded=folded)}"
    )


def _below(diagnosis: Diagnosis, before: Mapping[str, float] | None, *, folded: bool) -> str:
    """Return the ranked cards, what the curve shows, the person's own documents, the reports."""
    say, numbered = diagnosis.lang, numbers(diagnosis)
    grouped = set(diagnosis.twins[0]) if diagnosis.twins else set()
    settled = diagnosis.next_check is None
    cards = {
        cause.id: card(
            place, cause, numbered, say, (before or {}).get(cause.id), folded=folded, settled=settled
        )
        for place, cause in enumerate(diagnosis.causes, 1)
    }
    group = "".join(made for cause, made in cards.items() if cause in grouped)
    rest = "".join(made for cause, made in cards.items() if cause not in grouped)
    heading = f"<h3>{texts.cards.CAUSES(say)}</h3>" if cards else ""
    shown = symptom_list(diagnosis)
    seen = (
        f'<details class="lc-seen"{"" if cards else " open"}><summary>{texts.cards.CURVE_SHOWS(say)}</summary>{shown}</details>'
        if shown
        else ""
    )
    reports = "" if folded or diagnosis.status == "off_topic" else _reports(say)
    return f"{heading}{_twins(diagnosis, group)}{rest}{seen}{_documents(diagnosis)}{reports}"


def card(
    place: int,
    cause: RankedCause,
    numbered: dict[str, int],
    say: Lang,
    before: float | None = None,
    *,
    folded: bool = False,
    settled: bool = False,
) -> str:
    """Return one cause: how likely, why, how to confirm, the fix as code, an example, its page.

    Args:
        place: In the ranking, from 1.
        cause: Which.
        numbered: The number of each symptom on the curve.
        say: Language.
        before: Its probability before the latest change.
        folded: Without buttons and script.
        settled: No check is asked any more: the first card says how to make sure.
    """
    pages = [
        (texts.cards.FIX(say), by_framework(cause.fixes, say, texts.cards.FIX(say), folded=folded)),
        (texts.cards.CONFIRM(say), by_framework(cause.confirm, say, texts.cards.CONFIRM(say), folded=folded)),
        (texts.cards.SHOW_ME(say), show_me(cause.id, say)),
        (texts.cards.ABOUT(say), _about(cause, say, folded=folded)),
    ]
    pages = [(title, content) for title, content in pages if content]
    return (
        f'<details class="lc-card" data-cause="{cause.id}"{" open" if place == 1 else ""}>'
        f'<summary><span class="lc-rank">{place}</span><span class="lc-title">{safe(cause.title)}</span>'
        f'<span class="lc-percent">{percent(cause.probability)}</span></summary>'
        f'<div class="lc-inside">{_bar(cause, say, before)}'
        f"{evidence_list(cause, numbered, say, folded=folded)}"
        f"{_to_confirm(cause, say, folded=folded) if settled and place == 1 else ''}{tabs(pages, cause.title, folded=folded)}"
        f"{'' if folded else _was_it(cause, say)}</div></details>"
    )


@cache
def show_me(cause: str, say: Lang) -> str:
    """Return the recorded training with the fault beside the one without; "" where the lab cannot show it."""
    pair = load_pair(cause)
    if pair is None:
        return ""
    broken, cured = (
        sketch(pair.broken, texts.cards.BROKEN(say), say),
        sketch(pair.cured, texts.cards.CURED(say), say),
    )
    return f'<p class="lc-note">{texts.cards.SHOWN_BY(say)}</p><div class="lc-pair">{broken}{cured}</div>'


def _to_confirm(cause: RankedCause, say: Lang, *, folded: bool) -> str:
    """Return what would make sure of a cause that no check is asked about; its code is on the tab to confirm."""
    if not cause.confirm:
        return ""
    title = safe(cause.confirm[0].title)
    opening = (
        ""
        if folded
        else f' <button type="button" class="lc-quiet" data-tab="{texts.cards.CONFIRM(say)}">{texts.cards.SHOW_CODE(say)}</button>'
    )
    return f'<p class="lc-sure"><span><b>{texts.cards.TO_CONFIRM(say)}</b>{COLON(say)}{title}</span>{opening}</p>'


def _bar(cause: RankedCause, say: Lang, before: float | None) -> str:
    now = round(100 * cause.probability)
    was = now if before is None else round(100 * before)
    moved = f' <span class="lc-was">({texts.cards.WAS(say).format(f"{was} %")})</span>' if was != now else ""
    return (
        f'<div class="lc-bar"><div class="track" aria-hidden="true">'
        f'<div class="fill" style="--was:{was}%;width:{now}%"></div></div>'
        f'<span class="figure">{texts.cards.CHANCE(say).format(percent(cause.probability), in_words(cause.probability, say))}{moved}</span>'
        f'<span class="lc-badge" title="{texts.cards.BADGE[cause.confidence](say)}">{texts.cards.VERIFIED[cause.confidence](say)}</span></div>'
    )


def _twins(diagnosis: Diagnosis, group: str) -> str:
    """Return the cards that cannot be told apart yet in a frame that says so, and what would separate them."""
    if not group:
        return ""
    say, check = diagnosis.lang, diagnosis.next_check
    by = texts.cards.SEPARATED_BY(say).format(safe(check.title)) if check else ""
    return f'<section class="lc-twins"><p>{texts.cards.TWINS_LONG(say)}{by}</p>{group}</section>'


def _about(cause: RankedCause, say: Lang, *, folded: bool) -> str:
    page = prose("\n\n".join(f"#### {heading}\n\n{body}" for heading, body in cause.article))
    links = "; ".join(
        link(address, title) for title, _, address in (source.rpartition(", ") for source in cause.sources)
    )
    own = f'<p><a href="?view=knowledge&amp;cause={cause.id}" data-go>{texts.cards.OPEN_PAGE(say)}</a></p>'
    return (
        f'{page}<p class="lc-note">{texts.cards.SOURCES(say)}{COLON(say)}{links}</p>{"" if folded else own}'
    )


def _was_it(cause: RankedCause, say: Lang) -> str:
    return (
        f'<p class="lc-feedback"><span>{texts.cards.WAS_IT(say)}</span>'
        f'<button type="button" class="lc-quiet" data-act="feedback" data-cause="{cause.id}" data-right="yes">{texts.cards.IT_WAS(say)}</button>'
        f'<button type="button" class="lc-quiet" data-act="feedback" data-cause="{cause.id}" data-right="no">{texts.cards.IT_WAS_NOT(say)}</button></p>'
    )


def _documents(diagnosis: Diagnosis) -> str:
    """Return the passages of the person's own documents, as text: they are shown, and weigh nothing."""
    if not diagnosis.documents:
        return ""
    rows = "".join(
        f"<li><b>{safe(each.file)}</b>{f' · {safe(each.heading)}' if each.heading else ''}<br>{safe(each.text)}</li>"
        for each in diagnosis.documents
    )
    title = texts.cards.FROM_DOCUMENTS(diagnosis.lang)
    return f'<details class="lc-seen" open><summary>{title}</summary><ul class="lc-documents">{rows}</ul></details>'


def _reports(say: Lang) -> str:
    buttons = "".join(
        f'<button type="button" class="lc-quiet" data-act="report" data-kind="{kind}">{name}</button>'
        for kind, name in texts.cards.REPORTS.items()
    )
    return f'<p class="lc-feedback lc-reports"><span>{texts.cards.REPORT(say)}</span>{buttons}</p>'
