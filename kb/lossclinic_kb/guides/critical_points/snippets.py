"""Telling minimum, saddle and maximum apart by Hessian-vector products, and a way down from a saddle."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from statistics import fmean

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Task, gradient_norm, load_task

Loss = Callable[[Tensor, Tensor], Tensor]
Product = Callable[[Tensor], Tensor]


def hessian_product(loss: Tensor, params: Sequence[Tensor]) -> tuple[Tensor, Product]:
    """Return the gradient of `loss` and a function that multiplies its Hessian by a vector.

    Args:
        loss: A scalar that still has its graph.
        params: What it is differentiated by, n numbers in all; gradient and vectors have shape (n,).
    """
    # snippet: product | pytorch | The Hessian times a vector, without the Hessian | 不用构造 Hessian，直接算它乘以向量
    # loss: over some thousand samples, in eval mode; params: [p for p in model.parameters()]
    grads = torch.autograd.grad(loss, params, create_graph=True, materialize_grads=True)
    gradient = torch.cat([g.flatten() for g in grads])

    def hessian_times(v: Tensor) -> Tensor:
        parts = torch.autograd.grad(gradient @ v, params, retain_graph=True, materialize_grads=True)
        return torch.cat([part.flatten() for part in parts])

    # end snippet
    return gradient.detach(), hessian_times


def extremes(hessian_times: Product, size: int) -> tuple[float, float, Tensor]:
    """Return the smallest and the largest eigenvalue, and the eigenvector of the smallest, shape (size,)."""
    # snippet: lanczos | pytorch | Lanczos: both ends of the spectrum from some sixty products | Lanczos：六十来次乘法求出谱的两端
    q = torch.randn(size)
    basis: list[Tensor] = []
    images: list[Tensor] = []
    for _ in range(min(60, size)):
        basis.append(q / q.norm())
        images.append(hessian_times(basis[-1]))
        seen = torch.stack(basis)
        q = images[-1] - seen.T @ (seen @ images[-1])
        q = q - seen.T @ (seen @ q)  # twice, against rounding
        if q.norm() <= 1e-5 * images[-1].norm():
            break  # nothing new is left
    projected = seen @ torch.stack(images).T
    values, vectors = torch.linalg.eigh((projected + projected.T) / 2)
    low, high = values[0].item(), values[-1].item()
    downhill = seen.T @ vectors[:, 0]  # unit length
    # end snippet
    return low, high, downhill


def verdict(norm: float, usual_norm: float, low: float, high: float) -> str:
    """Return what kind of point this is: "slope", "saddle", "maximum", "minimum" or "flat"."""
    # snippet: verdict | pytorch | Reading the three numbers | 怎样读这三个数
    near_zero = 0.01 * max(abs(low), abs(high))  # what Lanczos and float32 leave undecided
    if norm > 0.01 * usual_norm:  # the norm in the first epoch
        kind = "slope"  # no critical point at all
    elif low < -near_zero and high > near_zero:
        kind = "saddle"
    elif low < -near_zero:
        kind = "maximum"
    elif low > near_zero:
        kind = "minimum"
    else:
        kind = "flat"  # a minimum with flat directions, the usual case, or a plateau
    # end snippet
    return kind


def step_down(
    model: nn.Module, loss_of: Callable[[nn.Module], Tensor], downhill: Tensor, size: float
) -> float:
    """Move `model` along `downhill`, to the lower side; return the loss there."""
    # snippet: escape | pytorch | Off the saddle, along the eigenvector of the lowest eigenvalue | 沿最小特征值的特征向量离开鞍点
    start = nn.utils.parameters_to_vector(model.parameters()).detach().clone()
    losses = {}
    for step in (size, -size):  # the sign of an eigenvector means nothing: try both
        nn.utils.vector_to_parameters(start + step * downhill, model.parameters())
        losses[step] = loss_of(model).item()
    best = min(losses, key=lambda step: losses[step])
    nn.utils.vector_to_parameters(start + best * downhill, model.parameters())
    # end snippet
    return losses[best]


def stalled(losses: Sequence[float], norms: Sequence[float], lr: float) -> str:
    """Return "falling", "bouncing" or "no gradient", from the logged losses and gradient norms of a run.

    Args:
        losses: One value per step, at least two.
        norms: The gradient norm of the same steps, before clipping.
        lr: The rate of SGD, divided by `1 - momentum`.
    """
    # snippet: stalled | pytorch | A stuck loss: does the gradient say stuck as well? | loss 不动了：梯度也没了吗
    recent = max(1, len(losses) // 5)  # the last fifth of the run
    before, now = fmean(losses[-2 * recent : -recent]), fmean(losses[-recent:])
    promised = lr * sum(norm**2 for norm in norms[-recent:])  # what this slope is worth in so many steps
    if before - now > 0.02 * abs(before):
        answer = "falling"
    elif promised > 0.1 * abs(now):
        answer = "bouncing"  # wall to wall: divide the rate by 10 and go on
    else:
        answer = "no gradient"  # a critical point, or layers that starve: look at the norm of each
    # end snippet
    return answer


def all_zeros(task: Task) -> nn.Sequential:
    """Return a network of zeros for `task` whose output is the share of each class: an exact saddle."""
    head = nn.Linear(4, task.classes)
    model = nn.Sequential(nn.Linear(task.features, 4), nn.Tanh(), head)
    shares = torch.bincount(task.y, minlength=task.classes) / len(task.y)
    with torch.no_grad():
        for p in model.parameters():
            p.zero_()
        head.bias.copy_(shares.log())
    return model


def exercise() -> None:
    """Run every snippet; the assertions are what the guide claims."""
    task = load_task("breast_cancer")
    torch.manual_seed(0)
    _saddle_and_the_way_down(task)
    _minimum_and_maximum(task)
    _bouncing_is_cured_by_a_lower_rate()


def _loss_of(task: Task) -> Callable[[nn.Module], Tensor]:
    return lambda model: nn.functional.cross_entropy(model(task.x), task.y)


def _descended(
    model: nn.Module, loss_of: Callable[[nn.Module], Tensor], lr: float, steps: int = 100
) -> tuple[list[float], list[float]]:
    """Return losses and gradient norms of plain gradient descent on all samples."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses, norms = [], []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_of(model)
        loss.backward()
        losses.append(loss.item())
        norms.append(gradient_norm(model))
        optimizer.step()
    return losses, norms


