"""How far one weight moves per step when its gradient drops to a tenth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE = Text("The gradient drops to a tenth at step 200", "第 200 步起，梯度降到十分之一")
STEP = Text("Step", "步数")
SIZE = Text("Size of the step, in learning rates", "步长（以学习率为单位）")
NAMES = {
    "sgd": Text("SGD, momentum 0.9", "SGD，动量 0.9"),
    "adagrad": Text("Adagrad", "Adagrad"),
    "rmsprop": Text("RMSProp", "RMSProp"),
}
STYLE = {"sgd": ("#0072B2", "solid"), "adagrad": ("#D55E00", "dash"), "rmsprop": ("#009E73", "dot")}


def draw(lang: Lang) -> Figure:
    """Return the figure, its numbers from the optimisers of PyTorch."""
    import plotly.graph_objects as go
    from torch import optim

    from lossclinic_kb.guides.optimizers.snippets import step_sizes

    gradients = [1.0] * 200 + [0.1] * 800
    sizes = {
        "sgd": step_sizes(lambda params: optim.SGD(params, lr=1.0, momentum=0.9), gradients),
        "adagrad": step_sizes(lambda params: optim.Adagrad(params, lr=1.0), gradients),
        "rmsprop": step_sizes(lambda params: optim.RMSprop(params, lr=1.0), gradients),
    }
    figure = go.Figure()
    for kind, moved in sizes.items():
        add_line(figure, NAMES[kind](lang), moved, STYLE[kind], x=list(range(1, len(moved) + 1)))
    figure.update_layout(title=TITLE(lang), xaxis_title=STEP(lang), yaxis_title=SIZE(lang), yaxis_type="log")
    return figure
