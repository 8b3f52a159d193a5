"""What gradient and rate promise, and how much the gradient scatters: series whose truth is known by construction."""

from __future__ import annotations

import math

import numpy as np
import pytest
from columns import ROLES

from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding, State

STEPS = np.arange(1.0, 401)
CHANCE = math.log(10)
FALLING = 2.2 * np.exp(-STEPS / 60) + 0.1
STUCK = np.full(400, CHANCE)
IGNORES, LITTLE, SMOOTH = "loss_ignores_gradient", "gradient_promises_little", "grad_norm_smooth"


def noisy(values: FloatArray, share: float = 0.1, seed: int = 0) -> FloatArray:
    """Return `values` with the scatter of mini-batches."""
    return values * (1 + share * np.random.default_rng(seed).normal(size=len(values)))


def log(loss: FloatArray, norm: float, rate: float, *, first_step: float = 1.0) -> Run:
    columns = {
        "loss": noisy(loss, 0.02),
        "grad_norm": noisy(np.full(400, norm), 0.2, seed=1),
        "lr": np.full(400, rate),
    }
    step = first_step - 1 + STEPS
    return Run("made", tuple(series(name, ROLES[name], y, step=step) for name, y in columns.items()))


def find(symptom: str, run: Run, **facts: float | str) -> Finding:
    return SYMPTOMS[symptom].detect(run, {"classes": 10, **facts})


def state(symptom: str, run: Run, **facts: float | str) -> State:
    return find(symptom, run, **facts).state


class TestPromise:
    def test_a_large_promise_and_a_loss_that_stays(self) -> None:
        run = log(STUCK, 1.0, 0.1)
        found = find(IGNORES, run)
        assert found.numbers["promised"] == pytest.approx(400 * 0.1, rel=0.1)
        assert "summed up to step 400, promise a fall of about" in found.evidence.en
        assert "损失应下降约" in found.evidence.zh
        assert state(LITTLE, run) == "absent"

    def test_a_promise_that_is_kept_or_that_is_small(self) -> None:
        assert state(IGNORES, log(FALLING, 1.0, 0.1)) == "absent"
        assert state(IGNORES, log(STUCK, 1.0, 0.004)) == "absent"
        assert state(LITTLE, log(STUCK, 1.0, 0.004)) == "absent"
        assert state(IGNORES, log(np.linspace(CHANCE, 20, 400), 1.0, 0.1)) == "absent"  # it moves, upward

    def test_next_to_no_promise(self) -> None:
        found = find(LITTLE, log(STUCK, 1.0, 1e-5))
        assert found.present
        assert "lr (at most 1e-05)" in found.evidence.en
        assert "可学的有 2.303" in found.evidence.zh
        assert state(IGNORES, log(STUCK, 1.0, 1e-5)) == "absent"

    def test_the_optimiser_decides_what_a_small_gradient_wins(self) -> None:
        run = log(STUCK, 0.01, 1.0)  # rate times norm is 4 in all, rate times its square 0.04
        assert state(IGNORES, run, optimizer="adamw") == "present"
        assert state(IGNORES, run, optimizer="sgd") == "absent"
        assert state(IGNORES, run) == "absent"
        assert state(LITTLE, run, optimizer="sgd") == "present"
        assert state(LITTLE, run, optimizer="adamw") == "absent"
        assert state(LITTLE, run) == "absent"

    def test_thinned_logs_stand_for_the_steps_between(self) -> None:
        run = log(STUCK, 1.0, 0.01)
        tenth = Run("made", tuple(one.take(slice(9, None, 10)) for one in run.series))
        assert state(IGNORES, run) == state(IGNORES, tenth) == "present"

    def test_an_exploded_norm(self) -> None:
        assert state(IGNORES, log(STUCK, 1e200, 0.1)) == "present"

    @pytest.mark.parametrize("symptom", [IGNORES, LITTLE])
    def test_what_the_log_cannot_tell(self, symptom: str) -> None:
        run = log(STUCK, 1.0, 0.1)
        assert state(symptom, log(STUCK, 1.0, 0.1, first_step=9001)) == "not_observable"
        assert state(symptom, run, task="gan") == "not_observable"
        assert state(symptom, Run("made", run.series[:2])) == "not_observable"
        epochs = [series(one.name, one.role, one.values, epoch=STEPS) for one in run.series]
        assert state(symptom, Run("made", tuple(epochs))) == "not_observable"


class TestScatter:
    def norms(self, values: FloatArray) -> Run:
        return Run("made", (series("grad_norm", "grad_norm", values, step=STEPS[: len(values)]),))

    def test_a_norm_without_scatter(self) -> None:
        found = find(SMOOTH, self.norms(noisy(np.sqrt(FALLING), 0.01)))
        assert found.steps == (201, 400)
        assert "from step 201 to step 400 grad_norm is about" in found.evidence.en
        assert "相邻两个值之间只波动 0.9%" in found.evidence.zh

    def test_sums_that_grow(self) -> None:
        assert state(SMOOTH, self.norms(np.cumsum(noisy(np.full(400, 0.7), 0.3)))) == "present"

    @pytest.mark.parametrize(
        "values",
        [
            noisy(np.sqrt(FALLING), 0.1),
            np.where(STEPS < 200, 1.0, noisy(np.ones(400), 0.1)),  # smooth at first only
            noisy(np.ones(400), 0.06),
        ],
        ids=["batches", "at first", "large batches"],
    )
    def test_norms_that_scatter(self, values: FloatArray) -> None:
        assert state(SMOOTH, self.norms(values)) == "absent"

    def test_what_the_log_cannot_tell(self) -> None:
        assert state(SMOOTH, self.norms(np.minimum(noisy(np.full(400, 1.5), 0.3), 1.0))) == "not_observable"
        assert state(SMOOTH, self.norms(np.zeros(400))) == "not_observable"
        assert state(SMOOTH, self.norms(np.linspace(1, 0.5, 11))) == "not_observable"
