"""How far finite differences are off, by step size and precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE = Text("A correct gradient, against finite differences", "梯度是对的，与有限差分相比差多少")
STEP = Text("Step eps", "步长 eps")
ERROR = Text("Relative error", "相对误差")
STYLE = {"float64": ("#0072B2", "solid"), "float32": ("#D55E00", "dash")}


def draw(lang: Lang) -> Figure:
    """Return the figure, measured on an untrained network for the digits."""
    import plotly.graph_objects as go
    import torch
    from torch import nn

    from lossclinic_kb.guides.gradient_checking.snippets import direction_error, network
    from lossclinic_kb.lab import load_task

    task, model = load_task("digits"), network()
    figure = go.Figure()
    steps = [10 ** (-k / 2) for k in range(2, 23)]
    for kind, style in STYLE.items():
        errors = []
        for step in steps:
            torch.manual_seed(0)
            errors.append(
                direction_error(
                    model,
                    task.x[:64],
                    task.y[:64],
                    nn.functional.cross_entropy,
                    step,
                    getattr(torch, kind),
                )
            )
        add_line(figure, kind, errors, style, x=steps, mode="lines+markers")
    figure.update_layout(title=TITLE(lang), xaxis_title=STEP(lang), yaxis_title=ERROR(lang))
    figure.update_xaxes(type="log")
    figure.update_yaxes(type="log")
    return figure
