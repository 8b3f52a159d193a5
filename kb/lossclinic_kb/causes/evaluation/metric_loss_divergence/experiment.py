"""A network trained on and on gets surer, not worse: the loss of its few errors grows, their number does not."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Scores, Task, Trial, World, fit, healthy_trial, load_task, mlp

OVERLAP = 1.3  # standard deviation of the noise on inputs that are standardised: some samples stay doubtful
KEPT = 0.5  # share of the training set: the rest would make the task too easy to be wrong about
STEPS = 1500
MOST_EPOCHS = 120


def broken(world: World) -> Trial:
    task = _doubtful(world)
    trial = healthy_trial(world, task=task, model=mlp(task, width=128, depth=2))
    trial.epochs = min(MOST_EPOCHS, max(20, round(STEPS / len(trial.train))))
    return trial


def cured(world: World) -> Trial:
    """The same training; validation divides the outputs by a temperature that half of it is used to fit."""
    return replace(broken(world), evaluate=_calibrated)


def _doubtful(world: World) -> Task:
    task = load_task(world.task, world.seed)
    draw = torch.Generator().manual_seed(world.seed + 1)
    few = max(100, int(KEPT * len(task.y)))
    unit = math.hypot(1.0, OVERLAP)  # standardised again
    x, x_val = (
        (part + OVERLAP * torch.randn(part.shape, generator=draw)) / unit for part in (task.x, task.x_val)
    )
    return task.with_train(x=x[:few], y=task.y[:few]).with_val(x=x_val)


def _outputs(model: nn.Module, trial: Trial) -> tuple[Tensor, Tensor]:
    model.eval()
    with torch.no_grad():
        pairs = [(model(inputs), targets) for inputs, targets in trial.val]
    model.train()
    return torch.cat([outputs for outputs, _ in pairs]), torch.cat([targets for _, targets in pairs])


def _calibrated(trial: Trial) -> Scores:
    outputs, targets = _outputs(trial.model, trial)
    half = len(targets) // 2
    outputs = outputs / fitted_temperature(outputs[:half], targets[:half])
    return trial.scores(outputs[half:], targets[half:], trial.loss(outputs[half:], targets[half:]))


def fitted_temperature(logits: Tensor, labels: Tensor) -> float:
    """Return the temperature at which `logits`, shape (n, classes), have the lowest cross-entropy."""
    # snippet: fix | pytorch | One number makes the probabilities honest again | 一个温度系数，让概率重新可信
    log_temperature = torch.zeros(1, requires_grad=True)  # logits, labels: of held-out data, in eval mode
    optimizer = torch.optim.LBFGS([log_temperature], lr=0.1, max_iter=50)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(logits / log_temperature.exp(), labels)
        loss.backward()
        return loss

    optimizer.step(closure)
    temperature = log_temperature.exp().item()  # above 1: the network is too sure of itself
    # At inference: probabilities = (model(inputs) / temperature).softmax(dim=1); the argmax stays the same.
    # end snippet
    return temperature  # noqa: RET504 - the snippet names it


def what_rises(logits: Tensor, labels: Tensor) -> dict[str, float]:
    """Return where the validation loss comes from, for `logits`, shape (n, classes), and `labels`, shape (n,)."""
    # snippet: confirm | pytorch | Is the network worse, or only surer? | 是变差了，还是只是更自信了？
    losses = nn.functional.cross_entropy(logits, labels, reduction="none")  # whole validation set, eval mode
    probabilities = logits.softmax(dim=1)
    right = logits.argmax(dim=1) == labels
    figures = {
        "accuracy": right.float().mean().item(),
        "mean_loss": losses.mean().item(),
        "median_loss": losses.median().item(),  # falls on while the mean rises
        "loss_from_errors": (losses[~right].sum() / losses.sum()).item(),  # near 1: a few sure errors
        "confidence": probabilities.max(dim=1).values.mean().item(),  # above the accuracy: overconfident
    }
    # Compare the checkpoint with the lowest validation loss with the last one.
    # end snippet
    return figures  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = broken(World())
    short = replace(trial, epochs=5)
    fit(short)
    early = what_rises(*_outputs(trial.model, trial))
    fit(replace(trial, epochs=40))
    outputs, labels = _outputs(trial.model, trial)
    late = what_rises(outputs, labels)
    assert late["mean_loss"] > 1.1 * early["mean_loss"]
    assert late["accuracy"] > early["accuracy"] - 0.02
    assert late["median_loss"] < early["median_loss"]
    assert late["loss_from_errors"] > 0.8
    assert late["confidence"] > late["accuracy"] + 0.05
    half = len(labels) // 2
    temperature = fitted_temperature(outputs[:half], labels[:half])
    assert temperature > 1.2
    before = nn.functional.cross_entropy(outputs[half:], labels[half:])
    assert float(nn.functional.cross_entropy(outputs[half:] / temperature, labels[half:])) < 0.9 * float(
        before
    )
