"""Small models and data for Keras, on the PyTorch backend."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")  # read when keras is imported, and never again

import keras
import numpy as np

__all__ = ["choice", "keras", "linear", "points", "weights"]


def points(rows: int = 16, scale: float = 1.0) -> tuple[Any, Any]:
    """Return normal numbers, shape (rows, 4), and as their class the largest of the first three, shape (rows,)."""
    inputs = np.random.default_rng(0).normal(size=(rows, 4)).astype("float32")
    return scale * inputs, inputs[:, :3].argmax(1)


def linear(outputs: int = 3) -> Any:
    """Return a linear model of four numbers, the same weights each time."""
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(outputs)])


def choice() -> Any:
    """Return the loss of class numbers against raw scores."""
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def weights(model: Any) -> Any:
    """Return all weights of a model in one row."""
    return np.concatenate([np.ravel(weight) for weight in model.get_weights()])
