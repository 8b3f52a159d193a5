"""What a fine-tuned network can do on new and on old data, by learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE = Text("Fine-tuning on 100 shifted digits", "用 100 个平移过的数字微调")
RATE = Text("Learning rate (AdamW, 100 steps)", "学习率（AdamW，100 步）")
ACCURACY = Text("Accuracy in validation", "验证准确率")
NAMES = (Text("New data", "新数据"), Text("Old data", "旧数据"))
STYLE = (("#0072B2", "solid"), ("#D55E00", "dash"))


def draw(lang: Lang) -> Figure:
    """Return the figure, measured on the digits."""
    import copy

    import plotly.graph_objects as go
    import torch

    from lossclinic_kb.guides.fine_tuning.snippets import pretrained, shifted, train
    from lossclinic_kb.lab import accuracy, load_task

    task, base = load_task("digits"), pretrained()
    rates = [10 ** (-k / 2) for k in range(2, 11)]
    curves: tuple[list[float], list[float]] = ([], [])
    for rate in rates:
        model = copy.deepcopy(base)
        train(model, shifted(task.x[:100]), task.y[:100], torch.optim.AdamW(model.parameters(), lr=rate))
        with torch.no_grad():
            for curve, inputs in zip(curves, (shifted(task.x_val), task.x_val), strict=True):
                curve.append(accuracy(model(inputs), task.y_val))
    figure = go.Figure()
    for curve, name, style in zip(curves, NAMES, STYLE, strict=True):
        add_line(figure, name(lang), curve, style, x=rates, mode="lines+markers")
    figure.update_layout(title=TITLE(lang), xaxis_title=RATE(lang), yaxis_title=ACCURACY(lang))
    figure.update_xaxes(type="log")
    return figure
