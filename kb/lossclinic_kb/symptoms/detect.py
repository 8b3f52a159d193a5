"""Running every detector over a run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lossclinic_kb.errors import InputError
from lossclinic_kb.facts import Fact, Facts, optimizer_in, read_facts
from lossclinic_kb.progress import Progress
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.finding import Finding
from lossclinic_kb.symptoms.registry import SYMPTOMS
from lossclinic_kb.text import Text

_LOOKING = Text("looking at the curve", "正在查看曲线")


def detect_all(run: Run, facts: Facts, progress: Progress | None = None) -> tuple[Finding, ...]:
    """Return what every detector says of `run`, in the order of the registry.

    Args:
        run: The run as read.
        facts: What is known besides the curves; it wins over what the log itself states in `run.config`.
        progress: Told how many detectors are done.
    """
    known = {**facts_of_run(run), **facts}
    found = []
    for detector in SYMPTOMS.values():
        found.append(detector.detect(run, known))
        if progress is not None:
            progress(_LOOKING, len(found), len(SYMPTOMS))
    return tuple(found)


def facts_of_run(run: Run) -> dict[str, Fact]:
    """Return the facts that the log states, or shows.

    Stated is its configuration; shown are the highest rate where it logs the rate, and the task where only one kind of task
    logs such columns: the loss of a discriminator, an accuracy, an error in the units of the target.
    """
    stated = facts_of(run.config)
    if "task" not in stated and (task := _task_of(run)) is not None:
        stated["task"] = task
    if (optimizer := optimizer_in(stated)) is not None:
        stated["optimizer"] = optimizer
    rate = run.pick("lr")
    if (
        rate is not None
        and "lr" not in stated
        and rate.finite.values.size
        and float(rate.finite.values.max()) > 0
    ):
        stated["lr"] = float(rate.finite.values.max())
    return stated


def _task_of(run: Run) -> str | None:
    if adversarial(run, {}):
        return "gan"
    if run.all("train_acc") or run.all("val_acc"):
        return "classification"
    words = {word for series in run.series for word in re.findall(r"[a-z]+\d?", series.name.lower())}
    return "regression" if words & _ERRORS else None


_ERRORS = frozenset({"mae", "mse", "rmse", "mape", "smape", "r2"})
"""What only predictions of quantities are measured by."""


def facts_of(config: Mapping[str, object]) -> dict[str, Fact]:
    """Return the facts among the entries of a logged configuration.

    A configuration holds much that is no fact (paths, seeds, nested tables); such entries are left out.
    """
    facts: dict[str, Fact] = {}
    for key, value in config.items():
        facts.update(_fact(key, value))
    return facts


def _fact(key: str, value: object) -> dict[str, Fact]:
    try:
        return read_facts({key: value})
    except InputError:
        return {}
