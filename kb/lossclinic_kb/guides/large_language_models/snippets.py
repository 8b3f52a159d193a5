"""What goes wrong in the training of large language models, each piece small enough to run in a second."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

import torch
from torch import Tensor, nn


def spikes(losses: Sequence[float], window: int = 100) -> list[tuple[int, int, bool]]:
    """Return start, length and whether it came back, of each spike of a loss."""
    found = []
    # snippet: spikes | pytorch | Spikes in a log: when, how long, did the loss come back? | 日志里的尖峰：何时、多久、回来没有
    step = window
    while step < len(losses):
        before = sorted(losses[step - window : step])
        usual = median(before)
        spread = before[int(0.9 * window)] - before[int(0.1 * window)]
        if losses[step] <= usual + max(4 * spread, 0.05 * usual):  # NaN counts as a spike
            step += 1
            continue
        start = step
        while step < len(losses) and not losses[step] <= before[-1]:
            step += 1
        found.append((start, step - start, step < len(losses)))
        step += window  # the window has to be clean again
    # end snippet
    return found


def stable_loss(logits: Tensor, labels: Tensor, weight: float = 1e-4) -> tuple[Tensor, Tensor, Tensor]:
    """Return loss, cross-entropy and mean log Z; `logits` has shape (n, vocabulary)."""
    # snippet: z_loss | pytorch | Cross-entropy with z-loss, both logged | 交叉熵加 z-loss，两项都记录
    logits = logits.float()
    log_z = torch.logsumexp(logits, dim=-1)  # cross-entropy does not care where it drifts
    cross_entropy = nn.functional.cross_entropy(logits, labels)
    kept = labels != -100
    z_loss = weight * (log_z.square() * kept).sum() / kept.sum().clamp(min=1)
    loss = cross_entropy + z_loss  # log cross_entropy, z_loss and log_z.mean() apart
    # end snippet
    return loss, cross_entropy, log_z.mean()


def scores(q: Tensor, k: Tensor, normalised: bool) -> tuple[float, float]:
    """Return the largest attention score and the entropy of attention, 1 for an even look at all tokens."""
    # snippet: scores | pytorch | QK-norm, and the two figures worth logging per layer | QK-norm，以及每层值得记的两个数
    if normalised:
        q = nn.functional.rms_norm(q, q.shape[-1:])  # with a learned scale per head in a real model
        k = nn.functional.rms_norm(k, k.shape[-1:])
    logits = (q * q.shape[-1] ** -0.5) @ k.mT
    largest = logits.abs().max().item()
    looks = torch.softmax(logits.float(), dim=-1)
    entropy = (torch.special.entr(looks).sum(-1).mean() / math.log(k.shape[-2])).item()
    # largest: climbing for thousands of steps is the warning. entropy below 0.1: each looks at one
    # end snippet
    return largest, entropy


def update_sizes(optimizer: torch.optim.Optimizer) -> dict[str, float]:
    """Return the root mean square of the gradient of each tensor, in units of what Adam divides it by."""
    # snippet: updates | pytorch | Is Adam's memory up to date? | Adam 记的梯度大小过时了吗
    sizes = {}  # after backward(), by the root mean square of g / sqrt(v)
    for group in optimizer.param_groups:
        for number, p in enumerate(group["params"]):
            state = optimizer.state.get(p, {})
            if p.grad is None or "exp_avg_sq" not in state:
                continue
            seen = 1 - group["betas"][1] ** float(state["step"])  # v starts at zero
            ratio = p.grad.square() / (state["exp_avg_sq"] / seen + group["eps"] ** 2)
            sizes[f"{number}: {tuple(p.shape)}"] = ratio.mean().sqrt().item()
    # about 1 is usual; the embedding or a first layer well above it, steps before a spike: v is stale
    # end snippet
    return sizes


def language_groups(model: nn.Module, decay: float = 0.1) -> list[dict[str, object]]:
    """Return parameter groups: matrices with weight decay, all else without."""
    # snippet: groups | pytorch | AdamW as large models use it | 大模型常用的 AdamW 设置
    matrices: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    tables = {id(m.weight) for m in model.modules() if isinstance(m, nn.Embedding)}
    for p in model.parameters():
        (matrices if p.dim() > 1 and id(p) not in tables else others).append(p)
    groups = [
        {"params": matrices, "weight_decay": decay},
        {"params": others, "weight_decay": 0.0},  # norms, biases, embeddings
    ]
    # torch.optim.AdamW(groups, lr=3e-4, betas=(0.9, 0.95), eps=1e-8), norm clipped at 1
    # end snippet
    return groups  # noqa: RET504 - the snippet names it


def steps_after_a_jump(beta2: float, quiet: int = 500) -> list[float]:
    """Return the sizes of Adam's steps, in learning rates, once a quiet gradient grows a thousandfold."""
    weight = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.Adam([weight], lr=1.0, betas=(0.9, beta2))
    sizes = []
    for step in range(quiet + 100):
        weight.grad = torch.tensor([1.0 if step >= quiet else 1e-3 * (-1) ** step])
        before = weight.item()
        optimizer.step()
        sizes.append(abs(weight.item() - before))
    return sizes[quiet:]


