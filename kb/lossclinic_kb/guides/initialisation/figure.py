"""The size of the signal behind each of twenty layers, under three ways of drawing the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE = Text("Twenty ReLU layers of 256 units, before any training", "20 层 ReLU、每层 256 个单元，训练之前")
LAYER = Text("Layer", "层")
SIZE = Text("Root mean square of the activations", "激活值的均方根")
NAMES = {
    "0.2": Text("Normal, std 0.2", "正态分布，标准差 0.2"),
    "kaiming": Text("Kaiming", "Kaiming"),
    "default": Text("PyTorch default of nn.Linear", "nn.Linear 的 PyTorch 默认值"),
}
STYLE = {"0.2": ("#D55E00", "dash"), "kaiming": ("#0072B2", "solid"), "default": ("#009E73", "dot")}


def draw(lang: Lang) -> Figure:
    """Return the figure, measured on the digits."""
    import plotly.graph_objects as go

    from lossclinic_kb.guides.initialisation.snippets import chain, signal
    from lossclinic_kb.lab import load_task

    inputs = load_task("digits").x[:256]
    figure = go.Figure()
    for kind, name in NAMES.items():
        sizes = signal(chain(20, 256, kind), inputs)
        add_line(figure, name(lang), sizes, STYLE[kind], x=list(range(1, len(sizes) + 1)))
    figure.update_layout(title=TITLE(lang), xaxis_title=LAYER(lang), yaxis_title=SIZE(lang), yaxis_type="log")
    return figure
