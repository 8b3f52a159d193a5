"""Two runs side by side as a table: settings, figures of the curves, symptoms."""

from __future__ import annotations

from collections.abc import Sequence

from lossclinic.compare import Comparison, Row, compare, verdict
from lossclinic.diagnosis import Diagnosis, Symptom
from lossclinic.overlay import LETTERS
from lossclinic.render import source_of
from lossclinic.ui import texts
from lossclinic.ui.parts.chips import title_of
from lossclinic.ui.parts.prose import safe
from lossclinic_kb.text import Lang


def comparison(first: Diagnosis, second: Diagnosis) -> str:
    """Return what differs between two runs; what differs is marked with a word, not only with weight."""
    say, made = first.lang, compare(first, second)
    names = [f"{letter}: {safe(source_of(d))}" for letter, d in zip(LETTERS, (first, second), strict=True)]
    head = f"<tr><th></th><th>{names[0]}</th><th>{names[1]}</th><th>{texts.pages.DIFFERS(say)}</th></tr>"
    settings = _rows(made.settings, say)
    return (
        f'<div class="lc-page" lang="{say}" role="status"><p class="lc-question">{safe(verdict(made, say))}</p>'
        f"<table>{_group(texts.pages.SETTINGS(say), head, settings)}{_group(texts.pages.FIGURES(say), head, _rows(made.figures, say))}</table>"
        f"{_symptoms(made, say)}</div>"
    )


def _group(title: str, head: str, rows: str) -> str:
    return f'<tbody><tr><th colspan="4">{title}</th></tr>{head}{rows}</tbody>' if rows else ""


def _rows(rows: Sequence[Row], say: Lang) -> str:
    return "".join(
        f"<tr><td>{safe(title_of(row.title(say), say))}</td>{_cell(row.first, row)}{_cell(row.second, row)}"
        f"<td>{texts.facts.YES_NO[True](say) if row.differs else ''}</td></tr>"
        for row in rows
    )


def _cell(value: str, row: Row) -> str:
    return f"<td><b>{safe(value)}</b></td>" if row.differs else f"<td>{safe(value)}</td>"


def _symptoms(made: Comparison, say: Lang) -> str:
    parts = [
        (texts.pages.ONLY_IN(say).format(LETTERS[0]), made.only_first),
        (texts.pages.ONLY_IN(say).format(LETTERS[1]), made.only_second),
        (texts.pages.IN_BOTH(say), made.both),
    ]
    return "".join(f"<h3>{title}</h3>{_listed(symptoms, say)}" for title, symptoms in parts if symptoms)


def _listed(symptoms: Sequence[Symptom], say: Lang) -> str:
    rows = "".join(
        f"<li><b>{safe(each.title)}{texts.cards.STOP(say)}</b>{safe(each.evidence)}</li>" for each in symptoms
    )
    return f'<ul class="lc-symptoms">{rows}</ul>'
