"""A script that fits scikit-learn's perceptron with `verbose=True`."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.field.scripts.keras_fit import Table


@dataclass(frozen=True)
class SkScript:
    """What `MLPClassifier` is given; `settings` holds whatever has no name here."""

    data: Callable[[], Table]
    layers: tuple[int, ...] = (48, 48)
    optimizer: str = "adam"
    lr: float = 3e-3
    momentum: float = 0.9
    weight_decay: float = 1e-4
    batch_size: int = 32
    epochs: int = 60
    shuffle: bool = True
    activation: str = "relu"
    held_out: bool = False
    settings: tuple[tuple[str, Any], ...] = ()
    classes: int | None = None

    def facts(self) -> dict[str, object]:
        """Return what the author would state."""
        stated: dict[str, object] = {
            "framework": "scikit-learn",
            "task": "classification",
            "optimizer": self.optimizer,
            "lr": self.lr,
            "momentum": self.momentum,
            "weight_decay": self.weight_decay,
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "activation": self.activation,
            "shuffle": self.shuffle,
            "classes": self.classes,
            "adam_epsilon": dict(self.settings).get("epsilon"),
        }
        return {name: value for name, value in stated.items() if value is not None}


def verbose(script: SkScript, path: Path) -> None:
    """Fit, and keep what was printed."""
    from sklearn.neural_network import MLPClassifier

    table = script.data()
    model = MLPClassifier(
        script.layers,
        activation=script.activation,
        solver=script.optimizer,
        alpha=script.weight_decay,
        batch_size=script.batch_size,
        learning_rate_init=script.lr,
        momentum=script.momentum,
        max_iter=script.epochs,
        shuffle=script.shuffle,
        early_stopping=script.held_out,
        n_iter_no_change=script.epochs,
        verbose=True,
        **dict(script.settings),
    )
    said = io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(said):
        warnings.simplefilter("ignore")
        model.fit(table.x, table.y)
    path.write_text(said.getvalue(), encoding="utf-8")
