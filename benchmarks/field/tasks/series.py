"""Series with days and weeks in them, cut into windows to forecast from."""

from __future__ import annotations

import numpy as np
import torch

from benchmarks.field.scripts.plain import Split

WINDOW = 24


def load(
    train: int = 900,
    val: int = 220,
    noise: float = 0.12,
    drift: float = 0.0,
    unit: float = 1.0,
    base: float = 0.0,
    seed: int = 31,
) -> Split:
    """Return windows of an hourly load, (N, 24, 1), and the load of the hour after each, (N, 1).

    The load is of mean zero and variance one before it is multiplied by `unit` and `base` is added.
    """
    rng = np.random.default_rng(seed)
    hours = np.arange(train + val + WINDOW)
    day, week = 2 * np.pi * hours / 24, 2 * np.pi * hours / 168
    clean = np.sin(day) + 0.5 * np.sin(2 * day + 1) + 0.6 * np.sin(week) * np.cos(day)
    values = clean + 0.3 * np.convolve(rng.standard_normal(len(hours)), np.full(6, 0.4), "same")
    values = (values - values.mean()) / values.std() + noise * rng.standard_normal(len(hours))
    values = (values + drift * np.maximum(0, hours - train) / val) * unit + base
    windows = np.lib.stride_tricks.sliding_window_view(values, WINDOW)[:-1]
    x = torch.tensor(windows.copy(), dtype=torch.float32)[..., None]
    y = torch.tensor(values[WINDOW:], dtype=torch.float32)[:, None]
    return Split(x[:train], y[:train], x[train:], y[train:])
