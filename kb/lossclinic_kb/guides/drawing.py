"""How the curves of a guide are drawn: told apart by colour and by dashes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Style = tuple[str, str]
"""A colour, and a dash of Plotly: "solid", "dash", "dot"."""


def add_line(
    figure: Figure,
    name: str,
    y: Sequence[float],
    style: Style,
    *,
    x: Sequence[float] | None = None,
    mode: Literal["lines", "lines+markers"] = "lines",
) -> None:
    """Add a curve to `figure`; without `x` its values are counted from 0."""
    colour, dash = style
    figure.add_scatter(x=x, y=y, mode=mode, name=name, line={"color": colour, "dash": dash, "width": 2})
