"""The first half hour with a network that does not learn: data, first loss, one batch, zero input, gradients."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Task, load_task, mlp

Loss = Callable[[Tensor, Tensor], Tensor]


def looked_at(inputs: Tensor, targets: Tensor) -> list[str]:
    """Return what one batch is, and below it what is odd about it.

    Args:
        inputs: Of any shape, the batch first.
        targets: Class numbers, shape (batch,).
    """
    # snippet: data | pytorch | One batch, exactly as the network gets it | 看一个 batch：网络实际收到的样子
    x = inputs.float()  # take it right before model(inputs), not from the file
    report = [f"{tuple(x.shape)} {inputs.dtype} min {x.min():.3g} max {x.max():.3g} std {x.std():.3g}"]
    report.append(f"classes: {torch.bincount(targets).tolist()}")
    if not torch.isfinite(x).all():
        report.append("NaN or inf among the inputs: values that were missing in the file")
    if x.abs().max() > 20 or not 0.1 < x.std() < 5:
        report.append("not normalised, or outliers: sort by size and look at the largest ten")
    if len(x.flatten(1).unique(dim=0)) < len(x):
        report.append("the same input more than once")
    if torch.bincount(targets).max() > 0.8 * len(targets):
        report.append("almost one class only: accuracy will be high and mean nothing")
    # end snippet
    return report


def first_losses(model: nn.Module, inputs: Tensor, targets: Tensor, loss_fn: Loss) -> tuple[float, float]:
    """Return the loss of the untrained model as the script computes it, and by hand."""
    # snippet: first | pytorch | The first loss, by hand | 手算第一个 loss
    with torch.no_grad():
        scores = model(inputs)  # before the first step
        logged = loss_fn(scores, targets).item()
        right = scores[torch.arange(len(targets)), targets]
        by_hand = (scores.logsumexp(dim=1) - right).mean().item()
    expected = math.log(scores.shape[1])  # knows nothing yet: 2.30 for 10 classes, 6.91 for 1000
    # logged != by_hand: the loss is not what you think. Far above expected: inputs or initialisation too large.
    # end snippet
    assert expected > 0
    return logged, by_hand


def one_batch(model: nn.Module, inputs: Tensor, targets: Tensor, loss_fn: Loss) -> float:
    """Return the loss after 200 steps on the same few samples."""
    # snippet: batch | pytorch | Learn one batch by heart | 把一个 batch 背下来
    trial_model = copy.deepcopy(model)  # dropout, weight decay and augmentation off
    optimizer = torch.optim.Adam(trial_model.parameters(), lr=1e-3)
    for _ in range(200):
        optimizer.zero_grad()
        loss = loss_fn(trial_model(inputs), targets)  # 8 to 32 samples, always the same
        loss.backward()
        optimizer.step()
    final = loss.item()  # must be near 0; ln(classes) means that nothing is learned
    # end snippet
    return final  # noqa: RET504 - the snippet names it


def on_zeros(model: nn.Module, task: Task, loss_fn: Loss) -> tuple[float, float]:
    """Return the validation loss of a model trained on the inputs, and of one trained on zeros."""

    # snippet: zeros | pytorch | Train once more on zeros | 把输入全部置零再训一次
    def trained(keep: float) -> float:
        trial_model = copy.deepcopy(model)
        optimizer = torch.optim.Adam(trial_model.parameters(), lr=1e-3)
        for _ in range(200):
            chosen = torch.randint(len(task.x), (32,))
            optimizer.zero_grad()
            loss_fn(trial_model(keep * task.x[chosen]), task.y[chosen]).backward()
            optimizer.step()
        with torch.no_grad():
            return loss_fn(trial_model(keep * task.x_val), task.y_val).item()

    real, zeros = trained(keep=1.0), trained(keep=0.0)  # real must be clearly lower
    # end snippet
    return real, zeros


@dataclass(frozen=True)
class Row:
    """A parameter after one backward pass; the gradient is None where none arrived."""

    name: str
    trainable: bool
    weight: float
    gradient: float | None


def gradient_table(model: nn.Module, loss: Tensor) -> list[Row]:
    """Return name, requires_grad, mean size of the weights and of the gradient, for every parameter."""
    # snippet: gradients | pytorch | Does every parameter get a gradient? | 每个参数都有梯度吗
    model.zero_grad(set_to_none=True)
    loss.backward()
    rows = []
    for name, p in model.named_parameters():
        size = None if p.grad is None else p.grad.abs().mean().item()  # abs: the plain mean cancels out
        rows.append(Row(name, p.requires_grad, p.detach().abs().mean().item(), size))
    cut = [row.name for row in rows if row.trainable and row.gradient is None]  # not in the graph
    still = [row.name for row in rows if row.gradient == 0]  # in the graph, but nothing comes through
    # end snippet
    assert not set(cut) & set(still)
    return rows


class Cut(nn.Module):
    """A network whose first layer is cut off by a detach."""

    def __init__(self, features: int, classes: int) -> None:
        super().__init__()
        self.first = nn.Linear(features, 64)
        self.last = nn.Linear(64, classes)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return scores, shape (batch, classes)."""
        hidden: Tensor = torch.relu(self.first(inputs)).detach()
        scores: Tensor = self.last(hidden)
        return scores


