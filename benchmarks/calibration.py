"""Whether a probability of 70 % is right in 70 of 100 cases, on trainings that nothing was counted or tuned on.

    python -m benchmarks.calibration [--out reliability.html]

The most probable hypothesis of every run of the judging side, through every logger, "nothing is wrong" among them.
Expected calibration error: the mean distance between what was said and what came true, over ten bins, weighted by
their runs (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.judged import Judged, judged, runs
from lossclinic_kb.lab.views import views
from lossclinic_kb.likelihoods import HEALTHY

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Predictions of nearly the same probability.

    Attributes:
        said: Mean probability.
        true: Share that was right.
        count: How many.
    """

    said: float
    true: float
    count: int


def prediction(one: Judged) -> tuple[float, bool]:
    """Return the probability of what is most probable, and whether it is true."""
    first = one.ranking.candidates[0]
    if one.ranking.healthy >= first.probability:
        return one.ranking.healthy, one.truth == HEALTHY
    return first.probability, one.truth == first.cause


def bins(predictions: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Return the bins that hold any."""
    said = np.array([probability for probability, _ in predictions])
    true = np.array([right for _, right in predictions])
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    return [
        Bin(
            float(said[place == index].mean()),
            float(true[place == index].mean()),
            int((place == index).sum()),
        )
        for index in range(BINS)
        if (place == index).any()
    ]


def error(found: Sequence[Bin]) -> float:
    """Return the expected calibration error."""
    total = sum(each.count for each in found)
    return sum(each.count * abs(each.said - each.true) for each in found) / total


def draw(by_view: dict[str, list[Bin]], path: Path) -> None:
    """Write the reliability diagram as a page of its own."""
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name="calibrated", line={"dash": "dot", "color": "grey"}
    )
    for view, found in by_view.items():
        said, true = [each.said for each in found], [each.true for each in found]
        figure.add_scatter(x=said, y=true, mode="lines+markers", name=f"{view}: error {error(found):.3f}")
    figure.update_layout(
        xaxis_title="probability of the most probable",
        yaxis_title="share that is right",
        template="plotly_white",
    )
    figure.write_html(path, include_plotlyjs=True)


def main(arguments: Sequence[str] = ()) -> None:
    """Print the bins and the error, by logger."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration")
    parser.add_argument("--out", type=Path, help="where to write the diagram, an HTML page")
    options = parser.parse_args(list(arguments))
    predictions: dict[str, list[tuple[float, bool]]] = {}
    for each in runs():
        for view, seen in views(each.run).items():
            predictions.setdefault(view, []).append(prediction(judged(seen, each.job.hypothesis)))
    by_view = {view: bins(listed) for view, listed in predictions.items()}
    for view, found in by_view.items():
        print(f"\n{view}: expected calibration error {error(found):.3f}")
        print(f"{'said':>6} {'true':>6} {'runs':>6}")
        for one in found:
            print(f"{one.said:>6.2f} {one.true:>6.2f} {one.count:>6}  {'#' * round(40 * one.true)}")
    if options.out is not None:
        draw(by_view, options.out)


if __name__ == "__main__":
    main(sys.argv[1:])
