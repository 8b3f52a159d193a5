"""A weight that gets no gradient from the data, under the same weight decay in three optimisers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE = Text(
    "weight_decay=5e-4 on a weight without a gradient", "weight_decay=5e-4 作用在一个没有梯度的权重上"
)
STEP = Text("Step, at a rate of 0.001", "步数（学习率 0.001）")
WEIGHT = Text("Weight", "权重")
NAMES = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD"}
STYLE = {"adam": ("#D55E00", "solid"), "adamw": ("#0072B2", "dash"), "sgd": ("#009E73", "dot")}


def draw(lang: Lang) -> Figure:
    """Return the figure, its numbers from the optimisers of PyTorch."""
    import plotly.graph_objects as go

    from lossclinic_kb.guides.worked_cases.snippets import DECAYED, left_of_one

    figure = go.Figure()
    for name, make in DECAYED.items():
        weights = left_of_one(make)
        add_line(figure, NAMES[name], weights, STYLE[name], x=list(range(1, len(weights) + 1)))
    figure.update_layout(title=TITLE(lang), xaxis_title=STEP(lang), yaxis_title=WEIGHT(lang))
    return figure
