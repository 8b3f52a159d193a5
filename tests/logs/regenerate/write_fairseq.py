"""fairseq: its progress bars in simple and json format. They run without the rest of fairseq, which old Pythons need."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import math
import sys
import types
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from captured import log_file
from common import Row, save

ROLES = {
    "loss": "train_loss", "train_loss": "train_loss", "valid_loss": "val_loss", "lr": "lr", "train_lr": "lr", "gnorm": "grad_norm",
    "train_gnorm": "grad_norm", "loss_scale": "loss_scale", "train_loss_scale": "loss_scale",
}  # fmt: skip
CONFIG = (
    "{'_name': None, 'common': {'_name': None, 'no_progress_bar': True, 'log_interval': 10, 'log_format': '%s', 'seed': 1, 'fp16': True}, "
    "'optimization': {'_name': None, 'max_epoch': 0, 'max_update': 300, 'clip_norm': 0.1, 'update_freq': [1], 'lr': [0.0005]}, "
    "'criterion': {'_name': 'label_smoothed_cross_entropy', 'label_smoothing': 0.1}, "
    "'optimizer': {'_name': 'adam', 'adam_betas': '(0.9, 0.98)', 'weight_decay': 0.0001, 'lr': [0.0005]}}"
)
FACTS = {"amp": True, "grad_clip": 0.1, "lr": 5e-4, "label_smoothing": 0.1, "weight_decay": 1e-4}


@lru_cache
def progress_bars() -> tuple[Any, str]:
    """Return fairseq's module of progress bars and the version, without importing the package around it."""
    spec = importlib.util.find_spec("fairseq")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("fairseq")
    package = types.ModuleType("fairseq")
    package.__path__ = list(spec.submodule_search_locations)
    sys.modules["fairseq"] = package
    version = (Path(package.__path__[0]) / "version.txt").read_text().strip()
    return importlib.import_module("fairseq.logging.progress_bar"), version


class Training:
    """The calls that fairseq's training loop makes, with made-up numbers.

    Attributes:
        values: What a reader must find, by name.
    """

    def __init__(
        self, log: Path, form: str, *, epoch_size: int = 60, every: int = 10, bare: bool = False
    ) -> None:
        self.bars, self.version = progress_bars()
        self.form, self.epoch_size, self.every = form, epoch_size, every
        self.values: dict[str, list[float]] = {}
        self.handler = logging.FileHandler(log)
        front = (
            "" if bare else "%(asctime)s | %(levelname)s | %(name)s | "
        )  # fairseq_cli/train.py; --log-file has none
        self.handler.setFormatter(logging.Formatter(f"{front}%(message)s", "%Y-%m-%d %H:%M:%S"))
        logging.getLogger().addHandler(self.handler)
        logging.getLogger().setLevel(logging.INFO)

    def close(self) -> None:
        logging.getLogger().removeHandler(self.handler)
        self.handler.close()

    def say(self, name: str, text: str) -> None:
        logging.getLogger(name).info(text)

    def noted(self, stats: Mapping[str, float], split: str = "") -> OrderedDict[str, float]:
        """Note what will be printed, as `format_stat` does with numbers, and return it."""
        for name, value in stats.items():
            if name != "num_updates":
                prefixed = self.form == "simple" and name.startswith(
                    f"{split}_"
                )  # json writes train_train_wall
                own = name if not split or name == "wall" or prefixed else f"{split}_{name}"
                self.values.setdefault(own, []).append(float(f"{value:g}"))
        return OrderedDict(stats)

    def stats(self, update: int, loss: float, scale: float) -> dict[str, float]:
        nll = loss - 0.3
        return {
            "loss": round(loss, 3), "nll_loss": round(nll, 3), "ppl": round(2**nll, 2) if nll == nll else nll,
            "wps": 21000.5, "ups": 3.1, "wpb": 6789.1, "bsz": 288.4, "num_updates": update, "lr": 5e-4 * min(1, update / 100),
            "gnorm": round(2.5 * 0.99**update, 3), "clip": 100, "loss_scale": scale, "train_wall": 32, "gb_free": 5.2, "wall": 40 + update,
        }  # fmt: skip

    def epoch(
        self,
        epoch: int,
        losses: Sequence[float],
        *,
        first: int = 0,
        validate_at: Sequence[int] = (),
        scale: float = 128.0,
    ) -> None:
        """Run one epoch from its batch `first` on; validation at its end and at the updates `validate_at`."""
        bar = self.bars.progress_bar(
            Batches(self.epoch_size, first), log_format=self.form, log_interval=self.every, epoch=epoch
        )
        for i, _ in enumerate(bar, first):
            update = (epoch - 1) * self.epoch_size + i + 1
            if update % self.every == 0:
                bar.log(
                    self.noted(self.stats(update, losses[update - 1], scale)), tag="train_inner", step=update
                )
            if update in validate_at:
                self.validate(epoch, update, losses[update - 1])
        self.validate(epoch, epoch * self.epoch_size, losses[epoch * self.epoch_size - 1], best=5.4)
        whole = self.stats(epoch * self.epoch_size, losses[epoch * self.epoch_size - 1] + 0.2, scale)
        bar.print(self.noted(whole, "train"), tag="train", step=epoch * self.epoch_size)

    def validate(self, epoch: int, update: int, loss: float, best: float | None = None) -> None:
        self.say("fairseq_cli.train", 'begin validation on "valid" subset')
        bar = self.bars.progress_bar(
            [0], log_format=self.form, log_interval=self.every, epoch=epoch, prefix="valid on 'valid' subset"
        )
        stats = {
            "loss": round(loss + 0.15, 3),
            "nll_loss": round(loss - 0.1, 3),
            "wps": 52000.0,
            "num_updates": update,
        }
        more = {} if best is None else {"best_loss": best}
        bar.print(self.noted({**stats, **more}, "valid"), tag="valid", step=update)


