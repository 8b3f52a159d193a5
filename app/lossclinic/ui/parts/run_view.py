"""The run beside the conversation: its plot, how it is drawn, what it was read as, and the plot in words."""

from __future__ import annotations

from typing import Any

import gradio as gr

from lossclinic.diagnosis import Diagnosis
from lossclinic.overlay import overlay
from lossclinic.plot import Scale, figure, panels_of
from lossclinic.ui import texts
from lossclinic.ui.parts.comparison import comparison
from lossclinic.ui.parts.labels import Labels, labelled
from lossclinic.ui.parts.log import read_as
from lossclinic.ui.parts.log_controls import LogControls
from lossclinic.ui.parts.prose import safe
from lossclinic.ui.parts.sketch import describe
from lossclinic_kb.text import Lang

BLANK = """() => ({ type: "plotly", plot: '{"data": [], "layout": {}}' })"""
"""An empty figure, made by the browser: drawn out of sight, it has what draws plots loaded before the first one comes."""


class RunView:
    """The components that show a run; hidden as long as there is none.

    Attributes:
        scale, drawn: How it is drawn, to be given to `updates`.
        log: The choice of a run and the correction of a role.
        parts: What `updates` is about, in its order.
    """

    def __init__(self, labels: Labels) -> None:
        with gr.Row(visible=False, elem_classes="lc-plot-tools") as self.tools:
            self.scale = labels.add(
                gr.Radio(
                    _scales("en"),
                    value="auto",
                    label=texts.run.SCALE("en"),
                    elem_id="lc-scale",
                    min_width=200,
                ),
                lambda lang: gr.update(choices=_scales(lang), label=texts.run.SCALE(lang)),
            )
            self.drawn = labels.add(
                gr.Radio(
                    _drawn("en"),
                    value="raw",
                    label=texts.run.SMOOTHING("en"),
                    elem_id="lc-drawn",
                    min_width=160,
                ),
                lambda lang: gr.update(choices=_drawn(lang), label=texts.run.SMOOTHING(lang)),
            )
        self.plot = labels.add(
            gr.Plot(visible="hidden", label=texts.run.PLOT("en"), show_label=False, elem_id="lc-plot"),
            labelled(label=texts.run.PLOT),
        )
        self.comparison = gr.HTML(visible=False, apply_default_css=False, elem_id="lc-beside-table")
        self.read_as = gr.HTML(visible=False)
        self.log = LogControls()
        self.parts = [self.tools, self.plot, self.comparison, self.read_as, *self.log.parts]

    def updates(self, made: Diagnosis | None, lang: Lang, scale: Scale, drawn: str) -> list[Any]:
        """Return what each of `parts` becomes for a diagnosis."""
        if made is None or made.run is None:
            gone = gr.update(value="", visible=False)
            return [
                gr.update(visible=False),
                gr.update(visible="hidden"),
                gone,
                gone,
                *self.log.updates(None, lang),
            ]
        shown = figure(
            made.run, made.symptoms, made.lang, scale=scale, smooth=drawn == "smooth", buttons=False
        )
        return [
            gr.update(visible=True),
            gr.update(value=shown, visible=True),
            gr.update(value="", visible=False),
            gr.update(value=_words(made), visible=True),
            *self.log.updates(made.run, made.lang),
        ]

    @staticmethod
    def beside(pair: tuple[Diagnosis, Diagnosis], scale: Scale) -> list[Any]:
        """Return the updates of the plot and of the table that compare two runs."""
        first, second = pair
        assert first.run is not None
        assert second.run is not None
        drawn = overlay(first.run, second.run, first.lang, scale=scale)
        return [drawn, gr.update(value=comparison(first, second), visible=True)]

    @staticmethod
    def redrawn(made: Diagnosis | None, scale: Scale, drawn: str) -> list[Any]:
        """Return the updates of the plot, and of the table that compares two runs, of one run."""
        if made is None or made.run is None:
            return [gr.skip(), gr.skip()]
        smooth = drawn == "smooth"
        shown = figure(made.run, made.symptoms, made.lang, scale=scale, smooth=smooth, buttons=False)
        return [shown, gr.update(value="", visible=False)]


def _words(made: Diagnosis) -> str:
    """Return what the log was read as, and the curve in words for whoever does not see it."""
    assert made.run is not None
    say = made.lang
    series = [each for _, members in panels_of(made.run, made.symptoms) for each in members]
    words = safe(describe(series, say))
    return f'{read_as(made)}<details class="lc-words lc-page"><summary>{texts.run.IN_WORDS(say)}</summary><p>{words}</p></details>'


def _scales(lang: Lang) -> list[tuple[str, str]]:
    return [(title(lang), name) for name, title in texts.run.SCALES.items()]


def _drawn(lang: Lang) -> list[tuple[str, str]]:
    return [(title(lang), name) for name, title in texts.run.DRAWN.items()]
