"""Two runs in one figure: one colour each, panels, dashes and axis as in the figure of one run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lossclinic.plot import Scale, figure
from lossclinic_kb.run import Run
from lossclinic_kb.text import Lang

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

LETTERS = ("A", "B")
COLOURS = ("#0072B2", "#D55E00")
"""Of the first and of the second run; the letter in the legend tells them apart without them."""


def overlay(first: Run, second: Run, lang: Lang = "en", *, scale: Scale = "auto") -> Figure:
    """Return the quantities of both runs drawn over each other, over the finest axis that both have."""
    together = [
        replace(series, name=f"{letter}: {series.name}")
        for letter, run in zip(LETTERS, (first, second), strict=True)
        for series in run.series
    ]
    made = figure(replace(first, series=tuple(together)), (), lang, scale=scale, buttons=False)
    for letter, colour in zip(LETTERS, COLOURS, strict=True):
        for trace in made.data:
            if trace.name.startswith(f"{letter}: "):
                trace.update(line_color=colour, marker_color=colour)
    return made
