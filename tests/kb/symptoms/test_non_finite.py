"""Symptoms of losses that are no numbers."""

from __future__ import annotations

import numpy as np
import pytest

from lossclinic_kb.run import Run, Series, series
from lossclinic_kb.symptoms import detect_all
from lossclinic_kb.symptoms.breaks import first_break, growth

NAN, INF = float("nan"), float("inf")
KINDS = (
    "loss_not_finite", "nonfinite_from_start", "nonfinite_sudden", "nonfinite_after_growth", "loss_zero_with_nan_grad",
)  # fmt: skip


def run_of(loss: list[float | None], grad: list[float | None] | None = None, *more: Series) -> Run:
    steps = np.arange(10.0, 10.0 * (len(loss) + 1), 10.0)
    logged = [series("train_loss", "train_loss", loss, step=steps)]
    if grad is not None:
        logged.append(series("grad_norm", "grad_norm", grad, step=steps))
    return Run("made", (*logged, *more))


def shown(run: Run) -> set[str]:
    return {finding.id for finding in detect_all(run, {}) if finding.present} & set(KINDS)


def states(run: Run) -> dict[str, str]:
    return {finding.id: finding.state for finding in detect_all(run, {}) if finding.id in KINDS}


CALM = [2.3, 2.1, 1.9, 1.8, 1.6, 1.5, 1.4, 1.35]


def test_finite_losses_show_nothing() -> None:
    assert states(run_of([*CALM])) == dict.fromkeys(KINDS[:4], "absent") | {KINDS[4]: "not_observable"}


def test_missing_values_are_not_nan() -> None:
    assert shown(run_of([2.3, None, 2.1, None, 2.0])) == set()


def test_sudden_nan_with_ordinary_gradients() -> None:
    run = run_of([*CALM, NAN, NAN], [0.9, 0.8, 0.9, 0.7, 0.8, 0.7, 0.9, 0.8, NAN, NAN])
    assert shown(run) == {"loss_not_finite", "nonfinite_sudden"}
    found = {finding.id: finding for finding in detect_all(run, {})}
    assert found["loss_not_finite"].steps == (90, 100)
    assert "NaN at step 90" in found["loss_not_finite"].evidence.en
    assert "never a number again" in found["loss_not_finite"].evidence.en
    assert "0.7, 0.9, 0.8" in found["nonfinite_sudden"].evidence.en
    assert found["nonfinite_sudden"].strength == 1


def test_sudden_without_gradients_counts_less() -> None:
    found = {finding.id: finding for finding in detect_all(run_of([*CALM, INF]), {})}
    assert found["nonfinite_sudden"].present
    assert found["nonfinite_sudden"].strength < 1
    assert "+inf" in found["loss_not_finite"].evidence.zh


def test_growth_of_the_loss_before_nan() -> None:
    assert shown(run_of([*CALM, 4.0, 60.0, 9000.0, NAN])) == {"loss_not_finite", "nonfinite_after_growth"}


def test_growth_of_the_gradient_alone() -> None:
    run = run_of([*CALM, 1.4, NAN], [0.9, 0.8, 0.9, 0.7, 0.8, 0.9, 3.0, 9.0, 40.0, NAN])
    assert shown(run) == {"loss_not_finite", "nonfinite_after_growth"}
    found = {finding.id: finding for finding in detect_all(run, {})}["nonfinite_after_growth"]
    assert "grad_norm" in found.evidence.en
    assert "3, 9, 40" in found.evidence.zh


def test_running_away_below_zero_is_growth() -> None:
    assert shown(run_of([-2.3, -3.0, -9.0, -80.0, -4e4, -1e30, -INF])) == {
        "loss_not_finite",
        "nonfinite_after_growth",
    }


def test_first_value_already_nan() -> None:
    assert shown(run_of([NAN, NAN, NAN])) == {"loss_not_finite", "nonfinite_from_start"}
    assert shown(run_of([None, NAN, 2.0, 1.9])) == {"loss_not_finite", "nonfinite_from_start"}


def test_one_finite_value_before_is_too_little_to_say_how() -> None:
    assert states(run_of([2.3, NAN]))["nonfinite_sudden"] == "not_observable"
    assert states(run_of([2.3, NAN]))["nonfinite_after_growth"] == "not_observable"
    assert states(run_of([2.3, 80.0, NAN]))["nonfinite_after_growth"] == "present"


def test_validation_loss_counts_and_is_named() -> None:
    val = series("val_loss", "val_loss", [0.5, 0.4, 0.45, NAN], epoch=[1, 2, 3, 4])
    found = {finding.id: finding for finding in detect_all(run_of([*CALM], None, val), {})}
    assert found["loss_not_finite"].series == "val_loss"
    assert "epoch 4" in found["loss_not_finite"].evidence.en
    assert "第 4 个 epoch" in found["loss_not_finite"].evidence.zh


def test_what_an_earlier_attempt_did_is_not_right_before() -> None:
    loss = series(
        "l", "train_loss", [2.0, 90.0, 8000.0, 2.0, 1.9, 1.8, 1.7, NAN], step=[0, 1, 2, 0, 1, 2, 3, 4]
    )
    found = first_break(Run("made", (loss,)))
    assert found is not None
    assert found.before.tolist() == [2.0, 1.9, 1.8, 1.7]


def test_zero_that_hides_nan() -> None:
    run = run_of([2.3, 2.2, 0.0, 0.0], [1.0, 1.1, NAN, NAN])
    assert "loss_zero_with_nan_grad" in shown(run)
    found = {finding.id: finding for finding in detect_all(run, {})}["loss_zero_with_nan_grad"]
    assert found.steps == (30, 40)
    assert found.numbers["rows"] == 2


def test_a_loss_that_really_is_zero() -> None:
    assert states(run_of([2.3, 0.1, 0.0, 0.0], [1.0, 0.1, 0.0, 0.0]))["loss_zero_with_nan_grad"] == "absent"
    assert states(run_of([0.0, 2.3], [1.0, NAN]))["loss_zero_with_nan_grad"] == "absent"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 1.0], 1.0),
        ([2.0, 6.0], 3.0),
        ([1.0] * 20 + [1, 1, 8], 8.0),
        ([0.0] * 9 + [0.0], 0.0),
        ([5.0], 1.0),
    ],
)
def test_growth(values: list[float], expected: float) -> None:
    assert growth(np.array(values)) == pytest.approx(expected)


def test_steady_growth_over_the_whole_record() -> None:
    assert growth(np.exp(np.linspace(0, 4, 300))) > 4
    assert growth(np.exp(-np.linspace(0, 4, 300))) < 1
