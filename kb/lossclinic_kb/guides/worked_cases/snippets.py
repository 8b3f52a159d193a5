"""What can be shown of the worked cases on data that everybody has."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Task, load_task, mlp

Parameters = Iterable[nn.Parameter]
Maker = Callable[[Parameters], torch.optim.Optimizer]


def deep_network(task: Task, *, normalised: bool) -> nn.Sequential:
    """Return ten sigmoid layers of 64 units, with or without batch normalisation."""
    # snippet: normalised | pytorch | Ten sigmoid layers, with and without batch normalisation | 十层 sigmoid，加与不加批归一化
    layers: list[nn.Module] = []
    width = task.features
    for _ in range(10):
        layers.append(nn.Linear(width, 64))
        if normalised:
            layers.append(nn.BatchNorm1d(64))  # before the activation; call eval() for validation
        layers.append(nn.Sigmoid())
        width = 64
    model = nn.Sequential(*layers, nn.Linear(64, task.classes))
    # end snippet
    return model  # noqa: RET504 - the snippet names it


def by_size(task: Task, sizes: Sequence[int], weight_decay: float) -> list[float]:
    """Return the validation loss of a network trained on so many samples, for each of `sizes`."""
    losses = []
    # snippet: sizes | pytorch | The same training on more and more samples | 同样的训练，样本越来越多
    for size in sizes:  # such as [225, 400, 710, 1262]: 1.8 times as many each time
        torch.manual_seed(0)
        model = mlp(task)
        optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=weight_decay)
        for _ in range(400):  # the same number of updates for every size
            chosen = torch.randint(size, (32,))
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(task.x[chosen]), task.y[chosen]).backward()
            optimizer.step()
        with torch.no_grad():
            losses.append(nn.functional.cross_entropy(model(task.x_val), task.y_val).item())
    # end snippet
    return losses


def as_grey(images: Tensor) -> Tensor:
    """Return the brightness of `images` of shape (n, 3, height, width), as shape (n, 1, height, width)."""
    # snippet: grey | pytorch | What a picture loses when it turns grey | 转成灰度会丢掉什么
    # images: shape (n, 3, height, width), values from 0 to 1
    weights = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)  # red, green, blue (ITU-R 601)
    grey = (images * weights).sum(dim=1, keepdim=True)
    # Red (1, 0, 0) and the green (0, 0.509, 0) become the same 0.299.
    # Where colour decides the class, keep three channels.
    # end snippet
    return grey  # noqa: RET504 - the snippet names it


def eight_or_not(make: Maker, steps: int, scale: float = 1.0) -> tuple[float, float]:
    """Train "is this digit an 8?"; return the AUC on the training and on the test samples."""
    torch.manual_seed(0)
    task = load_task("digits")
    model = nn.Sequential(*list(mlp(task).children())[:-1], nn.Linear(64, 1))
    labels, test_labels = (task.y == 8).float(), (task.y_val == 8).float()
    # snippet: auc | pytorch | One line decides: eps, weight_decay | 只差一行：eps、weight_decay
    from sklearn.metrics import roc_auc_score

    optimizer = make(model.parameters())  # for example lambda params: torch.optim.Adam(params, eps=0.1)
    for _ in range(steps):
        chosen = torch.randint(len(labels), (64,))
        loss = nn.functional.binary_cross_entropy_with_logits(
            model(task.x[chosen]).squeeze(1), labels[chosen]
        )
        optimizer.zero_grad()
        (scale * loss).backward()  # Adam alone does not mind the scale
        optimizer.step()
    with torch.no_grad():
        train_auc = roc_auc_score(labels, model(task.x).squeeze(1))
        test_auc = roc_auc_score(test_labels, model(task.x_val).squeeze(1))
    # end snippet
    return float(train_auc), float(test_auc)


def left_of_one(make: Maker, steps: int = 1000) -> list[float]:
    """Return a weight that starts at 1 and never gets a gradient from the loss, after each step."""
    weights = []
    # snippet: quiet | pytorch | A weight that the data never touch | 一个从来收不到数据梯度的权重
    weight = nn.Parameter(torch.ones(1))
    optimizer = make([weight])  # Adam, AdamW or SGD with lr=1e-3 and weight_decay=5e-4
    for _ in range(steps):
        weight.grad = torch.zeros_like(weight)
        optimizer.step()
        weights.append(weight.item())
    # end snippet
    return weights


def stuck(task: Task, *, normalised: bool, batch_size: int = 64, steps: int = 200) -> float:
    """Return the mean training loss over the last twenty of `steps` steps of the deep network."""
    torch.manual_seed(0)
    model, losses = deep_network(task, normalised=normalised), []
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for _ in range(steps):
        chosen = torch.randint(len(task.y), (batch_size,))
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(task.x[chosen]), task.y[chosen])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses[-20:]) / 20


def _without(task: Task, count: int) -> Task:
    """Leave `count` samples of the last class, as a class that is hardly there."""
    last = (task.y == task.classes - 1).nonzero().flatten()
    kept = torch.ones(len(task.y), dtype=torch.bool)
    kept[last[count:]] = False
    return task.with_train(task.x[kept], task.y[kept])


def exercise() -> None:
    """Run every snippet; the assertions are what the page claims of them."""
    task = load_task("digits")
    _only_normalisation_helps(task)
    losses = by_size(task, [225, 400, 710, 1262], weight_decay=0.1)
    drops = [after / before for before, after in pairwise(losses)]
    assert 0.4 < min(drops) < 0.6
    assert 0.85 < max(drops) < 0.98
    assert by_size(task, [125], weight_decay=1.0)[0] < 0.8 * by_size(task, [125], weight_decay=0.0)[0]
    red_and_green = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.509, 0.0]]).view(2, 3, 1, 1)
    red, green = as_grey(red_and_green).flatten().tolist()
    assert math.isclose(red, green, abs_tol=1e-3)
    _adam_depends_on_one_line()
    quiet = {name: left_of_one(make)[-1] for name, make in DECAYED.items()}
    assert quiet["adam"] < 0.3
    assert min(quiet["adamw"], quiet["sgd"]) > 0.999


DECAYED: dict[str, Maker] = {
    "adam": lambda params: torch.optim.Adam(params, lr=1e-3, weight_decay=5e-4),
    "adamw": lambda params: torch.optim.AdamW(params, lr=1e-3, weight_decay=5e-4),
    "sgd": lambda params: torch.optim.SGD(params, lr=1e-3, weight_decay=5e-4),
}


def _only_normalisation_helps(task: Task) -> None:
    tiny, gone = _without(task, 2), _without(task, 0)  # a class of two samples, and without it
    assert stuck(tiny, normalised=False) > 2.1
    assert stuck(tiny, normalised=False, batch_size=8) > 2.1
    assert stuck(gone, normalised=False) > 2.1
    assert stuck(tiny, normalised=True) < 0.3


def _adam_depends_on_one_line() -> None:
    large = eight_or_not(lambda params: torch.optim.Adam(params, eps=0.1), steps=200)[1]
    small = eight_or_not(lambda params: torch.optim.Adam(params, eps=1e-6), steps=200)[1]
    assert large < 0.85
    assert small > 0.99
    faster = eight_or_not(lambda params: torch.optim.Adam(params, lr=0.03, eps=0.1), steps=200)[1]
    assert faster > 0.97  # thirty times the rate makes up for it
    alone = eight_or_not(torch.optim.Adam, steps=400, scale=1e-3)
    decayed = eight_or_not(DECAYED["adam"], steps=400, scale=1e-3)
    decoupled = eight_or_not(DECAYED["adamw"], steps=400, scale=1e-3)
    assert min(*alone, *decoupled) > 0.99
    assert max(decayed) < 0.6
    assert eight_or_not(DECAYED["adam"], steps=400)[1] > 0.99  # at the usual scale it does no harm here
