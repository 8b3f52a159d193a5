"""A wide network memorises a fifth of the data, mislabelled samples included; the cure leaves it no room to."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from lossclinic_kb.lab import Task, Trial, World, evaluate, fit, healthy_trial, load_task, mlp, optimizer_for
from lossclinic_kb.lab.samples import change_samples

AMBIGUOUS = 0.08  # share of labels that no input explains, in training and validation: real data have them
KEPT = 0.2  # share of the training set that the network gets to see
SMALLEST = 60  # samples; below that nothing can be learned from some tasks
STEPS = 3000  # long enough to reach a training loss of about 0 at any batch size
MOST_EPOCHS = 400


WORKLOADS = (
    "tabular",
    "cnn_digits",
    "sequence_classification",
    "regression_diabetes",
    "segmentation",
    "regression_friedman",
    "regression_drawn",
)


def broken(world: World) -> Trial:
    if world.workload != "tabular":
        return _of_few(world)
    task = _ambiguous(world)
    few = max(SMALLEST, int(KEPT * len(task.y)))
    task = task.with_train(x=task.x[:few], y=task.y[:few])
    trial = healthy_trial(world, task=task)
    trial.model = mlp(task, width=256, depth=3)
    trial.optimizer = optimizer_for(world, trial.model)
    trial.epochs = min(MOST_EPOCHS, max(3 * world.epochs, math.ceil(STEPS / len(trial.train))))
    return trial


def cured(world: World) -> Trial:
    """All the data, dropout and weight decay, and a stop before the noise is learned."""
    if world.workload != "tabular":
        return healthy_trial(world)
    task = _ambiguous(world)
    trial = healthy_trial(world, task=task)
    trial.model = _with_dropout(trial.model, 0.2)
    trial.optimizer = optimizer_for(world, trial.model)
    for group in trial.optimizer.param_groups:
        group["weight_decay"] = 3e-3
    trial.epochs = max(12, world.epochs)  # dropout learns a little more slowly
    return trial


def _of_few(world: World) -> Trial:
    """Take the steps of a whole run, or twice as many, on a fraction of its samples."""
    trial = healthy_trial(replace(world, schedule="none", width=2 * world.width))
    steps = trial.epochs * len(trial.train)
    samples = len(trial.train) * world.batch_size
    few = max(world.batch_size, round(samples / world.between(8, 30)))
    change_samples(trial.train, lambda inputs, targets: (inputs[:few], targets[:few]))
    trial.epochs = math.ceil(world.between(1, 2) * steps / len(trial.train))
    return trial


def _ambiguous(world: World) -> Task:
    task = load_task(world.task, world.seed)
    draw = torch.Generator().manual_seed(world.seed + 1)

    def flip(y: Tensor) -> Tensor:
        other = (y + torch.randint(1, task.classes, y.shape, generator=draw)) % task.classes
        return torch.where(torch.rand(y.shape, generator=draw) < AMBIGUOUS, other, y)

    return task.with_train(y=flip(task.y)).with_val(y=flip(task.y_val))


def _with_dropout(model: nn.Module, rate: float) -> nn.Sequential:
    layers: list[nn.Module] = []
    for layer in model.children():
        layers += [layer, nn.Dropout(rate)] if isinstance(layer, nn.ReLU) else [layer]
    return nn.Sequential(*layers)


def accuracy_gap(
    model: nn.Module, train_loader: DataLoader[tuple[Tensor, ...]], val_loader: DataLoader[tuple[Tensor, ...]]
) -> tuple[float, float]:
    """Return the accuracy on the training and on the validation set, both in eval mode."""

    # snippet: confirm | pytorch | Accuracy on both sets, measured the same way | 用同样的方式测两个集合的准确率
    def accuracy(loader: DataLoader[tuple[Tensor, ...]]) -> float:
        model.eval()
        correct = count = 0
        with torch.no_grad():
            for inputs, targets in loader:
                correct += (model(inputs).argmax(dim=1) == targets).sum().item()
                count += len(targets)
        model.train()
        return correct / count

    train_accuracy, val_accuracy = accuracy(train_loader), accuracy(val_loader)
    # Overfitting only where train_accuracy is high; if it is low as well, look elsewhere.
    # end snippet
    return train_accuracy, val_accuracy


def stopped_early(
    model: nn.Module,
    train_loader: DataLoader[tuple[Tensor, ...]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    validate: Callable[[nn.Module], float],
    max_epochs: int,
) -> float:
    """Train until the validation loss has not improved for `patience` epochs; return the best one."""
    # snippet: fix | pytorch | Weight decay, and stop at the best epoch | 加权重衰减，并停在最好的一轮
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
    best_loss, best_weights, waited, patience = math.inf, copy.deepcopy(model.state_dict()), 0, 5
    for _ in range(max_epochs):
        for inputs, targets in train_loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
        val_loss = validate(model)  # mean validation loss, in eval mode
        if val_loss < best_loss:
            best_loss, best_weights, waited = val_loss, copy.deepcopy(model.state_dict()), 0
        else:
            waited += 1
        if waited == patience:
            break
    model.load_state_dict(best_weights)
    # end snippet
    return best_loss


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World()
    ill = replace(broken(world), epochs=60)
    fit(ill)
    high, low = accuracy_gap(ill.model, ill.train, ill.val)
    assert high > 0.99
    assert low < high - 0.1

    fresh = broken(world)

    def validate(model: nn.Module) -> float:
        return evaluate(replace(fresh, model=model))["loss"]

    best = stopped_early(fresh.model, fresh.train, fresh.loss, validate, max_epochs=60)
    assert math.isclose(best, validate(fresh.model), rel_tol=1e-6)
    assert best < 0.8 * evaluate(ill)["loss"]
