"""fastai: CSVLogger, and the table that it prints."""

from __future__ import annotations

import contextlib
import io
import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, by, save

CONFIG = {"framework": "pytorch"}
LOSSES = {"train_loss": "train_loss", "valid_loss": "val_loss"}


def main() -> None:
    """Appended fits, other metrics, no validation, NaN, skipped validation, the printed table."""
    import torch
    from fastai.callback.core import Callback  # type: ignore[import-not-found]
    from fastai.callback.progress import CSVLogger, ProgressCallback  # type: ignore[import-not-found]
    from fastai.callback.training import CancelValidException  # type: ignore[import-not-found]
    from fastai.data.core import DataLoaders  # type: ignore[import-not-found]
    from fastai.learner import Learner, Recorder  # type: ignore[import-not-found]

    torch.manual_seed(0)
    x = torch.randn(64, 4)
    data = [(row, row.sum(0, keepdim=True)) for row in x]

    def mean_error(predicted: Any, target: Any) -> Any:
        return (predicted - target).abs().mean()

    def accuracy(predicted: Any, target: Any) -> Any:
        return ((predicted > 0) == (target > 0)).float().mean()

    class NoValidation(Callback):
        """Validates every second epoch only."""

        def before_validate(self) -> None:
            if self.epoch % 2 == 0:
                raise CancelValidException

    class Breaks(Callback):
        """Turns the loss into NaN from an epoch on."""

        def after_loss(self) -> None:
            if self.epoch >= 3 and self.training:
                self.learn.loss_grad = self.learn.loss_grad * math.nan

    class Keeper(Callback):
        """Keeps what the recorder holds of every epoch, under its name."""

        order = 70

        def __init__(self, kept: list[dict[str, Any]]) -> None:
            self.kept = kept

        def after_epoch(self) -> None:
            names, values = self.recorder.metric_names[1:-1], list(self.recorder.values[-1])
            if len(values) < len(names):  # the validation was skipped
                values += [None] * (len(names) - len(values))
            self.kept.append(dict(zip(names, values, strict=True)))

    def learner(
        path: Path, metrics: Sequence[Any], lr: float = 0.01, *, held_out: bool = True, **recorder: Any
    ) -> Any:
        loader = torch.utils.data.DataLoader(data, 8)
        model = torch.nn.Linear(4, 1)
        sets = [loader, loader if held_out else torch.utils.data.DataLoader([], 8)]
        callbacks = [Recorder(**recorder)] if recorder else []
        learn = Learner(DataLoaders(*sets), model, torch.nn.functional.mse_loss, opt_func=SGD, lr=lr,
                        metrics=list(metrics), path=path, cbs=callbacks)  # fmt: skip
        return learn.remove_cb(ProgressCallback)

    def keep(case: str, log: Path, kept: Sequence[dict[str, Any]], roles: Mapping[str, str], *, notes: int, digits: int = 0,
             **more: Any) -> None:  # fmt: skip
        clock = [len(log.read_text()) and 0.0 for _ in kept]  # an epoch of eight batches takes no second
        rows: list[Row] = [("time", "other", clock)]
        for name, role in roles.items():
            values = [entry.get(name) for entry in kept]
            rows.append((name, role, [round(v, digits) if digits and v is not None else v for v in values]))
        save("fastai_csv", case, log, rows, written_by=by("fastai"), notes=notes, config=CONFIG, **more)

    with tempfile.TemporaryDirectory() as folder:
        kept: list[dict[str, Any]] = []
        learn = learner(Path(folder), [mean_error, accuracy])
        learn.fit(6, cbs=[CSVLogger(), Keeper(kept)])
        roles = {**LOSSES, "mean_error": "other", "accuracy": "val_acc"}
        keep("validation_and_metrics", Path(folder) / "history.csv", kept, roles, notes=1)

    with tempfile.TemporaryDirectory() as folder:
        kept = []
        learn = learner(Path(folder), [mean_error])
        learn.fit(3, cbs=[CSVLogger(), Keeper(kept)])
        learn.metrics = learn.metrics[:0]
        learn.fit(2, cbs=[CSVLogger(append=True), Keeper(kept)])
        keep(
            "appended_with_other_metrics",
            Path(folder) / "history.csv",
            kept,
            {**LOSSES, "mean_error": "other"},
            notes=3,
            restarts=[3],
        )

    with tempfile.TemporaryDirectory() as folder:
        kept = []
        learner(Path(folder), [], held_out=False).fit(4, cbs=[CSVLogger(), Keeper(kept)])
        keep("no_validation", Path(folder) / "history.csv", kept, LOSSES, notes=2)

    with tempfile.TemporaryDirectory() as folder:
        kept = []
        learner(Path(folder), [mean_error]).fit(6, cbs=[CSVLogger(), Breaks(), Keeper(kept)])
        keep(
            "explodes_to_nan", Path(folder) / "history.csv", kept, {**LOSSES, "mean_error": "other"}, notes=1
        )

    with tempfile.TemporaryDirectory() as folder:
        kept = []
        learner(Path(folder), [mean_error]).fit(5, cbs=[CSVLogger(), NoValidation(), Keeper(kept)])
        keep(
            "validation_every_second_epoch",
            Path(folder) / "history.csv",
            kept,
            {**LOSSES, "mean_error": "other"},
            notes=1,
        )

    with tempfile.TemporaryDirectory() as folder:
        kept, printed = [], io.StringIO()
        learn = learner(Path(folder), [accuracy])
        learn.add_cb(ProgressCallback())
        with contextlib.redirect_stdout(printed):
            learn.fit(5, cbs=[Keeper(kept)])
        log = Path(folder) / "console.log"
        log.write_text(
            "Downloading data...\n/usr/lib/x.py:3: UserWarning: lr was 3\n"
            + printed.getvalue()
            + "done in 3 s\n"
        )
        keep("printed", log, kept, {**LOSSES, "accuracy": "val_acc"}, notes=1, digits=6)


def SGD(parameters: Any, lr: float) -> Any:  # noqa: N802
    """Return fastai's plain optimiser."""
    from fastai.optimizer import SGD as PLAIN  # type: ignore[import-not-found]

    return PLAIN(parameters, lr=lr)
