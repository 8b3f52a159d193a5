"""Three schedules over the same thousand steps, each as a share of its own peak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

STEPS, WARMUP = 1000, 100
TITLE = Text("Three schedules over 1000 steps", "1000 步里的三种调度")
STEP = Text("Step", "步数")
SHARE = Text("Learning rate, share of its peak", "学习率（占峰值的比例）")
NAMES = {
    "cosine": Text("warm-up, cosine", "预热加余弦"),
    "noam": Text("Noam", "Noam"),
    "one_cycle": Text("one cycle", "OneCycle"),
}
STYLE = {"cosine": ("#0072B2", "solid"), "noam": ("#D55E00", "dash"), "one_cycle": ("#009E73", "dot")}


def draw(lang: Lang) -> Figure:
    """Return the figure, its numbers from the schedulers of the guide."""
    import plotly.graph_objects as go
    from torch import nn, optim

    from lossclinic_kb.guides.schedules_and_warmup.snippets import noam, one_cycle, rates, warmup_then_cosine

    model = nn.Linear(1, 1)
    optimizer = optim.SGD(model.parameters(), lr=1.0)
    curves = {
        "cosine": rates(optimizer, warmup_then_cosine(optimizer, WARMUP, STEPS), STEPS),
        "noam": rates(*noam(model, d_model=512, warmup=WARMUP), steps=STEPS),
        "one_cycle": rates(*one_cycle(model, epochs=1, batches=STEPS + 1), steps=STEPS),
    }
    figure = go.Figure()
    for kind, curve in curves.items():
        add_line(
            figure,
            NAMES[kind](lang),
            [rate / max(curve) for rate in curve],
            STYLE[kind],
            x=list(range(1, STEPS + 1)),
        )
    figure.update_layout(title=TITLE(lang), xaxis_title=STEP(lang), yaxis_title=SHARE(lang))
    return figure
