"""Small models and data for Paddle."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import numpy as np

_handlers, _level = logging.root.handlers[:], logging.root.level
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that no compiler cache is installed
    import paddle as _paddle
logging.root.handlers[:] = _handlers  # Paddle sends everybody's log to the terminal
logging.root.setLevel(_level)

paddle: Any = _paddle

__all__ = ["linear", "paddle", "points", "weights"]


def points(rows: int = 16, scale: float = 1.0) -> tuple[Any, Any]:
    """Return normal numbers, shape (rows, 4), and as their class the largest of the first three, shape (rows,)."""
    inputs = np.random.default_rng(0).normal(size=(rows, 4)).astype("float32")
    return paddle.to_tensor(scale * inputs), paddle.to_tensor(inputs[:, :3].argmax(1))


def linear(outputs: int = 3) -> Any:
    """Return a linear model of four numbers, the same weights each time."""
    paddle.seed(0)
    return paddle.nn.Linear(4, outputs)


def weights(model: Any) -> Any:
    """Return all weights of a model in one row, as NumPy."""
    return np.concatenate([weight.numpy().ravel() for weight in model.parameters()])
