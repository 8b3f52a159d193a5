"""The loss around a saddle, along the lowest and along the highest curvature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.guides.drawing import add_line
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE = Text(
    "A saddle: down both ways in one direction, up in another", "鞍点：一个方向两边都下降，另一个方向上升"
)
DISTANCE = Text("Distance from the saddle, along the eigenvector", "沿特征向量离鞍点的距离")
LOSS = Text("Loss", "loss")
LOWEST = Text("lowest eigenvalue", "最小特征值方向")
HIGHEST = Text("highest eigenvalue", "最大特征值方向")


def draw(lang: Lang) -> Figure:
    """Return the figure, computed on the network of zeros of the guide."""
    import plotly.graph_objects as go
    import torch
    from torch import nn

    from lossclinic_kb.guides.critical_points.snippets import all_zeros, extremes, hessian_product
    from lossclinic_kb.lab import load_task

    torch.manual_seed(0)
    task = load_task("breast_cancer")
    model = all_zeros(task)
    start = nn.utils.parameters_to_vector(model.parameters()).detach().clone()
    loss = nn.functional.cross_entropy(model(task.x), task.y)
    gradient, hessian_times = hessian_product(loss, list(model.parameters()))
    _, _, lowest = extremes(hessian_times, len(gradient))
    _, _, highest = extremes(lambda v: -hessian_times(v), len(gradient))

    def along(direction: torch.Tensor, distance: float) -> float:
        nn.utils.vector_to_parameters(start + distance * direction, model.parameters())
        with torch.no_grad():
            return float(nn.functional.cross_entropy(model(task.x), task.y))

    distances = [step / 25 for step in range(-25, 26)]
    figure = go.Figure()
    for direction, name, colour, dash in (
        (lowest, LOWEST, "#0072B2", "solid"),
        (highest, HIGHEST, "#D55E00", "dash"),
    ):
        add_line(
            figure,
            name(lang),
            [along(direction, distance) for distance in distances],
            (colour, dash),
            x=distances,
        )
    figure.update_layout(title=TITLE(lang), xaxis_title=DISTANCE(lang), yaxis_title=LOSS(lang))
    return figure
