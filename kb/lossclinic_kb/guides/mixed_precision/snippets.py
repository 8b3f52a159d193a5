"""What float16 and bfloat16 can hold, a loop that respects it, and how a log shows one that does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import load_task, mlp

Loss = Callable[[Tensor, Tensor], Tensor]
Batches = Iterable[tuple[Tensor, Tensor]]


def limits(dtype: torch.dtype) -> tuple[float, float, float]:
    """Return the largest number, the smallest above zero, and the relative distance of neighbours."""
    # snippet: limits | pytorch | What a format can hold | 一种格式能装下什么
    kind = torch.finfo(dtype)
    largest = kind.max  # above: inf
    smallest = kind.smallest_normal * kind.eps  # half of it and less: 0
    grain = kind.eps  # 1 + grain is the next number after 1; half of it is lost
    # end snippet
    return largest, smallest, grain


def train_float16(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    batches: Batches,
    loss_fn: Loss,
    scaler: torch.amp.GradScaler,
    device: str,
) -> list[tuple[float, float, float]]:
    """Return loss, gradient norm and loss scale of each step."""
    log = []
    # snippet: float16 | pytorch | float16: scale, unscale, clip, step, update | float16：放大、还原、裁剪、更新、调整
    # scaler = torch.amp.GradScaler("cuda"), once, before the loop; the weights stay in float32
    for inputs, targets in batches:
        optimizer.zero_grad()
        with torch.autocast(device, dtype=torch.float16):  # forward pass and loss only
            outputs = model(inputs)
            loss = loss_fn(outputs.float(), targets)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)  # before anything looks at the gradients
        norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scale = scaler.get_scale()
        scaler.step(optimizer)  # leaves the step out if a gradient is inf or NaN
        scaler.update()
        log.append((loss.item(), norm.item(), scale))
    # end snippet
    return log


def train_bfloat16(
    model: nn.Module, optimizer: torch.optim.Optimizer, batches: Batches, loss_fn: Loss, device: str
) -> list[float]:
    """Return the loss of each step."""
    log = []
    # snippet: bfloat16 | pytorch | bfloat16: no scaler, weights still in float32 | bfloat16：不要 scaler，权重仍用 float32
    for inputs, targets in batches:
        optimizer.zero_grad()
        with torch.autocast(device, dtype=torch.bfloat16):
            outputs = model(inputs)
        loss = loss_fn(outputs.float(), targets)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0, error_if_nonfinite=True)
        optimizer.step()
        log.append(loss.item())
    # end snippet
    return log


def unmoved(model: nn.Module, optimizer: torch.optim.Optimizer) -> float:
    """Return the share of the weights with a gradient that one step does not change."""
    # snippet: unmoved | pytorch | Which share of the weights does a step not change at all? | 一步更新里，有多少权重纹丝不动
    before = [p.detach().clone() for p in model.parameters()]
    optimizer.step()
    still = total = 0
    for old, p in zip(before, model.parameters(), strict=True):
        pulled = torch.zeros_like(p, dtype=torch.bool) if p.grad is None else p.grad != 0
        still += int((pulled & (p.detach() == old)).sum())
        total += int(pulled.sum())
    share = still / max(total, 1)  # float32: next to 0. Much more: the weights are in half precision
    # end snippet
    return share  # noqa: RET504 - the snippet names it


def flushed(model: nn.Module, scale: float) -> float:
    """Return the share of the gradients that float16 would turn into 0 at this loss scale."""
    # snippet: flushed | pytorch | How much of the gradient would float16 lose? | 换成 float16 会丢掉多少梯度
    grads = torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])  # in float32
    alive = grads[grads != 0]
    lost = ((alive * scale).half() == 0).float().mean().item()
    # end snippet
    return lost  # noqa: RET504 - the snippet names it


def reading(scales: Sequence[float], norms: Sequence[float]) -> str:
    """Return what the loss scales and the unclipped gradient norms of a run say."""
    # snippet: reading | pytorch | Reading loss scale and gradient norm | 读日志：loss scale 和梯度范数
    falls = sum(later < earlier for earlier, later in pairwise(scales))
    positive = [norm for norm in norms if 0 < norm < float("inf")]
    if scales and scales[-1] < 1:
        verdict = "overflow that no scale cures: NaN or inf in the forward pass"
    elif falls > 0.05 * len(scales):
        verdict = "one step in twenty skipped or more: find the layer that overflows"
    elif len(positive) < 0.5 * len(norms):
        verdict = "gradient 0 or not finite in most steps: underflow, or no scaler"
    elif positive and sorted(positive)[len(positive) // 2] > 1000:
        verdict = "norm in the thousands: logged and clipped before unscale_?"
    else:
        verdict = "the scale does its work"
    # end snippet
    return verdict


def network(seed: int = 0) -> nn.Sequential:
    """Return the same small untrained network for the digits each time."""
    torch.manual_seed(seed)
    return mlp(load_task("digits"), 64, 2)


def batches(steps: int, size: int = 64) -> list[tuple[Tensor, Tensor]]:
    """Return batches of the digits, in a fixed order."""
    task = load_task("digits")
    order = torch.Generator().manual_seed(0)
    picks = [torch.randint(len(task.x), (size,), generator=order) for _ in range(steps)]
    return [(task.x[pick], task.y[pick]) for pick in picks]


def final_loss(model: nn.Module, lr: float, steps: int) -> float:
    """Train `model` in the precision of its weights; return the loss on all training data."""
    task, dtype = load_task("digits"), next(model.parameters()).dtype
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for x, y in batches(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x.to(dtype)).float(), y).backward()
        optimizer.step()
    with torch.no_grad():
        return float(nn.functional.cross_entropy(model(task.x.to(dtype)).float(), task.y))


def clipped(before_unscaling: bool) -> tuple[float, float]:
    """Return the last loss and logged norm of 200 steps with a loss scale of 65536, clipped at 1 at that moment."""
    model, scale = network(), 65536.0
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss, norm = torch.zeros(()), torch.zeros(())
    for x, y in batches(200):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        (loss * scale).backward()
        if before_unscaling:
            norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for p in model.parameters():
            assert p.grad is not None
            p.grad /= scale
        if not before_unscaling:
            norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return float(loss.detach()), float(norm)


def exercise() -> None:
    """Run every snippet; the assertions are what the guide claims."""
    _formats()
    _loops()
    _half_weights()
    _logs()


def _formats() -> None:
    assert limits(torch.float16) == (65504, 2.0**-24, 2.0**-10)
    largest, smallest, grain = limits(torch.bfloat16)
    assert 3.3e38 < largest < limits(torch.float32)[0]
    assert smallest < 1e-40
    assert grain == 2.0**-7
    half, brain, one = torch.float16, torch.bfloat16, 1.0
    assert torch.tensor(2.0**-25).half() == 0
    assert torch.tensor(one, dtype=brain) + torch.tensor(0.003, dtype=brain) == 1
    assert torch.tensor(one, dtype=half) + torch.tensor(0.0004, dtype=half) == 1
    total = torch.zeros((), dtype=brain)
    for _ in range(400):
        total = total + torch.ones((), dtype=brain)
    assert total == 256
    assert torch.tensor(256.0).half().square() == float("inf")
    assert torch.tensor(-1e9).half() == -float("inf")


def _loops() -> None:
    loss_fn = nn.functional.cross_entropy
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    scaler = torch.amp.GradScaler("cpu")
    log = train_float16(model, optimizer, batches(8), loss_fn, scaler, "cpu")
    assert log[-1][0] < log[0][0]
    assert log[0][2] == 65536
    assert 0.1 < log[0][1] < 10
    huge = [(x * 1e6, y) for x, y in batches(2)]
    before = [p.detach().clone() for p in model.parameters()]
    log = train_float16(model, optimizer, huge, loss_fn, scaler, "cpu")
    assert scaler.get_scale() == 65536 / 4  # halved each time, and the step left out
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    assert all(p.dtype == torch.float32 for p in model.parameters())
    model = network()
    losses = train_bfloat16(model, torch.optim.SGD(model.parameters(), lr=0.1), batches(60), loss_fn, "cpu")
    assert losses[-1] < 0.6 * losses[0]
    right, wrong = clipped(before_unscaling=False), clipped(before_unscaling=True)
    assert right[0] < 0.15
    assert right[1] < 5
    assert wrong[0] > 2.25
    assert wrong[1] > 10_000


def _half_weights() -> None:
    x, y = batches(1)[0]
    shares = {}
    for dtype in (torch.float32, torch.bfloat16):
        model = network().to(dtype)
        nn.functional.cross_entropy(model(x.to(dtype)).float(), y).backward()
        shares[dtype] = unmoved(model, torch.optim.SGD(model.parameters(), lr=0.01))
    assert shares[torch.float32] < 0.01
    assert 0.85 < shares[torch.bfloat16] < 0.95
    assert final_loss(network(), 0.01, 400) < 1.65
    assert final_loss(network().bfloat16(), 0.01, 400) > 2.1
    model = network()
    final_loss(model, 0.3, 600)
    task = load_task("digits")
    model.zero_grad()
    nn.functional.cross_entropy(model(task.x[:64]), task.y[:64]).backward()
    assert 0.005 < flushed(model, 1.0) < 0.03
    assert flushed(model, 65536.0) < 0.002


def _logs() -> None:
    steady = [65536.0] * 50 + [32768.0] * 50
    assert reading(steady, [1.0] * 100) == "the scale does its work"
    assert reading([2.0 ** (16 - k) for k in range(30)], [float("nan")] * 30).startswith("overflow that no")
    assert reading([65536.0, 32768.0] * 50, [1.0] * 100).startswith("one step in twenty")
    assert reading(steady, [0.0] * 100).startswith("gradient 0")
    assert reading([], []) == "the scale does its work"
    assert "unscale_" in reading(steady, [20_000.0] * 100)
