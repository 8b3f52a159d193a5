"""Naming how two curves move, measuring both sets alike, and what tells look-alikes of overfitting apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from lossclinic_kb.lab import Task, load_task, mlp

Batches = DataLoader[tuple[Tensor, ...]]


def moves(losses: Sequence[float]) -> str:
    """Return "falls", "flat" or "rises": how a loss moves over the last third of its curve."""
    # snippet: moves | pytorch | Which row of the table? How one curve moves at its end | 落在表里哪一行？看曲线末段怎么走
    last = [float(value) for value in losses[-max(6, len(losses) // 3) :]]
    half = len(last) // 2
    before, after = sorted(last[:half]), sorted(last[-half:])
    change = after[half // 2] - before[half // 2]  # medians: one spike must not decide
    bends = sorted(abs(a - 2 * b + c) for a, b, c in zip(last, last[1:], last[2:], strict=False))
    smallest = max(0.02 * abs(before[half // 2]), 0.75 * bends[len(bends) // 2])  # 2 %, and the jitter
    answer = "falls" if change < -smallest else "rises" if change > smallest else "flat"
    # end snippet
    return answer  # noqa: RET504 - the snippet names it


def measured_alike(model: nn.Module, train_loader: Batches, val_loader: Batches) -> tuple[float, float]:
    """Return the loss on the training and on the validation set, by the same code, with the same weights."""

    # snippet: alike | pytorch | Both sets by the same code, in eval mode, after the epoch | 两个集合用同一段代码测：eval 模式，epoch 结束之后
    def loss_on(loader: Batches) -> float:
        model.eval()  # no dropout, running statistics
        total = count = 0.0
        with torch.no_grad():
            for inputs, targets in loader:  # without augmentation, on the training set as well
                total += nn.functional.cross_entropy(model(inputs), targets, reduction="sum").item()
                count += len(targets)
        model.train()
        return total / count

    train_loss, val_loss = loss_on(train_loader), loss_on(val_loader)
    # end snippet
    return train_loss, val_loss


def told_apart(train_inputs: Tensor, val_inputs: Tensor) -> float:
    """Return how well a forest tells training from validation inputs: AUC, 0.5 where they are alike."""
    # snippet: shift | pytorch | Can a forest tell the two sets apart? | 随机森林分得出训练集和验证集吗
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    inputs = torch.cat([train_inputs, val_inputs]).flatten(1).numpy()  # at most a few thousand
    origin = [0] * len(train_inputs) + [1] * len(val_inputs)
    forest = RandomForestClassifier(50, min_samples_leaf=5, random_state=0)
    folds = StratifiedKFold(3, shuffle=True, random_state=0)  # the rows are in order
    auc = cross_val_score(forest, inputs, origin, scoring="roc_auc", cv=folds).mean()
    # 0.5: alike. Above 0.7: they differ; forest.fit(inputs, origin).feature_importances_ says in what.
    # end snippet
    return float(auc)


def chance_gap(accuracy: float, train_count: int, val_count: int) -> float:
    """Return how far two equally good accuracies may lie apart by the luck of the split (two standard errors)."""
    # snippet: luck | pytorch | How much of the gap may be luck? | 差距里有多少可能只是运气
    variance = accuracy * (1 - accuracy)
    of_train = variance / train_count
    of_val = variance / val_count
    gap = 2 * math.sqrt(of_train + of_val)  # two standard errors
    # 0.9 on 10,000 and 100 samples: 0.06. A smaller gap says nothing about either set.
    # end snippet
    return gap  # noqa: RET504 - the snippet names it


def _learned(
    task: Task, model: nn.Module, epochs: int, lr: float = 0.05, sign: int = 1, seed: int = 0
) -> list[float]:
    """Train `model`; return the mean training loss of each epoch, as it is usually logged."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    logged = []
    for _ in range(epochs):
        losses = []
        for chosen in torch.randperm(len(task.y)).split(64):
            optimizer.zero_grad()
            loss = sign * nn.functional.cross_entropy(model(task.x[chosen]), task.y[chosen])
            loss.backward()
            optimizer.step()
            losses.append(sign * loss.item())
        logged.append(fmean(losses))
    return logged


def memorised(epochs: int = 60) -> tuple[list[float], list[float], list[float]]:
    """Train on few samples, some of them mislabelled; return three losses after each epoch.

    Returns:
        On the training set; on validation samples; on the same ones with rows and columns swapped.
    """
    torch.manual_seed(0)
    task = load_task("digits")
    few, labels = task.x[:300], task.y[:300].clone()
    labels[:30] = torch.randint(10, (30,))
    task = task.with_train(few, labels)
    model, rows = mlp(task, width=128), []
    turned = task.x_val.reshape(-1, 8, 8).transpose(1, 2).reshape(-1, 64)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for _ in range(epochs):
        with torch.no_grad():
            pairs = ((task.x, task.y), (task.x_val, task.y_val), (turned, task.y_val))
            rows.append([nn.functional.cross_entropy(model(x), y).item() for x, y in pairs])
        for chosen in torch.randperm(len(task.y)).split(32):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(task.x[chosen]), task.y[chosen]).backward()
            optimizer.step()
    train, val, other = zip(*rows, strict=True)
    return list(train), list(val), list(other)


def exercise() -> None:
    """Run every snippet; the assertions are what the page claims of them."""
    _curves_are_named()
    _look_alikes_differ()
    _train_mode_costs()
    task = load_task("digits")
    assert 0.45 < told_apart(task.x[:400], task.x_val) < 0.55
    by_class = task.y.argsort()  # a split that nobody shuffled
    assert told_apart(task.x[by_class[:1000]], task.x[by_class[1000:]]) > 0.95
    assert math.isclose(chance_gap(0.9, 10_000, 100), 0.06, rel_tol=0.02)


def _curves_are_named() -> None:
    assert moves([1 / (n + 1) for n in range(30)]) == "falls"
    assert moves([0.5 + 0.1 * (-1) ** n for n in range(30)]) == "flat"
    assert moves([1.0 + 0.1 * n for n in range(30)]) == "rises"
    assert moves([1.0] * 29 + [50.0]) == "flat"
    task = load_task("digits")
    assert moves(_learned(task, mlp(task), 6)) == "falls"
    upwards = _learned(task, mlp(task), 2, lr=1e-3, sign=-1)
    assert upwards[1] > upwards[0] > math.log(10)


def _look_alikes_differ() -> None:
    train, val, other = memorised()
    assert moves(train) == "falls"
    assert moves(val) in ("rises", "flat")
    lowest = val.index(min(val))
    assert val[-1] > 1.15 * val[lowest]
    assert val[2] < 1.3 * train[2]
    assert 0.25 < min(val) < 0.33
    assert min(other) > 2  # never near, from the first evaluation on


def _train_mode_costs() -> None:
    task = load_task("digits")
    torch.manual_seed(0)
    layers = list(mlp(task))
    model = nn.Sequential(*(part for layer in layers[:-1] for part in _dropped(layer)), layers[-1])
    logged = _learned(task, model, 8)[-1]
    train_loader: Batches = DataLoader(TensorDataset(task.x, task.y), 256)
    val_loader: Batches = DataLoader(TensorDataset(task.x_val, task.y_val), 256)
    train, val = measured_alike(model, train_loader, val_loader)
    assert train < val < 0.25
    assert logged > 0.65


def _dropped(layer: nn.Module) -> list[nn.Module]:
    return [layer, nn.Dropout(0.6)] if isinstance(layer, nn.ReLU) else [layer]
