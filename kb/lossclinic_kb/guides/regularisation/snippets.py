"""What each means against overfitting does to training and validation, and when it does harm."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Task, accuracy, load_task, mlp


def needed(model: nn.Module, train: tuple[Tensor, Tensor], val: tuple[Tensor, Tensor], wanted: float) -> str:
    """Return "fit first", "regularise" or "leave it", for accuracy `wanted` on the training set."""
    # snippet: needed | pytorch | More regularisation, or less? | 正则该加还是该减
    model.eval()  # no dropout, no augmentation: the same conditions for both sets
    with torch.no_grad():
        seen = (model(train[0]).argmax(1) == train[1]).float().mean()
        unseen = (model(val[0]).argmax(1) == val[1]).float().mean()
    model.train()
    if seen < wanted:
        answer = "fit first"  # take regularisation off, or enlarge the network
    elif seen - unseen > 0.02:
        answer = "regularise"  # more data, augmentation, decay, dropout
    else:
        answer = "leave it"
    # end snippet
    return answer


def penalised(loss: Tensor, model: nn.Module, l1: float, l2: float) -> Tensor:
    """Return `loss` with both penalties on the weights of `model`."""
    # snippet: penalty | pytorch | L1 and L2 as what they are: terms of the loss | L1、L2 的本来面目：损失里的惩罚项
    weights = [p for p in model.parameters() if p.dim() > 1]  # no biases, no scales
    size = torch.stack([p.abs().sum() for p in weights]).sum()  # L1: pushes weights to zero itself
    squares = torch.stack([p.square().sum() for p in weights]).sum()  # L2: shrinks large ones most
    total = loss + l1 * size + l2 / 2 * squares  # the last term is what SGD(weight_decay=l2) does
    # end snippet
    assert total.dim() == 0
    return total


def optimizer_with_decay(model: nn.Module, rate: float, decay: float) -> torch.optim.Optimizer:
    """Return AdamW that decays the weights of `model` and nothing else."""
    # snippet: decay | pytorch | Decay for weights, none for biases and scales | 权重做衰减，偏置和归一化的缩放不做
    params = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in params if p.dim() > 1], "weight_decay": decay},  # 0.01 to 0.1
            {"params": [p for p in params if p.dim() <= 1], "weight_decay": 0.0},
        ],
        lr=rate,
    )
    # per step: weight = weight * (1 - rate * decay) - Adam's step
    # end snippet
    assert all(group["params"] for group in optimizer.param_groups)
    return optimizer


def augmented(images: Tensor, margin: int = 4) -> Tensor:
    """Return `images`, shape (N, C, H, W), mirrored and cropped at random, each in its own way."""
    # snippet: augment | pytorch | Mirror and crop, each image in its own way | 随机翻转加裁剪，每张图各不相同
    n, _, height, width = images.shape  # training batches only; never validation
    mirror = torch.rand(n, 1, 1, 1) < 0.5  # not for digits, letters, left and right
    images = torch.where(mirror, images.flip(3), images)
    padded = nn.functional.pad(images, (margin,) * 4)
    tops, lefts = torch.randint(2 * margin + 1, (2, n)).tolist()
    crops = [
        image[:, top : top + height, left : left + width]
        for image, top, left in zip(padded, tops, lefts, strict=True)
    ]
    images = torch.stack(crops)
    # end snippet
    return images.contiguous()


def stopped_early(
    model: nn.Module, epoch: Callable[[], None], validate: Callable[[], float], epochs: int, patience: int
) -> tuple[int, float]:
    """Train until validation loss has not improved for `patience` epochs; leave the best weights in `model`."""
    # snippet: stop | pytorch | Stop early, and keep the best weights | 早停，并取回最好的权重
    best, best_epoch, weights = float("inf"), -1, copy.deepcopy(model.state_dict())
    for number in range(epochs):
        epoch()  # train once over the data
        loss = validate()  # in eval mode
        if loss < best:
            best, best_epoch, weights = loss, number, copy.deepcopy(model.state_dict())
        elif number - best_epoch >= patience:
            break
    model.load_state_dict(weights)
    # end snippet
    return best_epoch, best


@dataclass(frozen=True)
class Outcome:
    """Losses and accuracies in eval mode at the end; `curve` is the training loss of every step.

    `validation` holds the validation loss of every tenth step.
    """

    train: float
    train_accuracy: float
    val: float
    accuracy: float
    curve: list[float]
    validation: list[float]


def network(width: int = 64, dropout: float = 0.0) -> nn.Sequential:
    """Return an untrained network for the digits with two hidden layers, always the same one."""
    torch.manual_seed(0)
    model = mlp(load_task("digits"), width, 2)
    layers: list[nn.Module] = []
    for layer in model:
        layers += [layer, nn.Dropout(dropout)] if isinstance(layer, nn.ReLU) else [layer]
    return nn.Sequential(*layers)


def few(samples: int = 100) -> Task:
    """Return the digits with only the first `samples` for training."""
    task = load_task("digits")
    return task.with_train(task.x[:samples], task.y[:samples])


def trained(
    model: nn.Module,
    task: Task,
    optimizer: torch.optim.Optimizer,
    *,
    steps: int = 300,
    smoothing: float = 0.0,
    noise: float = 0.0,
    switch: tuple[int, float] = (-1, 0.0),
) -> Outcome:
    """Train on all of `task` at once; at step `switch[0]` the weight decay becomes `switch[1]`."""
    curve, validation = [], []
    for step in range(steps):
        if step == switch[0]:
            optimizer.param_groups[0]["weight_decay"] = switch[1]
        optimizer.zero_grad()
        inputs = task.x + noise * torch.randn_like(task.x) if noise else task.x
        loss = nn.functional.cross_entropy(model(inputs), task.y, label_smoothing=smoothing)
        loss.backward()
        optimizer.step()
        curve.append(loss.item())
        if step % 10 == 0:
            validation.append(measured(model, task.x_val, task.y_val)[0])
    return Outcome(
        *measured(model, task.x, task.y), *measured(model, task.x_val, task.y_val), curve, validation
    )


def measured(model: nn.Module, x: Tensor, y: Tensor) -> tuple[float, float]:
    """Return loss and accuracy in eval mode."""
    model.eval()
    with torch.no_grad():
        outputs = model(x)
    model.train()
    return nn.functional.cross_entropy(outputs, y).item(), accuracy(outputs, y)


def adamw(params: Iterable[nn.Parameter], decay: float = 0.0) -> torch.optim.AdamW:
    """Return the optimiser of the guide's trainings."""
    return torch.optim.AdamW(params, lr=0.01, weight_decay=decay)


