"""The update rules as PyTorch computes them, and what momentum, epsilon and weight decay do to a step."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import World, healthy_trial

Maker = Callable[[list[nn.Parameter]], torch.optim.Optimizer]


def updated(kind: str, p: Tensor, g: Tensor, s: dict[str, Tensor], t: int, lr: float) -> Tensor:
    """Return the weights after one update.

    Args:
        kind: "sgd", "adagrad", "rmsprop", "adam" or "adamw".
        p: The weights.
        g: Their gradient, of the same shape.
        s: The state "m" and "v", zeros of the same shape before the first update; changed in place.
        t: Which update this is, from 1.
        lr: The learning rate.
    """
    # snippet: rules | pytorch | The five rules, with PyTorch's defaults | 五条更新规则，用的是 PyTorch 的默认值
    if kind == "sgd":  # momentum=0.9; at 0 this is plain SGD
        s["m"] = 0.9 * s["m"] + g
        return p - lr * s["m"]
    if kind == "adagrad":
        s["v"] = s["v"] + g * g  # only ever grows
        return p - lr * g / (s["v"].sqrt() + 1e-10)
    if kind == "rmsprop":
        s["v"] = 0.99 * s["v"] + 0.01 * g * g  # forgets
        return p - lr * g / (s["v"].sqrt() + 1e-8)
    s["m"] = 0.9 * s["m"] + 0.1 * g
    s["v"] = 0.999 * s["v"] + 0.001 * g * g
    m = s["m"] / (1 - 0.9**t)  # bias correction: both start at zero
    v = s["v"] / (1 - 0.999**t)
    if kind == "adamw":
        p = p * (1 - lr * 0.01)  # weight_decay=0.01, never divided by sqrt(v)
    return p - lr * m / (v.sqrt() + 1e-8)
    # end snippet


def rolled(momentum: float, steps: int = 200) -> float:
    """Return where a weight comes to rest that starts at 3, with a hill between it and the minimum at 0."""

    # snippet: hill | pytorch | A small hill between the start and the minimum | 起点和最小值之间有个小坡
    def loss_fn(x: Tensor) -> Tensor:
        return 0.1 * x**2 + 0.3 * (1 - torch.cos(3 * x))

    x = nn.Parameter(torch.tensor(3.0))
    optimizer = torch.optim.SGD([x], lr=0.1, momentum=momentum)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(x).backward()
        optimizer.step()
    # end snippet
    return x.item()


def both_forms(rates: Sequence[float], gradient: float = 1.0) -> tuple[list[float], list[float]]:
    """Return the steps of momentum as textbooks write it and as PyTorch does, under a constant gradient."""
    textbook, pytorch = [], []
    # snippet: forms | pytorch | The rate inside the buffer, and outside it | 学习率放在动量里面，还是外面
    inside = outside = 0.0
    for lr in rates:
        inside = 0.9 * inside - lr * gradient  # textbooks: m = lambda * m - eta * g
        outside = 0.9 * outside + gradient  # PyTorch: buf = momentum * buf + g
        textbook.append(inside)
        pytorch.append(-lr * outside)
    # end snippet
    return textbook, pytorch


def step_sizes(make: Maker, gradients: Iterable[float]) -> list[float]:
    """Return how far one weight moves at each of `gradients`."""
    sizes = []
    # snippet: steps | pytorch | How far does one weight move? | 一个权重每步走多远
    weight = nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = make([weight])  # for example lambda params: torch.optim.Adagrad(params, lr=0.01)
    for gradient in gradients:
        before = weight.item()
        weight.grad = torch.full_like(weight, gradient)
        optimizer.step()
        sizes.append(abs(weight.item() - before))
    # end snippet
    return sizes


def decayed(make: Maker, steps: int = 100) -> tuple[float, float]:
    """Return what is left of two weights of 1: one without a gradient, one whose gradients cancel."""
    # snippet: decay | pytorch | One weight without a gradient, one with a loud one | 一个没有梯度的权重，一个梯度很大的权重
    weights = nn.Parameter(torch.ones(2))
    optimizer = make([weights])  # Adam or AdamW, lr=1e-3, weight_decay=0.1
    for step in range(steps):
        weights.grad = torch.tensor([0.0, 10.0 * (-1) ** step])
        optimizer.step()
    quiet, loud = weights.tolist()
    # end snippet
    return quiet, loud


def trained(model: nn.Module, batches: list[tuple[Tensor, Tensor]], eps: float) -> float:
    """Train a copy of `model` with Adam at `eps`; return the mean loss of the last ten batches."""
    losses = []
    # snippet: eps | pytorch | The same weights and batches, another epsilon | 同样的权重和数据，只换 eps
    trial_model = copy.deepcopy(model)
    optimizer = torch.optim.Adam(trial_model.parameters(), lr=1e-3, eps=eps)  # 1e-8, 1e-6, 0.1
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(trial_model(inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    # end snippet
    return sum(losses[-10:]) / 10


def exercise() -> None:
    """Run every snippet; the assertions are what the guide claims."""
    _rules_are_those_of_pytorch()
    _defaults_are_those_of_the_table()
    assert rolled(0.0) > 1.5
    assert abs(rolled(0.9)) < 0.01
    textbook, pytorch = both_forms([0.1] * 10 + [0.01])
    assert all(math.isclose(a, b) for a, b in zip(textbook[:10], pytorch[:10], strict=True))
    assert 8 < textbook[10] / pytorch[10] < 9
    _steps_shrink_or_recover()
    _decay_is_coupled_or_not()
    trial = healthy_trial(World())
    batches = [(inputs, targets) for _ in range(3) for inputs, targets in trial.train]
    usual, large = trained(trial.model, batches, 1e-8), trained(trial.model, batches, 0.1)
    assert usual < 0.3
    assert large > 2.0  # chance is ln 10 = 2.303


def _rules_are_those_of_pytorch() -> None:
    torch.manual_seed(0)
    gradients = torch.randn(20, 3, dtype=torch.float64)
    made: dict[str, Maker] = {
        "sgd": lambda params: torch.optim.SGD(params, lr=0.1, momentum=0.9),
        "adagrad": lambda params: torch.optim.Adagrad(params, lr=0.1),
        "rmsprop": lambda params: torch.optim.RMSprop(params, lr=0.1),
        "adam": lambda params: torch.optim.Adam(params, lr=0.1),
        "adamw": lambda params: torch.optim.AdamW(params, lr=0.1),
    }
    for kind, make in made.items():
        p = torch.ones(3, dtype=torch.float64)
        theirs = nn.Parameter(p.clone())
        optimizer = make([theirs])
        state = {"m": torch.zeros_like(p), "v": torch.zeros_like(p)}
        for t, g in enumerate(gradients, 1):
            p = updated(kind, p, g, state, t, 0.1)
            theirs.grad = g
            optimizer.step()
        assert torch.allclose(p, theirs.detach(), rtol=1e-9), kind


def _defaults_are_those_of_the_table() -> None:
    params = [nn.Parameter(torch.ones(1))]
    adam, adamw = torch.optim.Adam(params).defaults, torch.optim.AdamW(params).defaults
    for defaults, decay in ((adam, 0), (adamw, 0.01)):
        assert (defaults["lr"], defaults["betas"], defaults["eps"]) == (1e-3, (0.9, 0.999), 1e-8)
        assert (defaults["weight_decay"], defaults["amsgrad"]) == (decay, False)
    sgd = torch.optim.SGD(params).defaults
    assert (sgd["lr"], sgd["momentum"], sgd["nesterov"], sgd["weight_decay"]) == (1e-3, 0, False, 0)
    rmsprop = torch.optim.RMSprop(params).defaults
    assert (rmsprop["lr"], rmsprop["alpha"], rmsprop["eps"], rmsprop["momentum"]) == (0.01, 0.99, 1e-8, 0)
    adagrad = torch.optim.Adagrad(params).defaults
    assert (adagrad["lr"], adagrad["eps"], adagrad["lr_decay"]) == (0.01, 1e-10, 0)


def _steps_shrink_or_recover() -> None:
    gradients = [1.0] * 200 + [0.1] * 800
    adagrad = step_sizes(lambda params: torch.optim.Adagrad(params, lr=1.0), gradients)
    rmsprop = step_sizes(lambda params: torch.optim.RMSprop(params, lr=1.0), gradients)
    sgd = step_sizes(lambda params: torch.optim.SGD(params, lr=1.0, momentum=0.9), gradients)
    assert math.isclose(adagrad[199], 1 / math.sqrt(200), rel_tol=1e-6)
    assert adagrad[-1] < 0.01
    assert math.isclose(rmsprop[0], 10, rel_tol=1e-6)
    assert rmsprop[200] < 0.2
    assert math.isclose(rmsprop[-1], 1.0, rel_tol=0.05)
    assert math.isclose(sgd[-1] / sgd[199], 0.1, rel_tol=1e-3)


def _decay_is_coupled_or_not() -> None:
    quiet, loud = decayed(lambda params: torch.optim.Adam(params, lr=1e-3, weight_decay=0.1))
    assert math.isclose(quiet, 0.9, abs_tol=2e-3)
    assert loud > 0.995
    weak, _ = decayed(lambda params: torch.optim.Adam(params, lr=1e-3, weight_decay=1e-3))
    assert math.isclose(quiet, weak, abs_tol=2e-3)
    quiet, loud = decayed(lambda params: torch.optim.AdamW(params, lr=1e-3, weight_decay=0.1))
    assert math.isclose(quiet, 0.99, abs_tol=1e-3)
    assert math.isclose(loud, quiet, abs_tol=5e-3)
