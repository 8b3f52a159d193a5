"""Is there a gradient, does it reach every layer, and is it right? Each question with its own small test."""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import accuracy, load_task, mlp

Loss = Callable[[Tensor, Tensor], Tensor]


def table(model: nn.Module, loss: Tensor) -> list[tuple[str, bool, float, float | None]]:
    """Return name, requires_grad, mean size of the weights and gradient norm of each parameter."""
    # snippet: table | pytorch | Does a gradient exist? None and 0 are different answers | 有没有梯度？None 和 0 是两回事
    model.zero_grad(set_to_none=True)  # else the gradients of an earlier step are still there
    if loss.requires_grad:  # False: the loss itself is cut off
        loss.backward()
    rows = []
    for name, p in model.named_parameters():
        norm = None if p.grad is None else p.grad.norm().item()  # mean(p.grad) crashes on None
        rows.append((name, p.requires_grad, p.detach().abs().mean().item(), norm))
    # None though requires_grad: the graph is cut. 0: connected, but nothing comes through
    # end snippet
    return rows


def steps_relative(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, float]:
    """Return how far one step moved each weight matrix, relative to its size; gradients have to be there."""
    # snippet: ratio | pytorch | How far does a step move each layer? | 一步更新让每层动了多少
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    optimizer.step()
    ratio = {
        name: ((p.detach() - before[name]).norm() / before[name].norm().clamp(min=1e-12)).item()
        for name, p in model.named_parameters()
        if p.dim() > 1
    }
    # about 1e-3 is ordinary; 0: not in the optimizer; layers far apart: vanishing or exploding
    # end snippet
    return ratio  # noqa: RET504 - the snippet names it


def direction_error(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    loss_fn: Loss,
    eps: float = 1e-6,
    dtype: torch.dtype = torch.float64,
) -> float:
    """Return the relative error between autograd and a difference quotient along one random direction."""
    # snippet: direction | pytorch | The whole network against finite differences, in three passes | 整个网络对照有限差分，只要三次前向
    checked = copy.deepcopy(model).to(dtype).eval()  # float64; eval: no dropout, no batch statistics
    weights = dict(checked.named_parameters())
    way = {name: torch.randn_like(p) for name, p in weights.items()}

    def loss_at(step: float) -> Tensor:
        moved = {name: p + step * way[name] for name, p in weights.items()}
        return loss_fn(torch.func.functional_call(checked, moved, (inputs.to(dtype),)), targets)

    slopes = torch.autograd.grad(loss_at(0.0), list(weights.values()), materialize_grads=True)
    by_autograd = sum((g * v).sum().item() for g, v in zip(slopes, way.values(), strict=True))
    with torch.no_grad():
        by_difference = (loss_at(eps) - loss_at(-eps)).item() / (2 * eps)
    error = abs(by_autograd - by_difference) / max(abs(by_autograd), abs(by_difference), 1e-12)
    # below 1e-4: right, 1e-7 is usual. Above 1e-2: wrong. Between: draw another direction
    # end snippet
    return error  # noqa: RET504 - the snippet names it


def passes_gradcheck(function: Callable[[Tensor], Tensor]) -> bool:
    """Return whether the backward pass of `function`, elementwise on vectors, is right."""
    # snippet: gradcheck | pytorch | An operation of one's own: every entry of its Jacobian | 自己写的算子：雅可比逐项检查
    point = torch.randn(8, dtype=torch.float64, requires_grad=True)  # float64, or it fails for nothing
    right = torch.autograd.gradcheck(function, (point,), raise_exception=False)
    # raise_exception=True (the default) prints both Jacobians; fast_mode=True for large inputs
    # end snippet
    return right  # noqa: RET504 - the snippet names it


def listens_to(model: nn.Module, inputs: Tensor, sample: int) -> list[int]:
    """Return the samples of the batch on which the answer to `sample` depends."""
    # snippet: dependency | pytorch | On which samples does one answer depend? | 一个样本的输出依赖哪些样本
    probe = inputs.clone().requires_grad_()
    (reach,) = torch.autograd.grad(model(probe)[sample].square().sum(), probe)
    depends = reach.flatten(1).abs().sum(1).nonzero().flatten().tolist()
    # should be [sample]; others: a wrong view, or batch normalisation in training mode.
    # For sequences, the same along time: a step must not depend on later ones
    # end snippet
    return [int(index) for index in depends]