def learned_on(task: Task, steps: int = 300, keep: float = 1.0, seed: int = 0) -> list[float]:
    """Train a small network; return the validation loss at every tenth step."""
    torch.manual_seed(seed)
    model, curve = mlp(task), []
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for step in range(steps + 1):
        if step % 10 == 0:
            with torch.no_grad():
                scores = model(keep * task.x_val)
                curve.append(nn.functional.cross_entropy(scores, task.y_val).item())
        chosen = torch.randint(len(task.x), (32,))
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(keep * task.x[chosen]), task.y[chosen]).backward()
        optimizer.step()
    return curve


def scrambled(task: Task) -> Task:
    """Return `task` with its training labels handed out at random."""
    return task.with_train(y=task.y[torch.randperm(len(task.y), generator=torch.Generator().manual_seed(0))])


def exercise() -> None:
    """Run every snippet; the assertions are what the page claims of them."""
    torch.manual_seed(0)
    task = load_task("digits")
    x, y = task.x[:32], task.y[:32]
    loss_fn = nn.functional.cross_entropy
    _data_speaks(x, y)

    logged, by_hand = first_losses(mlp(task), x, y, loss_fn)
    assert math.isclose(logged, by_hand, rel_tol=1e-5)
    assert abs(logged - math.log(10)) < 0.1
    assert 12 < first_losses(mlp(task), 100 * x, y, loss_fn)[0] < 18
    doubled, by_hand = first_losses(mlp(task), 20 * x, y, lambda s, t: loss_fn(s.softmax(1), t))
    assert abs(doubled - math.log(10)) < 0.1
    assert by_hand > 3

    wrong = scrambled(task)
    assert one_batch(mlp(task), x, y, loss_fn) < 0.01
    assert one_batch(mlp(task), x, wrong.y[:32], loss_fn) < 0.02  # wrong labels are learned by heart too
    real, zeros = on_zeros(mlp(task), task, loss_fn)
    assert real < 0.1 * zeros
    real, zeros = on_zeros(mlp(task), wrong, loss_fn)
    assert real > 0.9 * zeros  # this one sees them
    _gradients_speak(task, x, y)


def _data_speaks(x: Tensor, y: Tensor) -> None:
    assert len(looked_at(x, y)) == 2
    assert "normalised" in looked_at(255 * x, y)[2]
    gap = x.clone()
    gap[0, 0] = math.nan
    assert "NaN" in looked_at(gap, y)[2]
    assert "once" in looked_at(x[[0, 0, 1, 2]], y[:4])[2]
    assert "one class" in looked_at(x, torch.zeros_like(y))[2]


def _gradients_speak(task: Task, x: Tensor, y: Tensor) -> None:
    model = Cut(task.features, task.classes)
    rows = {row.name: row for row in gradient_table(model, nn.functional.cross_entropy(model(x), y))}
    assert rows["first.weight"].gradient is None  # the mean of None would have crashed
    assert rows["last.weight"].gradient

    deep = mlp(task, depth=10, activation=nn.Sigmoid)
    sizes = [row.gradient or 0.0 for row in gradient_table(deep, nn.functional.cross_entropy(deep(x), y))]
    assert sizes[0] < 1e-8 * sizes[-2]

    dead = mlp(task)
    with torch.no_grad():
        for layer in dead:
            if isinstance(layer, nn.Linear) and layer.out_features != task.classes:
                layer.bias.fill_(-100.0)
    rows = {row.name: row for row in gradient_table(dead, nn.functional.cross_entropy(dead(x), y))}
    assert [name for name, row in rows.items() if row.gradient] == ["4.bias"]