def exercise() -> None:
    """Run every snippet; the assertions are what the guide claims."""
    torch.manual_seed(0)
    _spikes()
    _logits()
    _adam()


def _spikes() -> None:
    noise = torch.randn(1000).mul(0.02).tolist()
    calm = [3.0 - step / 2000 + extra for step, extra in enumerate(noise)]
    assert spikes(calm) == []
    back = [loss + (2.0 * 0.9 ** (step - 400) if step >= 400 else 0) for step, loss in enumerate(calm)]
    ((start, length, recovered),) = spikes(back)
    assert start == 400
    assert recovered
    assert 10 < length < 60
    gone = [*calm[:500], *([7.0] * 500)]
    assert spikes(gone) == [(500, 500, False)]
    assert spikes([*calm[:500], *([math.nan] * 10)]) == [(500, 10, False)]


def _logits() -> None:
    logits, labels = torch.randn(8, 1000), torch.randint(1000, (8,))
    loss, cross_entropy, log_z = stable_loss(logits, labels)
    drifted, same, higher = stable_loss(logits + 50, labels)
    assert abs(float(cross_entropy - same)) < 1e-4
    assert abs(float(higher - log_z) - 50) < 1e-2
    assert 0.25 < float(drifted - loss) < 0.4
    assert stable_loss(logits, torch.full((8,), -100))[1].isnan()
    assert abs(math.log(50257) - 10.82) < 0.01
    assert abs(math.log(32000) - 10.37) < 0.01
    x = torch.randn(1, 32, 64)
    figures = {}
    for gain in (1.0, 4.0, 16.0):
        q, k = (x @ (torch.randn(64, 64) / 8 * gain) for _ in range(2))
        figures[gain] = scores(q, k, normalised=False), scores(q, k, normalised=True)
    assert figures[1.0][0][0] < 6
    assert figures[1.0][0][1] > 0.8
    assert 30 < figures[4.0][0][0] < 100
    assert figures[4.0][0][1] < 0.15
    assert figures[16.0][0][0] > 500
    assert figures[16.0][0][1] < 0.02
    assert all(pair[1][0] < 6 and pair[1][1] > 0.8 for pair in figures.values())


def _adam() -> None:
    largest = {beta2: max(steps_after_a_jump(beta2)) for beta2 in (0.999, 0.99, 0.95)}
    assert 3.5 < largest[0.999] < 5
    assert 1.8 < largest[0.99] < 2.5
    assert 0.9 < largest[0.95] < 1.3
    model = nn.Sequential(nn.Embedding(50, 16), nn.LayerNorm(16), nn.Linear(16, 50))
    groups = language_groups(model)
    optimizer = torch.optim.AdamW(groups, lr=3e-4, betas=(0.9, 0.95))
    words, labels = torch.randint(50, (64,)), torch.randint(50, (64,))
    for _ in range(20):
        optimizer.zero_grad()
        stable_loss(model(words), labels)[0].backward()
        optimizer.step()
    assert all(size < 2 for size in update_sizes(optimizer).values())
    for p in model.parameters():
        assert p.grad is not None
        p.grad.mul_(1000)
    assert max(update_sizes(optimizer).values()) > 100
    assert [group["weight_decay"] for group in optimizer.param_groups] == [0.1, 0.0]
    assert [len(group["params"]) for group in optimizer.param_groups] == [1, 4]