def _saddle_and_the_way_down(task: Task) -> None:
    loss_of, model = _loss_of(task), all_zeros(task)
    losses, norms = _descended(copy.deepcopy(model), loss_of, lr=0.5)
    assert losses[-1] == losses[0]
    assert stalled(losses, norms, 0.5) == "no gradient"
    gradient, hessian_times = hessian_product(loss_of(model), list(model.parameters()))
    low, high, downhill = extremes(hessian_times, len(gradient))
    full = torch.stack([hessian_times(row) for row in torch.eye(len(gradient))])
    exact = torch.linalg.eigvalsh((full + full.T) / 2)
    assert math.isclose(low, exact[0].item(), rel_tol=1e-3)
    assert math.isclose(high, exact[-1].item(), rel_tol=1e-3)
    assert verdict(gradient.norm().item(), 0.4, low, high) == "saddle"
    below = step_down(model, loss_of, downhill, size=0.5)
    assert below < losses[0] - 0.1
    assert _descended(model, loss_of, lr=0.5)[0][-1] < 0.15


def _minimum_and_maximum(task: Task) -> None:
    """A convex loss has a minimum to be found; turned upside down it has a maximum there."""
    model = nn.Linear(task.features, task.classes)
    params = list(model.parameters())

    def penalised() -> Tensor:
        penalty: Tensor = sum((p.square().sum() for p in params), torch.zeros(()))
        return _loss_of(task)(model) + 0.005 * penalty

    def closure() -> float:
        optimizer.zero_grad()
        loss = penalised()
        loss.backward()
        return loss.item()

    usual = hessian_product(penalised(), params)[0].norm().item()
    optimizer = torch.optim.LBFGS(params, max_iter=200, tolerance_grad=1e-7, line_search_fn="strong_wolfe")
    optimizer.step(closure)
    for sign, expected in ((1.0, "minimum"), (-1.0, "maximum")):
        gradient, hessian_times = hessian_product(sign * penalised(), params)
        low, high, _ = extremes(hessian_times, len(gradient))
        assert verdict(gradient.norm().item(), usual, low, high) == expected


def _bouncing_is_cured_by_a_lower_rate() -> None:
    task = load_task("diabetes")
    model = nn.Linear(task.features, 1)

    def absolute(of: nn.Module) -> Tensor:
        return nn.functional.l1_loss(of(task.x).squeeze(1), task.y)

    losses, norms = _descended(model, absolute, lr=1.0)
    assert stalled(losses, norms, 1.0) == "bouncing"
    assert losses[-1] > 1.3
    assert norms[-1] > 0.9 * max(norms)
    assert _descended(model, absolute, lr=0.1)[0][-1] < 0.6
