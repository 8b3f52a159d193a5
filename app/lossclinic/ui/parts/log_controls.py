"""The means to correct what was read: which run of the log, and which role a column plays."""

from __future__ import annotations

from typing import Any

import gradio as gr

from lossclinic.ui import texts
from lossclinic_kb.run import ROLES, Role, Run
from lossclinic_kb.text import Lang


class LogControls:
    """The choice of a run and the correction of a role; hidden as long as there is no log.

    Attributes:
        runs: The runs of the log.
        column, role: A column, and what it counts as.
        parts: All of these and the frame around them, in the order of `updates`.
    """

    def __init__(self) -> None:
        self.runs = gr.Dropdown(
            [], label=texts.run.CHOOSE_RUN("en"), interactive=True, visible=False, elem_id="lc-run"
        )
        self.frame = gr.Accordion(texts.run.CORRECT("en"), open=False, visible=False, elem_id="lc-roles")
        with self.frame, gr.Row():
            self.column = gr.Dropdown([], label=texts.run.COLUMN("en"), interactive=True, min_width=160)
            self.role = gr.Dropdown([], label=texts.run.COUNTS_AS("en"), interactive=True, min_width=160)
        self.parts = (self.runs, self.frame, self.column, self.role)

    def updates(self, run: Run | None, say: Lang) -> tuple[Any, ...]:
        """Return what each of `parts` becomes for this run."""
        if run is None:
            return (gr.update(visible=False), gr.update(visible=False), gr.update(), gr.update())
        several, names = bool(run.others), [series.name for series in run.series]
        open_ = not any(series.role in ("train_loss", "val_loss") for series in run.series)
        return (
            gr.update(
                choices=list(run.others),
                value=run.name or None,
                label=texts.run.CHOOSE_RUN(say),
                visible=several,
            ),
            gr.update(label=texts.run.CORRECT(say), visible=True, open=open_),
            gr.update(choices=names, value=names[0], label=texts.run.COLUMN(say)),
            gr.update(choices=role_choices(say), value=run.series[0].role, label=texts.run.COUNTS_AS(say)),
        )


def role_choices(say: Lang) -> list[tuple[str, Role]]:
    """Return every role with its name in `say`."""
    return [(texts.run.ROLE[role](say), role) for role in ROLES]
