"""Accuracy beside loss: series whose truth is known by construction, and a few real trainings."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from lossclinic_kb.run import Role, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding, facts_of

ACCURACY = ("accuracy_frozen", "accuracy_contradicts_loss", "accuracy_high_loss_stuck")


def seen(run: Run, **facts: float) -> set[str]:
    return {symptom for symptom in ACCURACY if find(symptom, run, **facts).present}


def find(symptom: str, run: Run, **facts: float) -> Finding:
    return SYMPTOMS[symptom].detect(run, {**facts_of(run.config), **facts})


def log(**columns: Sequence[float]) -> Run:
    """Return an epoch log; the keywords are the roles."""
    names: dict[str, Role] = {r: r for r in ("train_loss", "val_loss", "train_acc", "val_acc")}
    return Run(
        "made",
        tuple(
            series(name, names[name], values, epoch=range(len(values))) for name, values in columns.items()
        ),
    )


class TestFrozen:
    @pytest.mark.parametrize("percent", [1, 100])
    def test_one_value_up_to_the_end(self, percent: int) -> None:
        run = log(
            train_loss=[2.31] * 6, val_acc=[percent * value for value in (0.12, 0.1, 0.1, 0.1, 0.1, 0.1)]
        )
        assert seen(run) == {"accuracy_frozen"}
        finding = find("accuracy_frozen", run)
        assert finding.steps == (1, 5)
        assert "val_acc is 0.1 at each of its last 5 points, from epoch 1 on" in finding.evidence.en
        assert "从第 1 个 epoch 起，val_acc 的最后 5 个值全是 0.1" in finding.evidence.zh

    def test_around_chance_throughout(self) -> None:
        run = log(train_loss=[2.303] * 6, val_acc=[0.101, 0.098, 0.104, 0.099, 0.1, 0.102])
        assert seen(run, classes=10) == {"accuracy_frozen"}
        assert "guessing gives 0.1" in find("accuracy_frozen", run, classes=10).evidence.en

    def test_small_validation_set_of_a_good_network_repeats_itself(self) -> None:
        run = log(
            train_loss=[0.4, 0.1, 0.05, 0.02, 0.01, 0.008, 0.006],
            train_acc=[0.9, 0.96, 0.98, 0.99, 0.995, 1, 1],
            val_acc=[0.9667] * 7,
        )
        assert not seen(run, classes=3)

    def test_everything_learned(self) -> None:
        assert not seen(log(train_loss=[0.5, 0.1, 0.01, 0.001, 0.001, 0.001], train_acc=[0.8, 1, 1, 1, 1, 1]))

    def test_constant_answer_of_unequal_classes(self) -> None:
        entropy = -0.95 * math.log(0.95) - 0.05 * math.log(0.05)
        run = log(
            train_loss=[0.25, entropy, entropy, 0.2, entropy, entropy],
            train_acc=[0.93, 0.95, 0.951, 0.95, 0.949, 0.95],
            val_acc=[0.948] * 6,
        )
        assert seen(run, classes=2) == {"accuracy_frozen"}

    def test_slow_but_moving(self) -> None:
        assert not seen(log(train_loss=[2.2] * 6, val_acc=[0.2, 0.21, 0.22, 0.23, 0.24, 0.25]), classes=10)

    def test_batches_at_chance(self) -> None:
        hits = np.random.default_rng(0).binomial(64, 0.25, size=2000) / 64
        run = Run("made", (series("acc", "train_acc", hits, step=np.arange(2000.0)),))
        assert seen(run, classes=4) == {"accuracy_frozen"}

    def test_four_values_are_too_few(self) -> None:
        assert find("accuracy_frozen", log(val_acc=[0.1] * 4)).state == "not_observable"


class TestContradiction:
    def test_low_cross_entropy_takes_right_answers(self) -> None:
        run = log(train_loss=[2.25, 1.2, 0.5, 0.2, 0.1, 0.05], train_acc=[0.1, 0.3, 0.4, 0.42, 0.41, 0.43])
        assert seen(run, classes=10) == {"accuracy_contradicts_loss"}
        evidence = find("accuracy_contradicts_loss", run, classes=10).evidence.en
        assert "takes an accuracy of at least" in evidence
        assert "train_acc is 0.42" in evidence

    def test_the_bound_is_kept_by_every_distribution(self) -> None:
        """Oracle: no set of predicted distributions has more errors than loss / ln 2."""
        rng = np.random.default_rng(0)
        for _ in range(200):
            outputs = rng.normal(size=(500, 6)) * rng.uniform(0, 8)
            probabilities = np.exp(outputs) / np.exp(outputs).sum(1, keepdims=True)
            labels = np.where(rng.random(500) < 0.7, outputs.argmax(1), rng.integers(0, 6, 500))
            loss = -np.log(probabilities[np.arange(500), labels]).mean()
            assert (outputs.argmax(1) != labels).mean() <= loss / math.log(2) + 1e-12

    def test_loss_of_any_kind_that_is_gone_while_accuracy_waits(self) -> None:
        run = log(train_loss=[0.9, 0.5, 0.1, 0.05, 0.04, 0.03], train_acc=[0, 0.01, 0, 0.02, 0.01, 0.01])
        assert "accuracy_contradicts_loss" in seen(run)

    def test_a_wild_start_that_ends_in_guessing_is_no_contradiction(self) -> None:
        run = log(train_loss=[500, 2.6, 2.4, 2.31, 2.3, 2.3], train_acc=[0.1, 0.1, 0.1, 0.11, 0.1, 0.1])
        assert "accuracy_contradicts_loss" not in seen(run, classes=10)

    def test_overconfidence_on_validation_is_none(self) -> None:
        run = log(val_loss=[0.8, 0.6, 0.7, 0.9, 1.2], val_acc=[0.7, 0.78, 0.8, 0.81, 0.82])
        assert not seen(run, classes=10)

    def test_no_share_of_right_answers(self) -> None:
        assert "accuracy_contradicts_loss" in seen(log(train_loss=[1, 0.9, 0.8], train_acc=[50, 90, 130]))
        evidence = find(
            "accuracy_contradicts_loss", log(train_loss=[1, 0.9, 0.8], train_acc=[0.1, -0.2, 0.3])
        )
        assert "train_acc is -0.2 at epoch 1" in evidence.evidence.en

    def test_percent_of_a_hard_task_is_none(self) -> None:
        assert not seen(log(train_loss=[6.9, 6.8, 6.6], train_acc=[0.1, 0.6, 1.3]))

    def test_needs_both_columns(self) -> None:
        run = log(train_loss=[2.2, 1.5, 0.9, 0.7], val_acc=[0.1, 0.1, 0.1, 0.1])
        assert find("accuracy_contradicts_loss", run).state == "not_observable"


class TestHighLossStuck:
    accuracy = (0.4, 0.8, 0.95, 0.98, 0.99, 0.99, 0.99)

    def test_doubled_softmax(self) -> None:
        run = log(train_loss=[2.2, 1.7, 1.52, 1.49, 1.48, 1.478, 1.477], train_acc=self.accuracy)
        assert seen(run, classes=10) == {"accuracy_high_loss_stuck"}
        finding = find("accuracy_high_loss_stuck", run, classes=10)
        assert finding.steps == (3, 6)
        assert "reaches 0.99, but train_loss only gets from 2.2 to 1.47" in finding.evidence.en

    @pytest.mark.parametrize(("classes", "floor"), [(2, 0.1985), (10, 0.5), (1000, 1.015)])
    def test_smoothed_labels_are_not(self, classes: int, floor: float) -> None:
        chance = math.log(classes)
        run = log(train_loss=[chance, *[floor * 1.03] * 6], train_acc=self.accuracy)
        assert not seen(run, classes=classes)

    def test_stated_smoothing_counts(self) -> None:
        run = log(train_loss=[0.69, 0.34, 0.335, 0.33, 0.329, 0.328, 0.328], train_acc=self.accuracy)
        assert "accuracy_high_loss_stuck" in seen(run, classes=2)
        assert not seen(run, classes=2, label_smoothing=0.2)

    def test_still_falling(self) -> None:
        run = log(train_loss=[2.2, 2.0, 1.8, 1.6, 1.4, 1.2, 1.0], train_acc=self.accuracy)
        assert not seen(run, classes=10)

    def test_errors_explain_the_loss(self) -> None:
        run = log(train_loss=[0.69, 0.42, 0.4, 0.39, 0.385], train_acc=[0.6, 0.85, 0.9, 0.9, 0.9])
        assert not seen(run, classes=2)

    def test_fine_tuning_starts_low(self) -> None:
        run = log(train_loss=[0.11, 0.1, 0.095, 0.093, 0.092], train_acc=[0.96, 0.97, 0.97, 0.97, 0.97])
        assert find("accuracy_high_loss_stuck", run).state == "not_observable"
        assert not seen(run, classes=4)


@pytest.mark.usefixtures("one_thread")
def test_real_trainings() -> None:
    from torch import nn

    from lossclinic_kb.lab import World, fit, healthy_trial
    from lossclinic_kb.lab.views import views

    world = World(seed=4, task="blobs", epochs=9, width=32, log_every=2, optimizer="adam")
    assert not {symptom for view in views(fit(healthy_trial(world))).values() for symptom in seen(view)}

    doubled = healthy_trial(world)
    doubled.loss = lambda outputs, targets: nn.functional.cross_entropy(outputs.softmax(1), targets)
    assert seen(fit(doubled)) == {"accuracy_high_loss_stuck"}

    shifted = healthy_trial(world)
    shifted.metric = lambda outputs, targets: float((outputs.argmax(1) == targets.roll(1)).float().mean())
    assert "accuracy_contradicts_loss" in seen(fit(shifted))

    dead = healthy_trial(world)
    for layer in list(dead.model.children())[:-1]:
        if isinstance(layer, nn.Linear):
            nn.init.constant_(layer.bias, -100.0)
    assert seen(fit(dead)) == {"accuracy_frozen"}
