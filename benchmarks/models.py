"""Which way of ranking from symptoms is worth having: each judged on trainings left out whole.

    python -m benchmarks.models

Naive Bayes with and without damped groups, noisy-or, what is used (damped naive Bayes with fitted corrections), and
multinomial logistic regression over the same symptoms. Twice: on the counting side in seven folds, whole tasks and
workloads left out of each; and on the judging side, which nothing was ever counted on. What is not recorded yet is
trained first.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from lossclinic_kb.lab.bayes import Bayes
from lossclinic_kb.lab.recordings import record
from lossclinic_kb.lab.seen import HYPOTHESES, Seen, look, recorded_jobs
from lossclinic_kb.lab.tune import corrected, fit_corrections, indicators
from lossclinic_kb.run import FloatArray

FOLDS: Final = 7
BENIGN: Final = 0.05
"""Share of benign runs that may be flagged: where the bar is."""
HEALTHY: Final = len(HYPOTHESES) - 1
Model = Callable[[Seen, Seen], FloatArray]
"""From what is learned from and what is asked, log P(hypothesis) of each entry that is asked."""


def used(learned: Seen, asked: Seen) -> FloatArray:
    """Rank as `lossclinic_kb.posterior` does."""
    scores = Bayes(learned).scores(asked.states)
    return corrected(scores, asked.states, fit_corrections(learned))


def logistic(learned: Seen, asked: Seen) -> FloatArray:
    """Rank by multinomial logistic regression, every hypothesis weighing the same."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=400, class_weight="balanced")
    model.fit(indicators(learned.states), learned.truth)
    scores = np.full((len(asked), len(HYPOTHESES)), -30.0)
    scores[:, model.classes_] = model.predict_log_proba(indicators(asked.states))
    return scores


MODELS: Final[Mapping[str, Model]] = {
    "naive Bayes": lambda learned, asked: Bayes(learned, damped=False).scores(asked.states),
    "naive Bayes, groups damped": lambda learned, asked: Bayes(learned).scores(asked.states),
    "noisy-or, groups damped": lambda learned, asked: Bayes(learned, leaky=True).scores(asked.states),
    "damped and corrected (used)": used,
    "logistic regression": logistic,
}


def left_out(seen: Seen, model: Model) -> FloatArray:
    """Return scores of every entry from a model that saw nothing of its task or workload."""
    names = sorted(set(seen.training.tolist()))
    fold = np.array([names.index(name) % FOLDS for name in seen.training])
    scores = np.zeros((len(seen), len(HYPOTHESES)))
    for index in range(FOLDS):
        scores[fold == index] = model(seen.take(fold != index), seen.take(fold == index))
    return scores


def row(name: str, seen: Seen, scores: FloatArray) -> None:
    """Print first, among three, and what is flagged where a twentieth of the benign is; two loggers."""
    cells = []
    for view in ("all", "epochs"):
        mine = seen.view == view
        faulty, benign = mine & (seen.truth != HEALTHY), mine & (seen.truth == HEALTHY)
        own = scores[faulty, seen.truth[faulty]]
        place = (scores[faulty, :HEALTHY] > own[:, None]).sum(axis=1)
        odds = scores[:, HEALTHY] - np.logaddexp.reduce(scores[:, :HEALTHY], axis=1)
        flagged = (odds[faulty] < np.quantile(odds[benign], BENIGN)).mean()
        cells.append(f"{(place == 0).mean():>7.2f} {(place < 3).mean():>6.2f} {flagged:>8.2f}")
    print(f"{name:<46} {'  |'.join(cells)}", flush=True)


def main(arguments: Sequence[str] = ()) -> None:  # noqa: ARG001 - as every benchmark
    """Print the table."""
    for name, why in record([*recorded_jobs("counted"), *recorded_jobs("judging")]).items():
        print(f"failed: {name}: {why}", file=sys.stderr)
    counted, judging = look("counted"), look("judging")
    print(f"{'':<46} {'whole log':^23}  |{'log of epochs':^23}")
    print(f"{'':<46} {'first':>7} {'three':>6} {'flagged':>8}  |{'first':>7} {'three':>6} {'flagged':>8}")
    for name, model in MODELS.items():
        row(f"{name}: tasks left out", counted, left_out(counted, model))
        row(f"{name}: judging side", judging, model(counted, judging))


if __name__ == "__main__":
    main(sys.argv[1:])
