"""The noise of the gradient against the batch size, measured, and the square-root law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

SIZES = (2, 4, 8, 16, 32, 64, 128, 256, 512)
TITLE = Text("Small batches are noisy, large ones smooth", "batch 小则噪声大，batch 大则平滑")
SIZE = Text("Batch size", "batch 大小")
NOISE = Text("Noise of the gradient, relative to its size", "梯度噪声（相对于梯度大小）")
MEASURED = Text("measured on the digits", "在 digits 上实测")
LAW = Text("1 / sqrt(batch size)", "1 / sqrt(batch 大小)")


def draw(lang: Lang) -> Figure:
    """Return the figure, measured on the network of the guide."""
    import plotly.graph_objects as go
    import torch
    from torch import nn

    from lossclinic_kb.guides.batch_size_and_learning_rate.snippets import gradient_noise
    from lossclinic_kb.lab import load_task, mlp

    torch.manual_seed(0)
    task = load_task("digits")
    model = mlp(task)
    noise = [gradient_noise(model, task.x, task.y, nn.functional.cross_entropy, size) for size in SIZES]
    law = [noise[0] * (SIZES[0] / size) ** 0.5 for size in SIZES]
    figure = go.Figure()
    figure.add_scatter(
        x=SIZES,
        y=noise,
        mode="markers",
        name=MEASURED(lang),
        marker={"color": "#0072B2", "size": 10},
    )
    add_line(figure, LAW(lang), law, ("#D55E00", "dash"), x=SIZES)
    figure.update_layout(title=TITLE(lang))
    figure.update_xaxes(title=SIZE(lang), type="log", tickvals=SIZES)
    figure.update_yaxes(title=NOISE(lang), type="log")
    return figure
