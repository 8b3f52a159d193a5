"""How to prove that the library is at fault. A lab with a sound version on a CPU cannot show a defect of another."""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossclinic_kb.text import Text

NOT_SHOWN = Text(
    "it takes the version, kernel or device that has the defect",
    "只有在有缺陷的那个版本、算子或设备上才会出现",
)

Loss = Callable[[Tensor, Tensor], Tensor]


def against_reference(model: nn.Module, inputs: Tensor, targets: Tensor, loss_fn: Loss) -> dict[str, float]:
    """Return by how much each gradient differs from one in double precision on the CPU, relative to its size."""
    # snippet: confirm | pytorch | Gradients against float64 on the CPU | 与 CPU 上的 float64 梯度对比
    # Weights in float32, and dropout set to 0: its masks would differ.
    reference = copy.deepcopy(model).cpu().double()
    targets64 = targets.cpu().double() if targets.is_floating_point() else targets.cpu()
    model.zero_grad()
    loss_fn(model(inputs), targets).backward()
    loss_fn(reference(inputs.cpu().double()), targets64).backward()
    differs = {}
    for (name, ours), exact in zip(model.named_parameters(), reference.parameters(), strict=True):
        if ours.grad is not None and exact.grad is not None:
            error = (ours.grad.cpu().double() - exact.grad).norm() / exact.grad.norm().clamp(min=1e-12)
            differs[name] = error.item()
    # Rounding is about 1e-6 in float32, 1e-3 in TF32 (convolutions on NVIDIA cards by default), 1e-2 in bfloat16.
    # Far more, in one layer: reduce it to that layer.
    # end snippet
    return differs


def gradient_is_right(operation: Callable[[Tensor], Tensor], inputs: Tensor) -> bool:
    """Return whether autograd agrees with finite differences."""
    # snippet: confirm_gradcheck | pytorch | One operation against finite differences | 单个运算与有限差分对比
    probe = inputs.detach().double().requires_grad_()  # small: some ten numbers; eval mode, no dropout
    correct = torch.autograd.gradcheck(operation, (probe,), raise_exception=False)
    # end snippet
    return bool(correct)


def updates(make_optimizer: Callable[[list[Tensor]], torch.optim.Optimizer], weight: Tensor) -> float:
    """Return how far the optimiser's step on `weight` is from the same step on a contiguous copy in float64."""
    # snippet: confirm_step | pytorch | One optimizer step, as you run it and on a plain copy | 同一步优化，原样与普通副本各跑一次
    steps = []
    for copied in (weight.detach().clone(), weight.detach().cpu().double().contiguous()):
        copied.requires_grad_()
        optimizer = make_optimizer([copied])
        copied.grad = torch.ones_like(copied)
        before = copied.detach().clone()
        optimizer.step()
        steps.append((copied.detach() - before).cpu().double())
    gap = (steps[0] - steps[1]).norm() / steps[1].norm()
    # end snippet
    return float(gap)


def plain_path() -> None:
    """Switch off what is optimised; a defect in a fast path goes away with it."""
    # snippet: fix | pytorch | Leave the fast paths, one at a time, until it is right | 逐个关掉加速路径，直到结果正确
    torch.backends.cudnn.enabled = False
    torch.backends.cuda.matmul.fp32_precision = "ieee"  # no TF32
    torch.backends.cuda.enable_flash_sdp(False)
    torch.backends.cuda.enable_mem_efficient_sdp(False)
    torch.backends.cuda.enable_cudnn_sdp(False)
    torch.backends.mha.set_fastpath_enabled(False)
    # also: no torch.compile, foreach=False and fused=False in the optimizer, weights .contiguous(), device "cpu"
    # end snippet


class _Wrong(torch.autograd.Function):
    """A square whose gradient lacks the factor 2: what a defect in a backward kernel amounts to."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, values: Tensor) -> Tensor:
        ctx.save_for_backward(values)
        return values.square()

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, *outer: Tensor) -> Tensor:
        (values,) = ctx.saved_tensors  # type: ignore[attr-defined]
        gradient: Tensor = values * outer[0]
        return gradient


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    torch.manual_seed(0)
    inputs, targets = torch.randn(16, 6), torch.randint(3, (16,))
    model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))
    differs = against_reference(model, inputs, targets, nn.functional.cross_entropy)
    assert len(differs) == 4
    assert max(differs.values()) < 1e-5

    assert gradient_is_right(torch.square, torch.randn(5))
    assert not gradient_is_right(_Wrong.apply, torch.randn(5))
    assert updates(lambda weights: torch.optim.Adam(weights, lr=0.1), torch.randn(4, 3).t()) < 1e-6

    flags = (
        torch.backends.cudnn.enabled,
        torch.backends.cuda.matmul.fp32_precision,
        torch.backends.cuda.flash_sdp_enabled(),
        torch.backends.cuda.mem_efficient_sdp_enabled(),
        torch.backends.cuda.cudnn_sdp_enabled(),
        torch.backends.mha.get_fastpath_enabled(),
    )
    plain_path()
    assert not torch.backends.cudnn.enabled
    torch.backends.cudnn.enabled, torch.backends.cuda.matmul.fp32_precision = flags[:2]
    torch.backends.cuda.enable_flash_sdp(flags[2])
    torch.backends.cuda.enable_mem_efficient_sdp(flags[3])
    torch.backends.cuda.enable_cudnn_sdp(flags[4])
    torch.backends.mha.set_fastpath_enabled(flags[5])
