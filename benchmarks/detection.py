"""How long the detectors look at a run: at most .1 s for 10,000 steps, and no more per step for ten million.

The log has training loss, gradient norm and rate at every step, and twenty validations. Besides: the same with
`numpy.sort` of as many numbers, as a measure of the machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from lossclinic_kb.run import Run, series
from lossclinic_kb.symptoms import detect_all

LENGTHS = (10_000, 100_000, 1_000_000, 10_000_000)
BAR = 0.1
VALIDATIONS = 20


def long_run(steps: int) -> Run:
    """Return a healthy log of `steps` steps."""
    rng = np.random.default_rng(0)
    step = np.arange(1.0, steps + 1)
    epoch = step / steps * VALIDATIONS
    at = np.linspace(steps / VALIDATIONS, steps, VALIDATIONS)
    ends = np.arange(1.0, VALIDATIONS + 1)
    descent = 2.3 * np.exp(-5 * step / steps) + 0.3
    held_out = 2.3 * np.exp(-5 * at / steps) + 0.35
    return Run(
        "made",
        (
            series(
                "train_loss",
                "train_loss",
                descent + 0.05 * rng.standard_normal(steps),
                step=step,
                epoch=epoch,
            ),
            series("grad_norm", "grad_norm", 1 + 0.1 * rng.random(steps), step=step, epoch=epoch),
            series("lr", "lr", np.full(steps, 0.1), step=step, epoch=epoch),
            series("val_loss", "val_loss", held_out, step=at, epoch=ends),
            series("val_acc", "val_acc", 1 - np.exp(-5 * at / steps), step=at, epoch=ends),
        ),
    )


def seconds(work: Callable[[], object], times: int) -> float:
    """Return the shortest of several tries."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    """Print one line for each length."""
    detect_all(long_run(1000), {})  # what is imported on first use
    print(f"{'steps':>10} {'seconds':>9} {'per 10,000':>11} {'numpy.sort':>11} {'ratio':>6}")
    for steps in LENGTHS:
        times = 3 if steps <= 1_000_000 else 1
        run = long_run(steps)
        # What is known of a series is kept with it, so each try gets a run of its own.
        took = seconds(
            lambda run=run: detect_all(Run(run.format, tuple(s.take(slice(None)) for s in run.series)), {}),
            times,
        )  # type: ignore[misc]
        noise = np.random.default_rng(1).random(steps)
        sort = seconds(lambda noise=noise: np.sort(noise), times)  # type: ignore[misc]
        held = "" if steps > LENGTHS[0] else f"   bar {BAR:g} s: {'held' if took <= BAR else 'MISSED'}"
        print(
            f"{steps:>10,} {took:>9.3f} {took / steps * 10_000:>11.4f} {sort:>11.4f} {took / sort:>6.0f}{held}"
        )


if __name__ == "__main__":
    main()
