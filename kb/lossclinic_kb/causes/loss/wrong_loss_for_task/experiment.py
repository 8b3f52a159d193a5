"""A loss made for other targets: squared errors of class numbers, binary cross-entropy of numbers that are no shares."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, fit, healthy_trial, optimizer_for
from lossclinic_kb.lab.schedules import schedule_for

WORKLOADS = (
    *("tabular", "regression_friedman", "regression_drawn", "segmentation", "cnn_digits"),
    *("sequence_classification", "regression_diabetes"),
)


def broken(world: World) -> Trial:
    if world.workload.startswith("regression"):
        return _regression_as_classes(world)
    slow = world.workload == "tabular" and world.optimizer == "sgd" and world.seed % 3 == 2
    return _distance_of_probabilities(world) if slow else _one_number(world)


def cured(world: World) -> Trial:
    return healthy_trial(world)


def _one_number(world: World) -> Trial:
    """Return a network with one output for the number of the class, and the loss of a number or of a yes."""
    trial = healthy_trial(world)
    _narrow(trial.model)
    trial.optimizer = optimizer_for(world, trial.model)
    if trial.schedule is not None:
        trial.schedule = schedule_for(world.schedule, trial.optimizer, world.epochs * len(trial.train))
    several = int(str(trial.facts["classes"])) > 2  # with two, the binary cross-entropy is the right loss
    binary = world.seed % 2 == 1 and several
    distance = nn.functional.binary_cross_entropy_with_logits if binary else nn.functional.mse_loss

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        return distance(outputs.squeeze(-1), targets.float())

    trial.loss = loss
    trial.facts["loss"] = "bce" if binary else "mse"
    return trial


def _narrow(module: nn.Module) -> None:
    """Replace the last layer of `module` by one with a single output; `argmax` over it always says class 0."""
    name, last = list(module.named_children())[-1]
    if isinstance(last, nn.Linear):
        setattr(module, name, nn.Linear(last.in_features, 1))
    elif isinstance(last, nn.Conv2d):
        setattr(module, name, nn.Conv2d(last.in_channels, 1, 1))
    else:
        _narrow(last)


def _regression_as_classes(world: World) -> Trial:
    """Return a regression on the binary cross-entropy, or in some worlds on the cross-entropy of its one output."""
    trial = healthy_trial(world)
    softmax = world.seed % 4 == 2

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        if softmax:
            return nn.functional.cross_entropy(outputs.unsqueeze(1), targets.unsqueeze(1))
        return nn.functional.binary_cross_entropy_with_logits(outputs, targets)

    trial.loss = loss
    trial.facts["loss"] = "cross_entropy" if softmax else "bce"
    return trial


def _distance_of_probabilities(world: World) -> Trial:
    """Return a classification on the squared distance of the probabilities from the one-hot target."""
    trial = healthy_trial(world)

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        wanted = nn.functional.one_hot(targets, outputs.shape[-1]).float()
        return nn.functional.mse_loss(outputs.softmax(-1), wanted)

    trial.loss = loss
    trial.facts["loss"] = "mse"
    return trial


def shapes_and_values(model: nn.Module, inputs: Tensor, targets: Tensor) -> tuple[str, bool]:
    """Return the loss that the targets call for, and whether the outputs have the shape for it."""
    # snippet: confirm | pytorch | What the targets are, and whether the outputs fit them | 目标是什么，输出的形状配不配
    with torch.no_grad():
        outputs = model(inputs)
    values = targets.float().unique()
    if bool(torch.isin(values, torch.tensor([0.0, 1.0], device=values.device)).all()):
        wanted, fits = (
            "BCEWithLogitsLoss",
            outputs.shape == targets.shape,
        )  # yes or no, each output for itself
    elif bool((values == values.round()).all()) and len(values) <= 1000:
        wanted, fits = "CrossEntropyLoss", outputs.shape[-1] > int(values.max())  # one of K: K outputs
    else:
        wanted, fits = "MSELoss, L1Loss or HuberLoss", outputs.shape == targets.shape  # a quantity
    # Two classes numbered 0 and 1 with two outputs each are CrossEntropyLoss as well.
    # end snippet
    return wanted, fits


def scores_of_ideal_answers(loss_fn: nn.Module, targets: Tensor, ideal: Tensor) -> tuple[float, float]:
    """Return the loss of ideal outputs, and of outputs that are further than ideal."""
    # snippet: confirm_ideal | pytorch | The loss of an ideal answer must be the lowest there is | 理想答案的损失必须是最低的
    # ideal: targets.clone() for quantities, 40 * targets - 20 for yes or no,
    #        20 * nn.functional.one_hot(targets, num_classes).float() for one of K
    at_best = loss_fn(ideal, targets).item()
    beyond = loss_fn(2 * ideal + 1, targets).item()
    # The loss fits if at_best is (nearly) 0 and beyond is not lower.
    # end snippet
    return at_best, beyond


def three_losses(
    scores: Tensor, classes: Tensor, logits: Tensor, answers: Tensor, outputs: Tensor, numbers: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the loss of a choice among classes, of independent answers, and of quantities."""
    # snippet: fix | pytorch | One of K, yes or no, or a quantity: the loss of each | 多选一、是与否、数值：各用各的损失
    # One of K: scores (N, K) without softmax, classes (N,) of type int64 from 0 to K - 1.
    choice = nn.functional.cross_entropy(scores, classes)
    # Yes or no, each output for itself (also several labels at once): same shape, floats 0 or 1, no sigmoid.
    independent = nn.functional.binary_cross_entropy_with_logits(logits, answers.float())
    # A quantity: same shape, floats, no activation at the end; huber_loss where outliers are to be forgiven.
    quantity = nn.functional.mse_loss(outputs, numbers)
    # end snippet
    return choice, independent, quantity


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    ill, well = broken(World(epochs=1)), cured(World(epochs=1))
    inputs, targets = next(iter(ill.train))
    assert shapes_and_values(ill.model, inputs, targets) == ("CrossEntropyLoss", False)
    assert shapes_and_values(well.model, inputs, targets) == ("CrossEntropyLoss", True)
    numbers, answers = torch.randn(32), torch.randint(2, (32,)).float()
    assert shapes_and_values(lambda x: x, numbers, numbers)[0].startswith("MSELoss")  # type: ignore[arg-type]
    assert shapes_and_values(lambda x: x, answers, answers) == ("BCEWithLogitsLoss", True)  # type: ignore[arg-type]

    at_best, beyond = scores_of_ideal_answers(nn.MSELoss(), numbers, numbers.clone())
    assert at_best == 0 < beyond
    at_best, beyond = scores_of_ideal_answers(nn.BCEWithLogitsLoss(), 3.0 * answers, 40 * answers - 20)
    assert beyond < at_best < 0  # a class numbered 3 is never reached: more is always better

    fit(ill)
    zero = (torch.cat([labels for _, labels in ill.val]) == 0).float().mean()
    scored = [ill.model(rows).argmax(1) for rows, _ in ill.val]
    assert torch.cat(scored).sum() == 0  # the only output wins every time
    assert 0.05 < float(zero) < 0.15

    # Confidently wrong: the squared error through a softmax has no gradient left, the cross-entropy nearly 1.
    scores = torch.tensor([[12.0, 0.0]], requires_grad=True)
    (squared,) = torch.autograd.grad((scores.softmax(1) - torch.tensor([[0.0, 1.0]])).square().mean(), scores)
    assert float(squared.abs().max()) < 1e-4
    rows, labels = torch.randn(8, 3), torch.randint(3, (8,))
    choice, independent, quantity = three_losses(rows, labels, numbers, answers, numbers, numbers)
    assert choice > 0 < independent
    assert quantity == 0
    (crossed,) = torch.autograd.grad(nn.functional.cross_entropy(scores, torch.tensor([1])), scores)
    assert math.isclose(float(crossed.abs().max()), 1.0, abs_tol=1e-4)
