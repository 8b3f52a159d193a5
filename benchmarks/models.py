"""Which way of ranking from symptoms is worth having: each judged on trainings left out whole.

    python -m benchmarks.models

Naive Bayes with damped groups (what is used), the same without damping, noisy-or, and multinomial logistic regression
over the same symptoms. Twice: on the counting side in seven folds, whole tasks and workloads left out of each; and on
the judging side, which nothing was ever counted on. What is not recorded yet is trained first.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from lossclinic_kb.causes import load_profiles
from lossclinic_kb.lab.jobs import Side, benign_jobs, faulty_pairs
from lossclinic_kb.lab.recordings import Recording, record, recorded
from lossclinic_kb.lab.views import views
from lossclinic_kb.lab.visible import is_visible
from lossclinic_kb.likelihoods import HEALTHY, PRIOR_RUNS, UNSAID, UNSAID_HEALTHY
from lossclinic_kb.symptoms import SYMPTOMS, detect_all
from lossclinic_kb.symptoms.groups import GROUPS
from lossclinic_kb.words import PROBABILITY, WEIGHT

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
FOLDS: Final = 7
BENIGN: Final = 0.05
"""Share of benign runs that may be flagged: where the bar is."""
CAUSES: Final = tuple(load_profiles())
HYPOTHESES: Final = (*CAUSES, HEALTHY)


@dataclass(frozen=True)
class Seen:
    """Every run through every logger.

    Attributes:
        states: Shape (runs, symptoms): 1 present, 0 absent, NaN not observable.
        truth: Shape (runs,), index into `HYPOTHESES`.
        training: Task or workload of each run.
        view: Logger of each run.
    """

    states: Array
    truth: Index
    training: Sequence[str]
    view: Sequence[str]


def look(side: Side) -> Seen:
    """Return what the detectors say of the visible faults and the benign runs of a side."""
    pairs, benign = faulty_pairs(side), benign_jobs(side)
    record([*chain(*pairs), *benign])
    runs = {each.job: each for each in recorded(dict.fromkeys((*chain(*pairs), *benign)))}
    found = [runs[job] for job in benign if job in runs]
    for broken, cured in pairs:
        if broken in runs and cured in runs and is_visible(runs[broken].run, runs[cured].run):
            found.append(runs[broken])
    rows = list(chain.from_iterable(map(_rows, found)))
    return Seen(
        np.array([row[0] for row in rows]),
        np.array([row[1] for row in rows]),
        [row[2] for row in rows],
        [row[3] for row in rows],
    )


def _rows(each: Recording) -> list[tuple[list[float], int, str, str]]:
    value = {"present": 1.0, "absent": 0.0, "not_observable": np.nan}
    truth = HYPOTHESES.index(each.job.hypothesis)
    return [
        ([value[finding.state] for finding in detect_all(run, {})], truth, each.job.training, view)
        for view, run in views(each.run).items()
    ]


def authored() -> Array:
    """Return P(symptom | hypothesis) as the articles say it; shape (hypotheses, symptoms)."""
    profiles = load_profiles()
    rows = [
        [
            PROBABILITY[word] if (word := profiles[cause].symptoms.get(symptom)) else UNSAID
            for symptom in SYMPTOMS
        ]
        for cause in CAUSES
    ]
    return np.array([*rows, [UNSAID_HEALTHY] * len(SYMPTOMS)])


class Bayes:
    """Naive Bayes from counts and words, as `lossclinic_kb.posterior` has it.

    Args:
        damped: Whether symptoms of one group count as the root of their number.
        leaky: Noisy-or: every symptom also shows by itself as often as in healthy runs, whatever the cause.
    """

    def __init__(self, *, damped: bool = True, leaky: bool = False) -> None:
        self.damped, self.leaky = damped, leaky

    def fit(self, states: Array, truth: Index) -> None:
        """Count."""
        shown, could = np.zeros((2, len(HYPOTHESES), len(SYMPTOMS)))
        for index in range(len(HYPOTHESES)):
            mine = states[truth == index]
            shown[index], could[index] = np.nansum(mine, axis=0), (~np.isnan(mine)).sum(axis=0)
        chances = (shown + PRIOR_RUNS * authored()) / (could + PRIOR_RUNS)
        if self.leaky:
            chances = 1 - (1 - chances) * (1 - chances[-1])
        self.chances = np.vstack([chances, chances[:-1].mean(axis=0)])  # the last: any other cause

    def scores(self, states: Array) -> Array:
        """Return log P(hypothesis | states), up to a constant of each row."""
        profiles = load_profiles()
        weights = np.array([WEIGHT[profiles[cause].prior] for cause in CAUSES])
        start = np.log([*(0.75 * weights / weights.sum()), 0.25])
        return np.array([start + self._sum(row) for row in states])

    def _sum(self, row: Array) -> Array:
        seen = ~np.isnan(row)
        logs = np.where(row[seen] == 1, np.log(self.chances[:, seen]), np.log1p(-self.chances[:, seen]))
        ratios = logs[:-1] - logs[-1]
        if not self.damped:
            return np.asarray(ratios.sum(axis=1))
        total = np.zeros(len(HYPOTHESES))
        groups = np.array([GROUPS[symptom] for symptom in SYMPTOMS])[seen]
        for group in np.unique(groups):
            part = ratios[:, groups == group]
            size = np.abs(part)
            effective = size.sum(axis=1) / np.maximum(size.max(axis=1), 1e-12)
            total += part.sum(axis=1) / np.sqrt(np.maximum(effective, 1.0))
        return total


class Logistic:
    """Multinomial logistic regression over what is present and what is absent."""

    def fit(self, states: Array, truth: Index) -> None:
        """Fit with every hypothesis weighing the same."""
        from sklearn.linear_model import LogisticRegression

        self.model = LogisticRegression(C=1.0, max_iter=400, class_weight="balanced")
        self.model.fit(_indicators(states), truth)

    def scores(self, states: Array) -> Array:
        """Return log P(hypothesis | states)."""
        scores = np.full((len(states), len(HYPOTHESES)), -30.0)
        scores[:, self.model.classes_] = self.model.predict_log_proba(_indicators(states))
        return scores


def _indicators(states: Array) -> Array:
    return np.hstack([states == 1, 0.5 * (states == 0)])


MODELS: Final[Mapping[str, Callable[[], Bayes | Logistic]]] = {
    "naive Bayes, groups damped": Bayes,
    "naive Bayes": lambda: Bayes(damped=False),
    "noisy-or, groups damped": lambda: Bayes(leaky=True),
    "logistic regression": Logistic,
}


def left_out(seen: Seen, make: Callable[[], Bayes | Logistic]) -> Array:
    """Return scores of every run from a model that saw nothing of its task or workload."""
    names = sorted(set(seen.training))
    fold = np.array([names.index(name) % FOLDS for name in seen.training])
    scores = np.zeros((len(seen.truth), len(HYPOTHESES)))
    for index in range(FOLDS):
        model = make()
        model.fit(seen.states[fold != index], seen.truth[fold != index])
        scores[fold == index] = model.scores(seen.states[fold == index])
    return scores


def row(name: str, seen: Seen, scores: Array) -> None:
    """Print first, among three, and what is flagged where a twentieth of the benign is; two views."""
    cells = []
    healthy = len(CAUSES)
    for view in ("all", "epochs"):
        mine = np.array([each == view for each in seen.view])
        faulty, benign = mine & (seen.truth != healthy), mine & (seen.truth == healthy)
        own = scores[faulty, seen.truth[faulty]]
        place = (scores[faulty, :healthy] > own[:, None]).sum(axis=1)
        odds = scores[:, healthy] - np.logaddexp.reduce(scores[:, :healthy], axis=1)
        flagged = (odds[faulty] < np.quantile(odds[benign], BENIGN)).mean()
        cells.append(f"{(place == 0).mean():>7.2f} {(place < 3).mean():>6.2f} {flagged:>8.2f}")
    print(f"{name:<46} {'  |'.join(cells)}")


def main(arguments: Sequence[str] = ()) -> None:  # noqa: ARG001 - as every benchmark
    """Print the table."""
    counted, judging = look("counted"), look("judging")
    print(f"{'':<46} {'whole log':^23}  |{'log of epochs':^23}")
    print(f"{'':<46} {'first':>7} {'three':>6} {'flagged':>8}  |{'first':>7} {'three':>6} {'flagged':>8}")
    for name, make in MODELS.items():
        row(f"{name}: tasks left out", counted, left_out(counted, make))
        model = make()
        model.fit(counted.states, counted.truth)
        row(f"{name}: judging side", judging, model.scores(judging.states))


if __name__ == "__main__":
    main(sys.argv[1:])
