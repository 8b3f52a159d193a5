"""The loss scale of mixed precision: halved for good, or going about its business."""

from __future__ import annotations

import numpy as np
import pytest

from lossclinic_kb.run import Run, series
from lossclinic_kb.symptoms import detect_all

SETTLED = [65536.0] * 3 + [32768.0, 16384.0, 8192.0] + [8192.0] * 20 + [16384.0, 8192.0] * 10
FALLING = [2.0**k for k in range(16, -8, -1)]


def states(scale: list[float], grad: list[float] | None = None) -> dict[str, str]:
    steps = np.arange(1.0, len(scale) + 1)
    loss = np.linspace(2.3, 1.0, len(scale))
    logged = [
        series("train_loss", "train_loss", loss, step=steps),
        series("loss_scale", "loss_scale", scale, step=steps),
    ]
    if grad is not None:
        logged.append(series("grad_norm", "grad_norm", grad, step=steps))
    return {finding.id: finding.state for finding in detect_all(Run("made", tuple(logged)), {})}


@pytest.mark.parametrize(
    ("scale", "state"),
    [
        (SETTLED, "absent"),
        (FALLING, "present"),
        ([*FALLING, 2.0**-7, 2.0**-6], "absent"),  # it has begun to recover
        ([65536.0] * 30, "absent"),
        ([128.0, 64.0, 32.0, 16.0, 8.0], "absent"),  # a small start, five halvings
        ([16.0, 8.0, 4.0, 2.0, 1.0, 0.5], "present"),
        ([65536.0] * 4, "not_observable"),
    ],
)
def test_the_scale(scale: list[float], state: str) -> None:
    assert states(scale)["loss_scale_collapses"] == state


def test_a_norm_that_overflows_once_is_the_scaler_at_work() -> None:
    grad = [1.0] * (len(SETTLED) - 1) + [float("inf")]
    assert states(SETTLED, grad)["grad_nonfinite_before_loss"] == "absent"
