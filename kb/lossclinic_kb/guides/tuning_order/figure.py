"""How much the validation loss depends on the rate, on the width and on Adam's epsilon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE = Text("One setting changed at a time", "每次只改一个超参数")
MULTIPLE = Text("Multiple of the usual value", "常用值的倍数")
LOSS = Text("Validation loss after 150 steps", "150 步后的验证 loss")
NAMES = {
    "lr": Text("Learning rate (usual: 0.001)", "学习率（常用 0.001）"),
    "width": Text("Hidden units (usual: 64)", "隐藏单元数（常用 64）"),
    "eps": Text("Adam's epsilon (usual: 1e-8)", "Adam 的 epsilon（常用 1e-8）"),
}
STYLE = {"lr": ("#0072B2", "solid"), "width": ("#D55E00", "dash"), "eps": ("#009E73", "dot")}
MULTIPLES = (0.1, 0.3, 1.0, 3.0, 10.0)


def draw(lang: Lang) -> Figure:
    """Return the figure, from fifteen short trainings on the digits."""
    import plotly.graph_objects as go

    from lossclinic_kb.guides.tuning_order.snippets import by_multiple

    figure = go.Figure()
    for name, title in NAMES.items():
        add_line(
            figure,
            title(lang),
            by_multiple(name, MULTIPLES),
            STYLE[name],
            x=list(MULTIPLES),
            mode="lines+markers",
        )
    figure.update_layout(
        title=TITLE(lang), xaxis_title=MULTIPLE(lang), yaxis_title=LOSS(lang), xaxis_type="log"
    )
    return figure