class Batches:
    """An epoch of batches of which the first `n` are over."""

    def __init__(self, size: int, n: int) -> None:
        self.size, self.n = size, n

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.n, self.size))


def main() -> None:
    """Simple and json, as on screen and as in a log file; NaN; overflows of fp16; resumed; cut off."""
    curve = [5 + 9 * 0.985**i for i in range(300)]

    def write(case: str, log: Path, training: Training, notes: int, **more: Any) -> None:
        training.close()
        found: list[Row] = [
            (name, ROLES.get(name, "other"), values) for name, values in training.values.items()
        ]
        config = {"framework": "pytorch", **more.pop("config", {})}
        by = f"fairseq {training.version} (fairseq/logging/progress_bar.py)"
        save("fairseq", case, log, found, written_by=by, notes=notes, config=config, **more)

    for form in ("simple", "json"):
        with log_file("train.log") as log:
            training = Training(log, form)
            training.say("fairseq_cli.train", CONFIG % form)
            training.say(
                "fairseq_cli.train", "num. shared model params: 44,046,336 (num. trained: 44,046,336)"
            )
            for epoch in range(1, 4):
                training.say("fairseq.trainer", f"begin training epoch {epoch}")
                training.epoch(epoch, curve, validate_at=[85] if epoch == 2 else [])
            write(f"{form}_with_validation", log, training, 1, config=FACTS)
    with log_file("log.txt") as log:
        training = Training(log, "json", bare=True)
        training.epoch(1, curve)
        write("json_log_file", log, training, 1)
    with log_file("train.log") as log:
        training = Training(log, "simple")
        training.epoch(1, [math.nan if i >= 35 else loss for i, loss in enumerate(curve)])
        write("nan", log, training, 1)
    with log_file("train.log") as log:
        training = Training(log, "simple")
        training.values["loss_scale"] = []
        for scale in (64.0, 32.0, 16.0):
            training.say(
                "fairseq.trainer",
                f"NOTE: gradient overflow detected, ignoring gradient, setting loss scale to: {scale}",
            )
            training.values["loss_scale"].append(scale)
        training.epoch(1, curve, scale=16.0)
        write("overflows", log, training, 1)
    with log_file("train.log") as log:
        training = Training(log, "simple")
        training.epoch(1, curve)
        training.epoch(2, curve, validate_at=[100])
        training.say(
            "fairseq.trainer", "Loaded checkpoint checkpoints/checkpoint_1_60.pt (epoch 2 @ 60 updates)"
        )
        training.epoch(2, curve)
        write("resumed_from_epoch_2", log, training, 2, restarts=[12, 14])
    with log_file("train.log") as log:
        training = Training(log, "simple")
        training.epoch(1, curve)
        training.close()
        text = log.read_text()
        log.write_text(text[: text.index("num_updates=50")])
        training.values = {
            name: values[:4]
            for name, values in training.values.items()
            if not name.startswith(("valid_", "train_"))
        } | {"train_wall": [32.0] * 4}
        write("cut_off", log, training, 2)
