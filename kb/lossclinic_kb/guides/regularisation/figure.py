"""Training loss without decay, with far too much from the start, and with the same switched on half-way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE = Text(
    "A constant decay lifts the loss, only a change makes it jump", "一直很强只会压高 loss，突然变强才会跳变"
)
STEP = Text("Step", "步数")
LOSS = Text("Training loss", "训练 loss")
NAMES = {
    "constant": Text("Decay 30 from the start", "从头就用 30 的衰减"),
    "switched": Text("No decay, 30 from step 150", "前 150 步没有，之后 30"),
    "none": Text("No decay", "没有衰减"),
}
STYLE = {"constant": ("#D55E00", "dash"), "switched": ("#0072B2", "solid"), "none": ("#009E73", "dot")}


def draw(lang: Lang) -> Figure:
    """Return the figure, its curves from three short trainings on 100 digits."""
    import plotly.graph_objects as go

    from lossclinic_kb.guides.regularisation.snippets import run

    curves = {
        "constant": run(decay=30.0).curve,
        "switched": run(switch=(150, 30.0)).curve,
        "none": run().curve,
    }
    figure = go.Figure()
    for kind, losses in curves.items():
        add_line(figure, NAMES[kind](lang), losses, STYLE[kind], x=list(range(1, len(losses) + 1)))
    figure.update_layout(title=TITLE(lang), xaxis_title=STEP(lang), yaxis_title=LOSS(lang))
    return figure
