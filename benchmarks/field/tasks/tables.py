"""Tables: readings of faulty machines, prices of houses, customers who leave, two moons with spirals."""

from __future__ import annotations

import numpy as np

from benchmarks.field.scripts.keras_fit import Table


def sensors(
    train: int = 1200, val: int = 300, noise: float = 1.0, features: int = 20, seed: int = 41
) -> Table:
    """Return readings of variance about one, (N, features), and which of eight states the machine is in, (N,)."""
    rng = np.random.default_rng(seed)
    states = rng.integers(0, 8, train + val)
    centres = 1.6 * rng.standard_normal((16, features))
    x = centres[states + 8 * rng.integers(0, 2, len(states))] + noise * rng.standard_normal(
        (len(states), features)
    )
    x = (x / x.std()).astype("float32")
    return Table(x[:train], states[:train], x[train:], states[train:])


def houses(
    train: int = 1200, val: int = 300, seed: int = 42, standard: bool = True, noise: float = 0.1
) -> Table:
    """Return area, rooms, age, distance, storeys and plot of houses, (N, 6), and the price, (N,).

    Both as standard scores, or in square metres, years, metres and dollars where `standard` is false.
    """
    rng = np.random.default_rng(seed)
    n = train + val
    area, rooms, age = rng.gamma(9, 13, n), rng.integers(1, 8, n), rng.uniform(0, 90, n)
    distance, storeys, plot = rng.gamma(2, 4000, n), rng.integers(1, 4, n), rng.gamma(3, 200, n)
    worth = (
        2100 * area
        + 9000 * rooms * np.sin(area / 60)
        - 900 * age
        + 90000 * np.exp(-distance / 5000)
        + 60 * plot
    )
    price = worth * (1 + 0.1 * (storeys == 2)) * np.exp(noise * rng.standard_normal(n)) + 20000
    x = np.stack([area, rooms, age, distance, storeys, plot], 1).astype("float32")
    y = price.astype("float32")
    if standard:
        x, y = (x - x.mean(0)) / x.std(0), (y - y.mean()) / y.std()
    return Table(x[:train], y[:train], x[train:], y[train:])


def churn(train: int = 1500, val: int = 500, left: float = 0.3, noise: float = 0.6, seed: int = 43) -> Table:
    """Return what is known of customers, (N, 12), and whether they leave, (N,) of zeros and ones."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((train + val, 12))
    score = x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + 0.7 * (x[:, 3] > 0.5) * x[:, 4] - 0.5 * np.abs(x[:, 5])
    score = score + noise * rng.standard_normal(len(x))
    y = (score > np.quantile(score, 1 - left)).astype("int64")
    return Table(x[:train], y[:train], x[train:], y[train:])


def spirals(samples: int = 900, arms: int = 3, noise: float = 0.12, seed: int = 44) -> Table:
    """Return points of a plane, (N, 2), and the arm of the spiral that each lies on, (N,); a fifth is held out."""
    rng = np.random.default_rng(seed)
    arm = rng.integers(0, arms, samples)
    along = rng.uniform(0.3, 2.2, samples)
    turn = 2 * np.pi * arm / arms + 2.0 * along
    x = np.stack([along * np.cos(turn), along * np.sin(turn)], 1) + noise * rng.standard_normal((samples, 2))
    x = x.astype("float32")
    held = samples // 5
    return Table(x[held:], arm[held:], x[:held], arm[:held])
