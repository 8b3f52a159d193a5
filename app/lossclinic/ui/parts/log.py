"""What was read: the layout, which column plays which role, and what had to be decided."""

from __future__ import annotations

from lossclinic.diagnosis import Diagnosis
from lossclinic.messages import noted
from lossclinic.render import layout, source_of
from lossclinic.ui import texts
from lossclinic.ui.parts.prose import safe
from lossclinic_kb.run import Run
from lossclinic_kb.text import COLON, Lang, Text

LISTED = Text(", ", "，")
SHOWN = 12  # columns named in the line; a log of a large network may have hundreds


def read_as(diagnosis: Diagnosis) -> str:
    """Return as HTML what the log was taken for: its layout, its columns with their roles, every decision."""
    run, say = diagnosis.run, diagnosis.lang
    if run is None:
        return ""
    notes = "".join(f"<br>· {safe(note(say))}" for note in noted(run))
    name = safe(source_of(diagnosis))
    stop = "。" if say == "zh" else ". "
    return (
        f'<div class="lc-note">{name}{COLON(say)}{texts.run.READ_AS(say)} <b>{safe(layout(run, say))}</b>{stop}'
        f"{_columns(run, say)}{notes}</div>"
    )


def _columns(run: Run, say: Lang) -> str:
    """Return the columns with their roles, those first that have one."""
    ordered = sorted(run.series, key=lambda series: series.role == "other")
    shown = LISTED(say).join(
        f"<code>{safe(series.name)}</code> → {texts.run.ROLE[series.role](say)} ({len(series.logged)})"
        for series in ordered[:SHOWN]
    )
    more = len(ordered) - SHOWN
    return f"{shown}{texts.run.AND_MORE(say).format(more) if more > 0 else ''}"
