"""Tasks that are another one with every seed, and the same one for the same seed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lossclinic_kb.causes import load_experiment
from lossclinic_kb.lab import World, fit, healthy_trial, load_task
from lossclinic_kb.lab.jobs import benign_jobs, faulty_pairs
from lossclinic_kb.lab.tasks import DRAWN, REGRESSION
from lossclinic_kb.lab.workloads import NEW_TASK_EACH
from lossclinic_kb.lab.world import REGRESSIONS

SEEDS = range(1, 9)


@pytest.mark.parametrize("name", DRAWN)
def test_a_task_belongs_to_its_seed(name: str) -> None:
    first, again, other = load_task(name, 3), load_task(name, 3), load_task(name, 4)
    assert torch.equal(first.x, again.x)
    assert torch.equal(first.y, again.y)
    assert first.x.shape != other.x.shape or not torch.equal(first.x, other.x)
    assert (first.classes == 0) == (name in REGRESSION)


def test_tasks_differ_in_columns_classes_and_how_much_can_be_known() -> None:
    tasks = [load_task("drawn_classes", seed) for seed in SEEDS]
    assert len({task.features for task in tasks}) > 4
    assert len({task.classes for task in tasks}) > 4
    for task in tasks:
        assert set(task.y.tolist()) == set(range(task.classes)) == set(task.y_val.tolist())
    left = []  # what a linear fit leaves of the variance
    for seed in SEEDS:
        task = load_task("drawn_values", seed)
        x = torch.cat([task.x, torch.ones(len(task.x), 1)], 1)
        fit_ = torch.linalg.lstsq(x, task.y.unsqueeze(1)).solution
        left.append(float((x @ fit_ - task.y.unsqueeze(1)).var() / task.y.var()))
    assert max(left) > 2.5 * min(left)
    assert max(left) < 0.9  # there is something to be learned in all of them


def test_a_regression_on_a_small_table_logs_no_accuracy() -> None:
    run = fit(healthy_trial(World.draw(2, REGRESSIONS)))
    val = run.pick("val_loss")
    assert val is not None
    assert val.values[-1] < 0.6
    assert run.pick("val_acc") is None
    (explained,) = (series for series in run.series if series.name == "val_r2")
    assert np.all(np.diff(explained.values)[:1] > 0)
    assert run.config["task"] == "regression"


def test_faults_of_the_network_happen_on_regressions_too() -> None:
    worlds = load_experiment("vanishing_gradients").worlds(SEEDS, ("digits",), ("tabular_regression",))
    assert {world.task for world in worlds} == {"digits", "drawn_values"}
    judging = load_experiment("vanishing_gradients").worlds(SEEDS, ("digits",), ())
    assert {world.task for world in judging} == {"digits"}


def test_workloads_that_are_new_each_time_are_drawn_more_often() -> None:
    drawn = [job.training for job in benign_jobs("counted")]
    assert drawn.count("coordinates") > drawn.count("cnn_digits") > 0
    assert all(drawn.count(name) > 20 for name in NEW_TASK_EACH if name in drawn)
    both = {job.training for job in benign_jobs("judging")} | {
        broken.training for broken, _ in faulty_pairs("judging")
    }
    assert not both & {broken.training for broken, _ in faulty_pairs("counted")}
    assert not both & set(drawn)