def run(
    width: int = 64,
    dropout: float = 0.0,
    decay: float = 0.0,
    *,
    task: Task | None = None,
    smoothing: float = 0.0,
    noise: float = 0.0,
    switch: tuple[int, float] = (-1, 0.0),
) -> Outcome:
    """Train a fresh network on 100 digits, or on `task`, with AdamW at 0.01."""
    model = network(width, dropout)
    optimizer = adamw(model.parameters(), decay)
    return trained(model, task or few(), optimizer, smoothing=smoothing, noise=noise, switch=switch)


def exercise() -> None:
    """Run every snippet; the assertions are what the guide claims."""
    plain = run()
    _overfits_gradually(plain)
    _remedies_help(plain)
    _too_much_harms()
    _decay_switched_on_makes_a_jump()
    _coupled_is_another_scale()
    _capacity_limits()
    _penalty_is_decay()
    _pieces_work()
    _early_stop(plain)


def _overfits_gradually(plain: Outcome) -> None:
    assert plain.train < 0.001
    assert plain.train_accuracy == 1
    assert plain.val > 1
    lowest = plain.validation.index(min(plain.validation))
    assert lowest <= 2
    climb = plain.validation[lowest:]
    rises = [after - before for before, after in pairwise(climb)]
    assert max(rises) < 0.5 * (plain.val - min(plain.validation))  # over many steps, no jump
    assert plain.accuracy > 0.87  # while accuracy barely moves


def _remedies_help(plain: Outcome) -> None:
    decay, dropout, noise, smooth = run(decay=1.0), run(dropout=0.5), run(noise=1.0), run(smoothing=0.1)
    assert decay.val < 0.4
    assert min(decay.accuracy, dropout.accuracy, noise.accuracy) > plain.accuracy + 0.01
    assert dropout.val < 0.65
    assert noise.val < 0.5
    assert smooth.val < 0.55
    more = run(task=few(1347))
    assert more.accuracy > 0.96
    assert more.val < 0.15
    smaller = run(width=8)
    assert smaller.accuracy < plain.accuracy - 0.05
    assert smaller.val > plain.val
    task = few()
    wrong = torch.randperm(100, generator=torch.Generator().manual_seed(0))[:30]
    labels = task.y.clone()
    labels[wrong] = (labels[wrong] + 1 + torch.arange(30) % 9) % 10
    spoilt = run(task=task.with_train(y=labels))
    assert spoilt.train_accuracy == 1
    assert spoilt.accuracy < 0.75
    assert spoilt.val > 2


