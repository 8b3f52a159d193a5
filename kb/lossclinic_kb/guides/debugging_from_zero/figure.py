"""What a network gets out of its inputs: real ones, zeros, and real ones with labels that do not belong to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE = Text("Does the network use its inputs?", "网络用上输入了吗")
STEP = Text("Step", "步数")
LOSS = Text("Validation loss (10 classes)", "验证 loss（10 类）")
NAMES = {
    "real": Text("Real inputs", "真实输入"),
    "zeros": Text("Zeros", "全零输入"),
    "scrambled": Text("Scrambled labels", "标签打乱"),
}
STYLE = {"real": ("#0072B2", "solid"), "zeros": ("#D55E00", "dash"), "scrambled": ("#009E73", "dot")}


def draw(lang: Lang) -> Figure:
    """Return the figure, from three trainings on the digits."""
    import plotly.graph_objects as go

    from lossclinic_kb.guides.debugging_from_zero.snippets import learned_on, scrambled
    from lossclinic_kb.lab import load_task

    task = load_task("digits")
    curves = {"real": learned_on(task), "zeros": learned_on(task, keep=0.0)}
    curves["scrambled"] = learned_on(scrambled(task))
    figure = go.Figure()
    for kind, losses in curves.items():
        add_line(figure, NAMES[kind](lang), losses, STYLE[kind], x=list(range(0, 10 * len(losses), 10)))
    figure.update_layout(title=TITLE(lang), xaxis_title=STEP(lang), yaxis_title=LOSS(lang))
    return figure
