"""How hard three losses pull at the score of a positive sample, right or wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE = Text("How hard a loss pulls at a positive sample", "一个正样本上，损失的拉力有多大")
SCORE = Text("Score (below 0: wrong, above 0: right)", "分数（小于 0 是答错，大于 0 是答对）")
PULL = Text("Size of the gradient", "梯度大小")
NAMES = {
    "cross-entropy": Text("Cross-entropy on the score", "直接对分数算交叉熵"),
    "sigmoid, then squared error": Text("Sigmoid, then squared error", "先 sigmoid，再算均方误差"),
    "sigmoid twice": Text("Sigmoid twice, cross-entropy", "做了两次 sigmoid 的交叉熵"),
}
STYLE = {
    "cross-entropy": ("#0072B2", "solid"),
    "sigmoid, then squared error": ("#D55E00", "dash"),
    "sigmoid twice": ("#009E73", "dot"),
}


def draw(lang: Lang) -> Figure:
    """Return the figure, its numbers from autograd."""
    import plotly.graph_objects as go
    import torch

    from lossclinic_kb.guides.loss_functions.snippets import pulls

    scores = torch.linspace(-8, 8, 161)
    figure = go.Figure()
    for kind, strength in pulls(scores).items():
        add_line(figure, NAMES[kind](lang), strength.tolist(), STYLE[kind], x=scores.tolist())
    figure.update_layout(title=TITLE(lang), xaxis_title=SCORE(lang), yaxis_title=PULL(lang))
    return figure
