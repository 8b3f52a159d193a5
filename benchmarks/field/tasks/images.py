"""Pictures drawn by rule: shapes to name, blobs to segment, gratings to tell apart, tags to find, stripes to encode."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from benchmarks.field.scripts.plain import Split


def _shape(kind: int, rng: np.random.Generator, size: int) -> np.ndarray:
    rows, columns = np.mgrid[:size, :size]
    y, x = rng.uniform(size * 0.38, size * 0.62, 2)
    r = rng.uniform(size * 0.2, size * 0.33)
    dy, dx = np.abs(rows - y), np.abs(columns - x)
    far = np.hypot(dy, dx)
    drawn = (
        far < r,
        (dy < 0.85 * r) & (dx < 0.85 * r),
        (dy < r) & (dx < (rows - y + r) / 2),
        ((dy < 0.3 * r) | (dx < 0.3 * r)) & (dy < r) & (dx < r),
        (far < r) & (far > 0.6 * r),
        np.abs(dy - dx) < 0.35 * r,
    )[kind]
    return drawn & (dy < r * 1.2) & (dx < r * 1.2)


def shapes(train: int = 1200, val: int = 300, noise: float = 0.2, size: int = 14, seed: int = 11) -> Split:
    """Return grey pictures of six shapes, (N, 1, size, size), and which shape each shows, (N,)."""
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 6, train + val)
    drawn = np.stack([_shape(int(kind), rng, size) for kind in kinds])
    pictures = drawn * rng.uniform(0.5, 1.0, (len(kinds), 1, 1)) + noise * rng.standard_normal(drawn.shape)
    x = torch.tensor((pictures - pictures.mean()) / pictures.std(), dtype=torch.float32)[:, None]
    y = torch.tensor(kinds)
    return Split(x[:train], y[:train], x[train:], y[train:])


def blobs(
    train: int = 260, val: int = 60, radius: float = 3.0, noise: float = 0.6, size: int = 16, seed: int = 12
) -> Split:
    """Return noisy pictures of blobs, (N, 1, size, size), and their masks of zeros and ones in the same shape."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:size, :size]
    masks = np.zeros((train + val, size, size), bool)
    for mask in masks:
        for _ in range(rng.integers(1, 3)):
            y, x = rng.uniform(2, size - 2, 2)
            mask |= np.hypot(rows - y, columns - x) < radius * rng.uniform(0.7, 1.2)
    pictures = masks * 1.0 + noise * rng.standard_normal(masks.shape)
    x = torch.tensor(pictures, dtype=torch.float32)[:, None]
    y = torch.tensor(masks, dtype=torch.float32)[:, None]
    return Split(x[:train], y[:train], x[train:], y[train:])


def textures(train: int = 960, val: int = 240, noise: float = 0.6, size: int = 16, seed: int = 13) -> Split:
    """Return gratings of twelve directions and widths in colour, (N, 3, size, size), and their class, (N,)."""
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 12, train + val)
    rows, columns = np.mgrid[:size, :size]
    turn = (kinds % 4 * np.pi / 4 + 0.12 * rng.standard_normal(len(kinds)))[:, None, None]
    width = (1.0 + 0.6 * (kinds // 4))[:, None, None]
    waves = np.sin(
        width * (rows * np.cos(turn) + columns * np.sin(turn)) + rng.uniform(0, 6.3, (len(kinds), 1, 1))
    )
    tint = rng.uniform(0.4, 1.0, (len(kinds), 3, 1, 1))
    pictures = waves[:, None] * tint + noise * rng.standard_normal((len(kinds), 3, size, size))
    x = torch.tensor(pictures, dtype=torch.float32)
    y = torch.tensor(kinds)
    return Split(x[:train], y[:train], x[train:], y[train:])


def tagged(train: int = 800, val: int = 300, tags: int = 10, noise: float = 0.8, seed: int = 14) -> Split:
    """Return vectors of 40 readings, (N, 40), and which of the tags apply to each, (N, tags) of zeros and ones."""
    rng = np.random.default_rng(seed)
    y = rng.random((train + val, tags)) < np.linspace(0.1, 0.4, tags)
    first, second = rng.standard_normal((tags, 60)), rng.standard_normal((60, 40))
    x = np.tanh(y @ first) @ second / 4 + noise * rng.standard_normal((train + val, 40))
    pictures, marks = torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
    return Split(pictures[:train], marks[:train], pictures[train:], marks[train:])


def stripes(train: int = 700, val: int = 150, size: int = 12, seed: int = 15) -> Split:
    """Return pictures of one bright stripe each, flattened to (N, size * size) between 0 and 1, as input and target."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:size, :size]
    turn = rng.uniform(0, np.pi, (train + val, 1, 1))
    off = (
        (rows - size / 2) * np.cos(turn)
        + (columns - size / 2) * np.sin(turn)
        - rng.uniform(-3, 3, turn.shape)
    )
    x: Tensor = torch.tensor(np.exp(-(off**2) / 2), dtype=torch.float32).flatten(1)
    return Split(x[:train], x[:train], x[train:], x[train:])
