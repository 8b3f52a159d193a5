"""A negative log-likelihood that is fed with probabilities (or raw scores), and one fed with logarithms."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, fit, healthy_trial, load_task

WORKLOADS = ("tabular", "cnn_digits", "sequence_classification", "fine_tuning")


def broken(world: World) -> Trial:
    trial = healthy_trial(world)
    trial.loss = nn.functional.nll_loss
    if world.seed % 4 != 3:  # one world in four forgets the softmax as well: raw scores
        trial.model = nn.Sequential(trial.model, nn.Softmax(dim=1))
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def what_goes_in(model: nn.Module, inputs: Tensor) -> str:
    """Return what the loss receives: "log-probabilities", "probabilities" or "raw scores"."""
    # snippet: confirm | pytorch | What does NLLLoss receive? | NLLLoss 拿到的到底是什么？
    with torch.no_grad():
        outputs = model(inputs).float()  # exactly what goes into the loss; classes in dimension 1
    if outputs.logsumexp(dim=1).abs().max() < 1e-3:
        received = "log-probabilities"  # right
    elif outputs.min() >= 0 and (outputs.sum(dim=1) - 1).abs().max() < 1e-3:
        received = "probabilities"  # the loss will run from -1/K down to -1
    else:
        received = "raw scores"  # the loss has no lower bound
    # end snippet
    return received


def right_losses(model: nn.Module, inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Return the loss in one step and in two; `model` gives raw scores."""
    # snippet: fix | pytorch | Cross-entropy on raw scores, or its two halves | 对原始分数用交叉熵，或写成等价的两步
    scores = model(inputs)  # raw scores: no softmax at the end of the model
    loss = nn.functional.cross_entropy(scores, targets)

    # The same number, if you want to keep NLLLoss:
    log_probabilities = nn.functional.log_softmax(scores, dim=1)
    same_loss = nn.functional.nll_loss(log_probabilities, targets)
    # end snippet
    return loss, same_loss


def with_log_softmax(features: int, classes: int, inputs: Tensor) -> tuple[nn.Module, Tensor]:
    """Return a model that ends in log-probabilities, and its probabilities."""
    # snippet: fix_layer | pytorch | LogSoftmax in the place of Softmax | 把 Softmax 层换成 LogSoftmax
    model = nn.Sequential(
        nn.Linear(features, 64),
        nn.ReLU(),
        nn.Linear(64, classes),
        nn.LogSoftmax(dim=1),  # was nn.Softmax(dim=1)
    )
    with torch.no_grad():
        probabilities = model(inputs).exp()  # wherever you read probabilities
    # end snippet
    return model, probabilities


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World(epochs=4)
    task = load_task(world.task)
    trial = broken(world)
    assert what_goes_in(trial.model, task.x) == "probabilities"
    start = trial.loss(trial.model(task.x), task.y).item()
    assert abs(start + 1 / task.classes) < 0.03  # minus one over the number of classes
    loss = fit(trial).series[0].values
    assert loss.max() < 0
    assert -1 <= loss.min() < -0.95

    healthy = cured(world)
    assert what_goes_in(healthy.model, task.x) == "raw scores"
    one, two = right_losses(healthy.model, task.x, task.y)
    assert torch.allclose(one, two)
    assert one.item() > 0

    model, probabilities = with_log_softmax(task.features, task.classes, task.x)
    assert what_goes_in(model, task.x) == "log-probabilities"
    assert torch.allclose(probabilities.sum(dim=1), torch.ones(len(task.x)), atol=1e-5)

    scores = torch.tensor([[200.0, 0.0]])  # a confident mistake: the right class is the second
    assert nn.functional.cross_entropy(scores, torch.tensor([1])).item() == 200
    assert scores.softmax(dim=1).log()[0, 1].item() == float("-inf")

    unbounded = broken(World(seed=3, epochs=2))
    assert what_goes_in(unbounded.model, task.x) == "raw scores"
    assert not fit(unbounded).series[0].values.min() >= -1  # far below -1, or NaN
