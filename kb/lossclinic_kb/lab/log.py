"""What the loop writes down while it trains, and the run that this becomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lossclinic_kb.lab.steps import Scores
from lossclinic_kb.run import Role, Run, Series, series

if TYPE_CHECKING:
    from lossclinic_kb.lab.trial import Trial

_NAN = float("nan")

Entry = tuple[float, float, Scores]
"""Step, epoch, figures."""


class Log:
    """The log of one training."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._window: list[Scores] = []
        self._correct: list[float] = []
        self._steps: list[Entry] = []
        self._validations: list[Entry] = []
        self.says_stop = False

    def step(self, step: int, epoch: float, row: Scores) -> None:
        """Note the figures of one step; every `log_every` steps they become an entry."""
        trial = self._trial
        self._window.append(row)
        self._correct.append(row.get("acc", _NAN))
        if step % trial.log_every:
            return
        rows = self._window if trial.smoothed else self._window[-1:]
        self._window = []
        entry = {name: sum(r.get(name, _NAN) for r in rows) / len(rows) for name in ("grad_norm", *row)}
        if "loss_scale" in row:
            entry["loss_scale"] = row["loss_scale"]  # a setting, as the rate is: loggers do not average it
        entry["lr"] = float(trial.optimizer.param_groups[0]["lr"])
        self._steps.append((step, epoch, entry))

    def validation(self, step: int, epoch: float, held_out: Scores) -> None:
        """Note the figures of one validation, and the mean training accuracy since the last one."""
        mean = sum(self._correct) / len(self._correct)
        self._correct = []
        self._validations.append((step, epoch, {"train_acc": mean, **held_out}))
        self.says_stop = self._trial.stop_when is not None and self._trial.stop_when(held_out)

    def run(self) -> Run:
        """Return everything noted, as a run."""
        steps, held = self._steps, self._validations
        logged = [
            _series("train_loss", "train_loss", steps, "loss"),
            _series("grad_norm", "grad_norm", steps, "grad_norm"),
            _series("lr", "lr", steps, "lr"),
        ]
        if any("loss" in figures for *_, figures in held):
            logged.append(_series("val_loss", "val_loss", held, "loss"))
        if self._trial.metric is not None and held:
            logged.append(_series("train_acc", "train_acc", held, "train_acc"))
            logged.append(_series("val_acc", "val_acc", held, "acc"))
        logged += [
            _series(name, "loss_scale" if name == "loss_scale" else "other", steps, name)
            for name in _further(steps)
        ]
        logged += [_series(f"val_{name}", "other", held, name) for name in _further(held)]
        return Run("lab", tuple(logged), source="lab", config=dict(self._trial.facts))


def _further(entries: Sequence[Entry]) -> list[str]:
    """Return the names of the figures that no series of its own role holds."""
    known = {"loss", "acc", "grad_norm", "lr", "train_acc"}
    return list(dict.fromkeys(name for *_, figures in entries for name in figures if name not in known))


def _series(name: str, role: Role, entries: Sequence[Entry], figure: str) -> Series:
    return series(
        name,
        role,
        [figures.get(figure, _NAN) for *_, figures in entries],
        step=[step for step, *_ in entries],
        epoch=[epoch for _, epoch, _ in entries],
    )
