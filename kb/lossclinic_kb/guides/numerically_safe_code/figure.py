"""The slope of a square root near 0: bare, with an epsilon inside, and clamped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.guides.numerically_safe_code.snippets import slope
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_TITLE = Text("How steep a square root is near 0", "平方根在 0 附近有多陡")
_X = Text("argument of the root", "根号里的值")
_Y = Text("slope (gradient)", "斜率（梯度）")


_STYLE = (("#D55E00", "solid"), ("#0072B2", "dash"), ("#009E73", "dot"))


def draw(lang: Lang) -> Figure:
    """Return the slopes over arguments from 1e-12 to 1, as autograd computes them."""
    import plotly.graph_objects as go

    points = torch.logspace(-12, 0, 121).tolist()
    roots = {
        "sqrt(x)": lambda x: x.sqrt(),
        "sqrt(x + 1e-8)": lambda x: (x + 1e-8).sqrt(),
        "sqrt(x.clamp(min=1e-8))": lambda x: x.clamp(min=1e-8).sqrt(),
    }
    figure = go.Figure()
    for (name, root), style in zip(roots.items(), _STYLE, strict=True):
        add_line(figure, name, slope(root, *points), style, x=points)
    figure.update_layout(title=_TITLE(lang), xaxis_title=_X(lang), yaxis_title=_Y(lang))
    figure.update_xaxes(type="log")
    figure.update_yaxes(type="log", range=[-1, 6])
    return figure