class _Swish(torch.autograd.Function):
    """x * sigmoid(x), with the second term of its derivative forgotten."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, *grads: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors  # type: ignore[attr-defined]
        return grads[0] * torch.sigmoid(x)


class WrongSwish(nn.Module):
    """An activation whose backward pass is wrong."""

    def forward(self, x: Tensor) -> Tensor:
        """Return x * sigmoid(x), shape unchanged."""
        return _Swish.apply(x)  # type: ignore[no-any-return, no-untyped-call]


def network(activation: type[nn.Module] = nn.SiLU) -> nn.Sequential:
    """Return the same small untrained network for the digits each time."""
    torch.manual_seed(0)
    return mlp(load_task("digits"), 32, 3, activation)


def exercise() -> None:
    """Run every snippet; the assertions are what the guide claims."""
    torch.manual_seed(0)
    _presence()
    _precision()
    _wrong_backward()
    _dependencies()


def _presence() -> None:
    task, cross_entropy = load_task("digits"), nn.functional.cross_entropy
    x, y = task.x[:64], task.y[:64]
    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    rows = table(model, cross_entropy(model(x), y))
    assert all(norm is not None and norm > 0 for *_, norm in rows)
    ratio = steps_relative(model, optimizer)
    assert all(1e-3 < value < 0.1 for value in ratio.values())  # the first step of Adam is its largest
    cut = table(model, cross_entropy(model[-1](model[:-1](x).detach()), y))
    assert [norm is None for *_, norm in cut] == [True] * 6 + [False] * 2
    assert all(n is None for *_, n in table(model, cross_entropy(model(x), y).detach()))
    assert all(n is None for *_, n in table(model, model(x).argmax(1).float().mean()))
    assert all(n == 0 for *_, n in table(model, model(x).round().sum()))
    assert not (torch.randn(3, requires_grad=True) * 0.1).is_leaf


def _precision() -> None:
    task, cross_entropy = load_task("digits"), nn.functional.cross_entropy
    x, y = task.x[:64], task.y[:64]
    model = network()

    def median(eps: float, dtype: torch.dtype = torch.float64) -> float:
        errors = [direction_error(model, x, y, cross_entropy, eps, dtype) for _ in range(7)]
        return sorted(errors)[3]

    assert median(1e-6) < 1e-7
    assert median(1e-11) > 1e-6  # too small a step: rounding
    assert median(1e-2) > 1e-4  # too large a step: curvature
    assert min(median(10.0**-k, torch.float32) for k in (2, 3, 4)) > 3e-5
    assert median(1e-6, torch.float32) > 0.1
    point = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    assert not torch.autograd.gradcheck(torch.relu, (point,), raise_exception=False)
    assert not passes_gradcheck(nn.Dropout(0.5))
    assert passes_gradcheck(torch.round)  # its gradient of 0 is right, and of no use
    assert not passes_gradcheck(lambda x: x + (x.round() - x).detach())


def _wrong_backward() -> None:
    task, cross_entropy = load_task("digits"), nn.functional.cross_entropy
    assert passes_gradcheck(nn.SiLU())
    assert not passes_gradcheck(WrongSwish())
    model = network(WrongSwish)
    assert direction_error(model, task.x[:64], task.y[:64], cross_entropy) > 1e-2
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(150):
        optimizer.zero_grad()
        cross_entropy(model(task.x), task.y).backward()
        optimizer.step()
    assert accuracy(model(task.x_val), task.y_val) > 0.9  # it learns all the same


def _dependencies() -> None:
    x = load_task("digits").x[:6]
    model = network()
    assert listens_to(model, x, 2) == [2]
    norm = nn.Sequential(nn.BatchNorm1d(x.shape[1]), model)
    assert listens_to(norm, x, 2) == [0, 1, 2, 3, 4, 5]
    assert listens_to(norm.eval(), x, 2) == [2]
    attention = nn.MultiheadAttention(8, 2, batch_first=True)
    words = torch.randn(1, 5, 8)
    future = torch.ones(5, 5, dtype=torch.bool).triu(1)

    def along_time(masked: bool) -> nn.Module:
        class Steps(nn.Module):
            def forward(self, steps: Tensor) -> Tensor:
                """Return the attention over `steps`, shape (time, width)."""
                batch = steps[None]
                return attention(batch, batch, batch, attn_mask=future if masked else None)[0][0]  # type: ignore[no-any-return]

        return Steps()

    assert listens_to(along_time(True), words[0], 2) == [0, 1, 2]
    assert listens_to(along_time(False), words[0], 2) == [0, 1, 2, 3, 4]
