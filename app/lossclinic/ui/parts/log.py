"""What was read: the layout, which column plays which role, and the means to correct either."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import gradio as gr

from lossclinic.diagnosis import Diagnosis
from lossclinic.ui import texts
from lossclinic.ui.parts.cards import safe
from lossclinic_kb.run import ROLES, Run, Series
from lossclinic_kb.text import Lang

SHOWN = 12  # columns named in the line; a log of a large network may have hundreds

ListenRole = Callable[[gr.Dropdown, gr.Dropdown], None]
"""Called with (the column chosen, its role); a change of the second corrects the first."""
ListenRun = Callable[[gr.Dropdown], None]
"""Called with the choice among the runs of a log."""


def read_as(diagnosis: Diagnosis) -> str:
    """Return as HTML what the log was taken for: its layout, its columns with their roles, every decision."""
    run, say = diagnosis.run, diagnosis.lang
    if run is None:
        return ""
    notes = "".join(f"<br>· {safe(note(say))}" for note in run.notes)
    which = f" · {texts.RUN(say)} <b>{safe(run.name)}</b>" if run.others else ""
    name = safe(diagnosis.source or "")
    return (
        f'<div class="lc-note">{name}: {texts.READ_AS(say)} <b>{safe(layout(run, say))}</b>{which}. '
        f"{_columns(run, say)}{notes}</div>"
    )


def layout(run: Run, say: Lang) -> str:
    """Return what people call the layout of the log."""
    from lossclinic_ingest.logs import title_of

    return title_of(run.format)(say)


def _columns(run: Run, say: Lang) -> str:
    """Return the columns with their roles, those first that have one."""
    ordered = sorted(run.series, key=lambda series: series.role == "other")
    shown = ", ".join(
        f"<code>{safe(series.name)}</code> → {texts.ROLE[series.role](say)} ({len(series.logged)})"
        for series in ordered[:SHOWN]
    )
    more = len(ordered) - SHOWN
    return f"{shown}{texts.AND_MORE(say).format(more) if more > 0 else ''}"


def controls(run: Run, say: Lang, listen_role: ListenRole, listen_run: ListenRun) -> None:
    """Draw, inside a `gr.render`, the choice of a run and the correction of a role."""
    if run.others:
        chosen = gr.Dropdown(
            list(run.others), value=run.name, label=texts.CHOOSE_RUN(say), filterable=True, elem_id="lc-run"
        )
        listen_run(chosen)
    with gr.Accordion(texts.CORRECT(say), open=not _has_loss(run.series), elem_id="lc-roles"), gr.Row():
        first = run.series[0]
        column = gr.Dropdown(
            [series.name for series in run.series], value=first.name, label=texts.COLUMN(say), min_width=160
        )
        role = gr.Dropdown(
            [(texts.ROLE[each](say), each) for each in ROLES],
            value=first.role,
            label=texts.COUNTS_AS(say),
            min_width=160,
        )
        roles = {series.name: series.role for series in run.series}
        column.input(
            lambda name: roles.get(name), column, role, api_visibility="private", show_progress="hidden"
        )
        listen_role(column, role)


def _has_loss(series: Sequence[Series]) -> bool:
    return any(one.role in ("train_loss", "val_loss") for one in series)
