"""The probes find the faults of the lab, stay silent on its healthy runs, and their answers are understood."""

from __future__ import annotations

import re

import pytest
import torch
from torch import Tensor, nn

from lossclinic_kb.causes import load_experiment
from lossclinic_kb.checks import load_checks
from lossclinic_kb.checks.load import ROOT
from lossclinic_kb.checks.probes.one_training_step import examine_step
from lossclinic_kb.checks.probes.through_the_data import examine_data
from lossclinic_kb.lab.jobs import CLEAN, Job
from lossclinic_kb.lab.probed import PROBES, outcomes
from lossclinic_kb.likelihoods import HEALTHY
from lossclinic_kb.reading.answers import answer_to

STEP = {
    "optimizer_step_missing": "nothing_moves",
    "graph_detached": "no_gradient",
    "wrong_params_in_optimizer": "left_out",
    "softmax_before_cross_entropy": "outputs_squashed",
    "no_input_normalization": "inputs_far_off",
    "vanishing_gradients": "first_layers_starve",
    "lr_too_low": "moves_hardly",
}
DATA = {
    "no_shuffling": "in_order",
    "nan_in_data": "not_finite",
    "class_imbalance": "one_class_rules",
    "too_little_data": "few_in_train",
    "label_misalignment": "labels_by_chance",
    "distribution_shift": "val_unlike",
}
FAULTS = [("one_training_step", *each) for each in STEP.items()]
FAULTS += [("through_the_data", *each) for each in DATA.items()]

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize(("check", "cause", "outcome"), FAULTS)
def test_a_fault_is_found(check: str, cause: str, outcome: str) -> None:
    world = load_experiment(cause).plain_world(1)
    assert outcomes(Job(cause, "broken", world))[check] == outcome


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_found_in_a_healthy_run(seed: int) -> None:
    world = load_experiment("overfitting").plain_world(seed)
    assert set(outcomes(Job(HEALTHY, CLEAN, world)).values()) == {"nothing_odd"}


@pytest.mark.parametrize("check", PROBES)
def test_what_a_probe_prints_is_an_outcome_of_its_check_and_is_understood(check: str) -> None:
    source = (ROOT / "probes" / f"{check}.py").read_text(encoding="utf-8")
    printed = set(re.findall(r'"([a-z]+(?:_[a-z]+)+|frozen|outliers)[":]', source)) - {"weight_decay"}
    assert printed == {outcome.id for outcome in load_checks()[check].outcomes}
    for outcome in load_checks()[check].outcomes:
        heard = answer_to(check, f"{outcome.id}: 0.3, of 2")
        assert heard is not None
        assert heard.outcome == outcome.id


def test_the_code_runs_as_it_is_pasted(capsys: pytest.CaptureFixture[str]) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 3))
    inputs, targets = torch.randn(400, 8), torch.arange(400) % 3
    inputs[:, 0] += 3 * targets
    batches = list(zip(inputs.split(40), targets.split(40), strict=True))
    names = {
        "model": model,
        "optimizer": torch.optim.Adam(model.parameters(), lr=1e-3),
        "loss_fn": nn.CrossEntropyLoss(),
        "inputs": inputs[:40],
        "targets": targets[:40],
        "train_loader": batches,
        "val_loader": batches,
    }
    for check in PROBES:
        exec(load_checks()[check].code, names)  # what people do with it
    step, data = capsys.readouterr().out.splitlines()[:2]
    assert step.startswith("nothing_odd")
    assert data.startswith("val_in_train: 100%")


def broadcast(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return what a mean squared error is that says nothing of shapes that differ."""
    return (outputs - targets).square().mean()


def test_a_step_is_watched_without_leaving_a_trace() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 1))
    model.eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    lines = examine_step(
        model,
        torch.optim.SGD(model.parameters()),
        torch.randn(8, 4),
        torch.randn(8),
        broadcast,
        lambda: None,
    )
    assert not model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert [line.split(":")[0] for line in lines][:2] == ["shapes_differ", "no_gradient"]


def test_loaders_that_deliver_nothing_or_several_sizes_are_told() -> None:
    some = [(torch.randn(4, 3), torch.zeros(4))]
    assert examine_data([], some) == [
        "few_in_train: the loader delivers nothing; drop_last with too few samples?"
    ]
    assert examine_data(some, [(torch.randn(4, 5), torch.zeros(4))])[0].startswith("cannot_say")
