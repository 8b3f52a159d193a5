"""A softmax between the scores and a cross-entropy that contains one already, and the scores alone."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, evaluate, fit, healthy_trial, load_task

WORKLOADS = ("tabular", "cnn_digits", "sequence_classification", "fine_tuning")


def broken(world: World) -> Trial:
    trial = healthy_trial(world)
    trial.model = nn.Sequential(trial.model, nn.Softmax(dim=1))  # the optimiser holds the same parameters
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def floor_of_outputs(model: nn.Module, inputs: Tensor) -> tuple[bool, float]:
    """Return whether the outputs are probabilities already, and the floor of the loss if they are."""
    # snippet: confirm | pytorch | Are the outputs probabilities already, and where is the floor? | 输出是不是已经成了概率？损失的下限在哪里？
    with torch.no_grad():
        outputs = model(inputs).float()  # exactly what goes into the loss; classes in dimension 1
    sums = outputs.sum(dim=1)
    already_probabilities = bool((outputs >= 0).all()) and torch.allclose(
        sums, torch.ones_like(sums), atol=1e-3
    )
    floor = math.log(1 + (outputs.shape[1] - 1) / math.e)  # the mean loss cannot go below this
    # end snippet
    return already_probabilities, floor


def raw_scores(features: int, classes: int, inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Return the loss on raw scores and the probabilities for reading."""
    # snippet: fix | pytorch | Raw scores into the loss, softmax only for reading | 损失函数只吃原始分数，softmax 留到看概率的时候
    model = nn.Sequential(
        nn.Linear(features, 64),
        nn.ReLU(),
        nn.Linear(64, classes),  # no nn.Softmax behind it
    )
    loss = nn.functional.cross_entropy(model(inputs), targets)  # applies log_softmax itself

    with torch.no_grad():
        probabilities = model(inputs).softmax(dim=1)  # for people and thresholds, not for the loss
    # end snippet
    return loss, probabilities


def without_softmax(model: nn.Sequential) -> nn.Sequential:
    """Return `model` without a softmax at its end; the weights are shared."""
    # snippet: fix_trained | pytorch | Take the softmax off a model that is already trained | 模型已经训练过：直接拿掉末尾的 softmax
    if isinstance(model[-1], nn.Softmax):
        model = nn.Sequential(*list(model)[:-1])  # same weights, same predictions; go on training from here
    # end snippet
    return model


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World(epochs=8)
    task = load_task(world.task)
    trial = broken(world)
    fit(trial)
    already, floor = floor_of_outputs(trial.model, task.x)
    assert already
    assert abs(floor - 1.4612) < 1e-4

    final = evaluate(trial)
    assert floor < final["loss"] < floor + 0.1  # the loss sits on its floor ...
    assert final["acc"] > 0.95  # ... and the predictions are good

    assert isinstance(trial.model, nn.Sequential)
    before = trial.model(task.x_val).argmax(dim=1)
    trial.model = without_softmax(trial.model)
    assert torch.equal(before, trial.model(task.x_val).argmax(dim=1))
    assert not floor_of_outputs(trial.model, task.x)[0]
    assert evaluate(trial)["loss"] < 0.3  # the same weights, measured rightly

    assert abs(_gradient_norm(nn.Identity()) / _gradient_norm(nn.Softmax(dim=1)) - 10) < 1e-4

    loss, probabilities = raw_scores(task.features, task.classes, task.x, task.y)
    assert abs(loss.item() - math.log(task.classes)) < 0.3
    assert torch.allclose(probabilities.sum(dim=1), torch.ones(len(task.x)), atol=1e-5)


def _gradient_norm(last_layer: nn.Module) -> float:
    scores = torch.zeros(1, 10, requires_grad=True)  # where an untrained network stands, ten classes
    nn.functional.cross_entropy(last_layer(scores), torch.tensor([3])).backward()
    assert scores.grad is not None
    return float(scores.grad.norm())
