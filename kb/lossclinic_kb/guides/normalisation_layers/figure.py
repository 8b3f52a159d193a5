"""Training loss of a deep network that starts from weights that are too small, with and without normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE = Text("Six ReLU layers on the digits, weights drawn with 0.02", "手写数字，6 层 ReLU，权重标准差 0.02")
STEP = Text("Step", "步数")
LOSS = Text("Training loss", "训练 loss")
NAMES = {
    "none": Text("No normalisation", "没有归一化"),
    "layer": Text("LayerNorm", "LayerNorm"),
    "batch": Text("BatchNorm", "BatchNorm"),
}
STYLE = {"none": ("#D55E00", "dash"), "layer": ("#009E73", "dot"), "batch": ("#0072B2", "solid")}


def draw(lang: Lang) -> Figure:
    """Return the figure, its curves from three short trainings."""
    import plotly.graph_objects as go

    from lossclinic_kb.guides.normalisation_layers.snippets import network, trained

    figure = go.Figure()
    for kind, name in NAMES.items():
        losses, _ = trained(network(kind, 6, 0.02), 0.05)
        add_line(figure, name(lang), losses, STYLE[kind], x=list(range(1, len(losses) + 1)))
    figure.update_layout(title=TITLE(lang), xaxis_title=STEP(lang), yaxis_title=LOSS(lang))
    return figure
