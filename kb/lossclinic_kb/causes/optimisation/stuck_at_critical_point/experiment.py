"""Hidden units that start as copies of one another and can never part, a saddle; and units drawn one by one."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial, load_task, mlp

WORKLOADS = ("tabular",)


def broken(world: World) -> Trial:
    """Every layer repeats a single unit; its copies get the same gradient and stay the same for good."""
    trial = cured(world)
    assert isinstance(trial.model, nn.Sequential)
    _repeat_units(trial.model, distinct=1)
    return trial


def cured(world: World) -> Trial:
    """Every unit drawn on its own; on spirals where the classes could be told apart by a single unit."""
    task = load_task("spirals" if world.task == "breast_cancer" else world.task, world.seed)
    torch.manual_seed(world.seed)
    return healthy_trial(world, task=task, model=mlp(task, world.width, world.depth, nn.Tanh))


def _repeat_units(model: nn.Sequential, distinct: int) -> None:
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    with torch.no_grad():
        for layer, following in pairwise(linear):
            chosen = torch.arange(layer.out_features) % distinct
            layer.weight.copy_(layer.weight[chosen])
            layer.bias.copy_(layer.bias[chosen])
            # Copies add up in step where strangers would partly cancel: keep the sum at its usual size.
            following.weight.copy_(following.weight[:, chosen] / math.sqrt(len(chosen) / distinct))


def lowest_curvature(
    model: nn.Module, inputs: Tensor, targets: Tensor, loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> tuple[float, float, float]:
    """Return the gradient norm and the largest and smallest eigenvalue of the Hessian of the loss."""
    # snippet: confirm | pytorch | Gradient norm, and the ends of the Hessian's spectrum | 梯度范数，以及 Hessian 最大和最小的特征值
    params = [p for p in model.parameters() if p.requires_grad]
    loss = loss_fn(model(inputs), targets)  # thousands of samples: one batch's gradient is mostly noise
    grads = torch.autograd.grad(loss, params, create_graph=True, materialize_grads=True)
    flat = torch.cat([g.flatten() for g in grads])

    def hessian_times(v: Tensor) -> Tensor:
        parts = torch.autograd.grad(flat @ v, params, retain_graph=True, materialize_grads=True)
        return torch.cat([part.flatten() for part in parts])

    q = torch.randn_like(flat)
    basis: list[Tensor] = []
    images: list[Tensor] = []
    for _ in range(min(60, len(flat))):  # Lanczos: the ends of the spectrum come first
        basis.append(q / q.norm())
        images.append(hessian_times(basis[-1]))
        seen = torch.stack(basis)
        q = images[-1] - seen.T @ (seen @ images[-1])
        q = q - seen.T @ (seen @ q)  # twice, against rounding
    projected = torch.stack(basis) @ torch.stack(images).T
    eigenvalues = torch.linalg.eigvalsh((projected + projected.T) / 2)
    low, high = eigenvalues[0].item(), eigenvalues[-1].item()
    # Gradient near 0 and low clearly below 0: a saddle, there is a way down. low about 0: a minimum, or flat.
    # end snippet
    return flat.norm().item(), high, low


def shaken(model: nn.Module) -> None:
    """Add noise to the weights of `model`."""
    # snippet: fix | pytorch | Leave the saddle: noise of a tenth of the weights' size | 离开鞍点：给权重加上自身十分之一大小的噪声
    with torch.no_grad():
        for p in model.parameters():
            if p.ndim > 1:
                p.add_(0.1 * p.pow(2).mean().sqrt() * torch.randn_like(p))
    # end snippet


def branches(make_branch: Callable[[], nn.Module], count: int) -> nn.ModuleList:
    """Return `count` branches, each drawn anew."""
    # snippet: fix_copies | pytorch | Parallel branches: draw each one, never copy | 并行分支：逐个初始化，不要复制
    experts = nn.ModuleList([make_branch() for _ in range(count)])  # not copy.deepcopy(expert)
    # end snippet
    return experts  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    torch.manual_seed(2)
    inputs = torch.randn(512, 2)
    targets = (inputs.prod(dim=1) > 0).float().unsqueeze(1)  # exclusive or
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    loss_fn = nn.functional.binary_cross_entropy_with_logits
    _repeat_units(model, distinct=2)

    def train(steps: int) -> float:
        optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
        for _ in range(steps):
            optimizer.zero_grad()
            loss = loss_fn(model(inputs), targets)
            loss.backward()
            optimizer.step()
        return float(loss.detach())

    stuck = train(800)
    norm, high, low = lowest_curvature(model, inputs, targets, loss_fn)
    assert stuck > 0.4
    assert norm < 0.01
    assert low < -0.005
    assert high > 0
    shaken(model)
    assert train(800) < 0.5 * stuck
    made = branches(lambda: nn.Linear(3, 2), 4)
    assert len({branch(torch.ones(1, 3)).sum().item() for branch in made}) == 4
