"""The means to correct what was read: which run of the log, and which role a column plays."""

from __future__ import annotations

from typing import Any

import gradio as gr

from lossclinic.ui import texts
from lossclinic_kb.run import ROLES, Role, Run
from lossclinic_kb.text import Lang


class LogControls:
    """The choice of a run, of one to lay beside it, and the correction of a role; hidden as long as there is no log.

    Attributes:
        runs: The runs of the log.
        beside: The run to compare it with.
        column, role: A column, and what it counts as.
        parts: All of these and the frame around them, in the order of `updates`.
    """

    def __init__(self) -> None:
        with gr.Row(visible=False) as self.several:
            self.runs = gr.Dropdown(
                [], label=texts.run.CHOOSE_RUN("en"), interactive=True, elem_id="lc-run", min_width=160
            )
            self.beside = gr.Dropdown(
                [], label=texts.run.BESIDE("en"), interactive=True, elem_id="lc-beside", min_width=160
            )
        self.frame = gr.Accordion(texts.run.CORRECT("en"), open=False, visible=False, elem_id="lc-roles")
        with self.frame, gr.Row():
            self.column = gr.Dropdown([], label=texts.run.COLUMN("en"), interactive=True, min_width=160)
            self.role = gr.Dropdown([], label=texts.run.COUNTS_AS("en"), interactive=True, min_width=160)
        self.parts = (self.several, self.runs, self.beside, self.frame, self.column, self.role)

    def updates(self, run: Run | None, say: Lang) -> tuple[Any, ...]:
        """Return what each of `parts` becomes for this run."""
        if run is None:
            hidden = gr.update(visible=False)
            return (hidden, gr.update(), gr.update(), hidden, gr.update(), gr.update())
        several, names = bool(run.others), [series.name for series in run.series]
        open_ = not any(series.role in ("train_loss", "val_loss") for series in run.series)
        return (
            gr.update(visible=several),
            gr.update(choices=list(run.others), value=run.name or None, label=texts.run.CHOOSE_RUN(say)),
            gr.update(choices=_besides(run, say), value="", label=texts.run.BESIDE(say)),
            gr.update(label=texts.run.CORRECT(say), visible=True, open=open_),
            gr.update(choices=names, value=names[0], label=texts.run.COLUMN(say)),
            gr.update(choices=role_choices(say), value=run.series[0].role, label=texts.run.COUNTS_AS(say)),
        )


def _besides(run: Run, say: Lang) -> list[tuple[str, str]]:
    """Return the other runs of a log, and none of them."""
    return [(texts.run.NO_OTHER(say), ""), *((name, name) for name in run.others if name != run.name)]


def role_choices(say: Lang) -> list[tuple[str, Role]]:
    """Return every role with its name in `say`."""
    return [(texts.run.ROLE[role](say), role) for role in ROLES]