def _too_much_harms() -> None:
    strong = run(decay=30.0)
    assert strong.train > 1.5
    assert strong.accuracy < 0.5
    late = strong.curve[100:]
    assert max(late) - min(late) < 0.3  # high and flat, no jump
    dropped = run(dropout=0.8)
    assert dropped.curve[-1] > 0.9  # in train mode
    assert dropped.train < 0.15  # the same weights in eval mode
    assert dropped.accuracy < run().accuracy


def _decay_switched_on_makes_a_jump() -> None:
    switched = run(switch=(150, 30.0))
    assert switched.curve[149] < 0.01
    assert max(switched.curve[150:165]) > 1


def _coupled_is_another_scale() -> None:
    values = []
    for decay in (0.001, 0.1):
        model = network()
        values.append(
            trained(model, few(), torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=decay))
        )
    light, heavy = values
    assert light.val < 0.4
    assert heavy.train > 0.3
    decoupled = run(decay=0.1)
    assert decoupled.train < 0.001
    assert decoupled.val < heavy.val


def _capacity_limits() -> None:
    everything = few(1347)
    narrow, wide = run(width=2, task=everything), run(width=64, task=everything)
    assert narrow.train_accuracy < 0.5
    assert wide.train_accuracy == 1
    torch.manual_seed(0)
    x = 2 * torch.rand(400, 2) - 1
    y = (x[:, 0] * x[:, 1] > 0).long()  # same sign or not: no straight line separates that
    reached = []
    for layers in ([nn.Linear(2, 2)], [nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 2)]):
        model = nn.Sequential(*layers)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        for _ in range(300):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
        reached.append(measured(model, x, y)[1])
    assert reached[0] < 0.65
    assert reached[1] > 0.97


def _penalty_is_decay() -> None:
    moved = []
    for by_hand in (True, False):
        model, task = network(), few()
        weights = [p for p in model.parameters() if p.dim() > 1]
        optimizer = torch.optim.SGD(weights, lr=0.1, weight_decay=0.0 if by_hand else 0.03)
        loss = nn.functional.cross_entropy(model(task.x), task.y)
        (penalised(loss, model, 0.0, 0.03) if by_hand else loss).backward()
        optimizer.step()
        moved.append(torch.cat([p.detach().flatten() for p in weights]))
    assert torch.allclose(moved[0], moved[1], atol=1e-6)
    model = network()
    assert penalised(torch.zeros(()), model, 0.1, 0.0) > 1
    groups = optimizer_with_decay(model, 1e-3, 0.1).param_groups
    assert [group["weight_decay"] for group in groups] == [0.1, 0.0]
    assert [len(group["params"]) for group in groups] == [3, 3]


def _pieces_work() -> None:
    task = few()
    train, val = (task.x, task.y), (task.x_val, task.y_val)
    model = network()
    assert needed(model, train, val, 0.98) == "fit first"
    trained(model, task, adamw(model.parameters()))
    assert needed(model, train, val, 0.98) == "regularise"
    torch.manual_seed(0)
    images = task.x.unflatten(1, (1, 8, 8))
    changed = augmented(images, margin=1)
    assert changed.shape == images.shape
    assert not torch.equal(changed, images)
    dropout = nn.Dropout(0.8)
    ones = torch.ones(100_000)
    dropped = dropout(ones)
    assert abs(dropped.mean().item() - 1) < 0.05
    assert set(dropped.unique().round(decimals=4).tolist()) == {0.0, 5.0}
    assert torch.equal(dropout.eval()(ones), ones)


def _early_stop(plain: Outcome) -> None:
    model, task = network(), few()
    optimizer = adamw(model.parameters())

    def epoch() -> None:
        trained(model, task, optimizer, steps=10)

    def validate() -> float:
        return measured(model, task.x_val, task.y_val)[0]

    number, best = stopped_early(model, epoch, validate, epochs=30, patience=3)
    assert number < 5
    assert best < 0.55 < plain.val
    assert abs(validate() - best) < 1e-6
