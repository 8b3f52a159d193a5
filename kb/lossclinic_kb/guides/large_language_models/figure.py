"""How large Adam's steps become after a jump of the gradient, by beta2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE = Text("A quiet gradient grows a thousandfold", "平静的梯度突然变大一千倍")
STEP = Text("Steps after the jump", "突变之后的步数")
SIZE = Text("Size of the step, in learning rates", "每一步的大小（以学习率为单位）")
STYLE = {0.999: ("#D55E00", "solid"), 0.99: ("#0072B2", "dash"), 0.95: ("#009E73", "dot")}


def draw(lang: Lang) -> Figure:
    """Return the figure, measured with Adam on one weight."""
    import plotly.graph_objects as go

    from lossclinic_kb.guides.large_language_models.snippets import steps_after_a_jump

    figure = go.Figure()
    for beta2, style in STYLE.items():
        add_line(figure, f"beta2 = {beta2}", steps_after_a_jump(beta2), style)
    figure.update_layout(title=TITLE(lang), xaxis_title=STEP(lang), yaxis_title=SIZE(lang))
    return figure
