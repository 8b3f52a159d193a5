"""One training, two validation curves: overfitting, and validation pictures prepared differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE = Text("The same weights, validated on two sets", "同一份权重，在两个验证集上测")
EPOCH = Text("Epoch", "epoch")
LOSS = Text("Loss in eval mode", "eval 模式下的 loss")
NAMES = (
    Text("Training", "训练集"),
    Text("Validation: overfitting", "验证集：过拟合"),
    Text("Validation, rows and columns swapped", "验证集：行列被交换"),
)
STYLES = (("#0072B2", "solid"), ("#D55E00", "dash"), ("#009E73", "dot"))


def draw(lang: Lang) -> Figure:
    """Return the figure, from a training on 300 digits of which 30 are labelled at random."""
    import plotly.graph_objects as go

    from lossclinic_kb.guides.train_and_validation_together.snippets import memorised

    figure = go.Figure()
    for losses, name, style in zip(memorised(), NAMES, STYLES, strict=True):
        add_line(figure, name(lang), losses, style, x=list(range(len(losses))))
    figure.update_layout(title=TITLE(lang), xaxis_title=EPOCH(lang), yaxis_title=LOSS(lang))
    return figure
