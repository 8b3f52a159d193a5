"""A script in the manner of nanoGPT: a small GPT on characters, a line for every few iterations."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

Texts = tuple[Tensor, Tensor, int]


@dataclass(frozen=True)
class GptScript:
    """The settings at the top of the script, and its slips.

    Attributes:
        data: Makes the characters to train on and to validate on, as numbers, and the size of the alphabet.
        ahead: How far the target lies ahead of the input: one.
        causal: Whether a position sees only what is before it.
        decay_iters: Iterations over which the rate falls to a tenth; None leaves it constant after the warm-up.
        ordered: Whether batches are taken from the text from front to back.
    """

    data: Callable[[], Texts]
    layers: int = 2
    width: int = 32
    block: int = 32
    batch_size: int = 8
    iterations: int = 250
    lr: float = 5e-3
    warmup: int = 20
    decay_iters: int | None = 250
    weight_decay: float = 0.01
    beta1: float = 0.9
    optimizer: str = "adamw"
    clip: float = 1.0
    dropout: float = 0.0
    accumulate: int = 1
    divide: bool = True
    zero_grad: bool = True
    step: bool = True
    causal: bool = True
    ahead: int = 1
    ordered: bool = False
    log_every: int = 5
    eval_every: int = 25
    prepare: Callable[[nn.Module], object] = id
    parameters: Callable[[nn.Module], Iterable[nn.Parameter]] = nn.Module.parameters
    ignored: float = 0.0
    between: type[nn.Module] = nn.GELU
    resumed_at: int | None = None

    def facts(self) -> dict[str, object]:
        """Return what the author would state."""
        return {
            "framework": "pytorch",
            "task": "language modelling",
            "optimizer": self.optimizer,
            "lr": self.lr,
            "warmup_steps": self.warmup,
            "schedule": "constant" if self.decay_iters is None else "cosine",
            "weight_decay": self.weight_decay,
            "batch_size": self.batch_size,
            "grad_clip": self.clip,
            "dropout": self.dropout,
            "classes": self.data()[2],
        }


class Block(nn.Module):
    """Attention and two layers, each with a norm before it."""

    def __init__(self, script: GptScript) -> None:
        super().__init__()
        width = script.width
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])
        self.inward, self.outward = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.dense = nn.Sequential(
            nn.Linear(width, 4 * width),
            script.between(),
            nn.Linear(4 * width, width),
            nn.Dropout(script.dropout),
        )
        self.causal = script.causal

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, T, width) for as much."""
        n, t, width = x.shape
        parts = self.inward(self.norms[0](x)).view(n, t, 3, 4, width // 4).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(*parts, is_causal=self.causal)
        x = x + self.outward(seen.transpose(1, 2).reshape(n, t, width))
        out: Tensor = x + self.dense(self.norms[1](x))
        return out


class Gpt(nn.Module):
    """Embeddings, blocks, and a layer that names the next character."""

    def __init__(self, script: GptScript, alphabet: int) -> None:
        super().__init__()
        self.words, self.places = (
            nn.Embedding(alphabet, script.width),
            nn.Embedding(script.block, script.width),
        )
        self.blocks = nn.Sequential(*(Block(script) for _ in range(script.layers)))
        self.norm, self.top = nn.LayerNorm(script.width), nn.Linear(script.width, alphabet, bias=False)
        for parameter in self.parameters():
            if parameter.ndim > 1:
                nn.init.normal_(parameter, std=0.05)

    def forward(self, ids: Tensor) -> Tensor:
        """Return scores, (N, T, alphabet)."""
        x = self.words(ids) + self.places(torch.arange(ids.shape[1]))
        out: Tensor = self.top(self.norm(self.blocks(x)))
        return out


def batch(script: GptScript, text: Tensor, at: int | None = None) -> tuple[Tensor, Tensor]:
    """Return inputs and targets, (N, T)."""
    last = len(text) - script.block - 3
    if at is None:
        starts = torch.randint(last, (script.batch_size,))
    else:
        starts = (torch.arange(script.batch_size) + at * script.batch_size) * 4 % last
    x = torch.stack([text[i : i + script.block] for i in starts])
    y = torch.stack([text[i + script.ahead : i + script.ahead + script.block] for i in starts])
    return x, torch.where(torch.rand(y.shape) < script.ignored, -100, y) if script.ignored else y


def loss_of(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Return the cross entropy of the next character."""
    return functional.cross_entropy(net(x).flatten(0, 1), y.flatten(), ignore_index=-100)


@torch.no_grad()
def estimated(script: GptScript, net: nn.Module, text: Tensor) -> float:
    """Return the mean loss of four batches."""
    net.eval()
    losses = [float(loss_of(net, *batch(script, text))) for _ in range(4)]
    net.train()
    return sum(losses) / len(losses)


def rate_at(script: GptScript, iteration: int) -> float:
    """Return the learning rate of an iteration: linear up, then half a cosine down to a tenth."""
    if iteration < script.warmup:
        return script.lr * (iteration + 1) / script.warmup
    if script.decay_iters is None:
        return script.lr
    done = min(1.0, (iteration - script.warmup) / max(1, script.decay_iters - script.warmup))
    return script.lr * (0.1 + 0.45 * (1 + math.cos(math.pi * done)))


def optimizer_of(script: GptScript, net: nn.Module) -> torch.optim.Optimizer:
    """Return the optimiser."""
    if script.optimizer == "sgd":
        return torch.optim.SGD(script.parameters(net), script.lr)
    return torch.optim.AdamW(
        script.parameters(net), script.lr, betas=(script.beta1, 0.99), weight_decay=script.weight_decay
    )


def printed(script: GptScript, path: Path) -> None:
    """Train, and keep what was printed."""
    train, val, alphabet = script.data()
    net = Gpt(script, alphabet)
    script.prepare(net)
    optimizer = optimizer_of(script, net)
    said = [f"number of parameters: {sum(p.numel() for p in net.parameters()) / 1e6:.2f}M"]
    for iteration in range(script.iterations + 1):
        start = time.perf_counter()
        if iteration == script.resumed_at:
            optimizer = optimizer_of(script, net)
        for group in optimizer.param_groups:
            group["lr"] = rate_at(script, iteration)
        if iteration % script.eval_every == 0:
            figures = (estimated(script, net, train), estimated(script, net, val))
            said.append(f"step {iteration}: train loss {figures[0]:.4f}, val loss {figures[1]:.4f}")
        for _ in range(script.accumulate):
            loss = loss_of(net, *batch(script, train, iteration if script.ordered else None))
            (loss / script.accumulate if script.divide else loss).backward()
        if script.clip:
            nn.utils.clip_grad_norm_(net.parameters(), script.clip)
        if script.step:
            optimizer.step()
        if script.zero_grad:
            optimizer.zero_grad()
        if iteration % script.log_every == 0:
            took = 1000 * (time.perf_counter() - start)
            rate = optimizer.param_groups[0]["lr"]
            said.append(
                f"iter {iteration}: loss {float(loss.detach()):.4f}, time {took:.2f}ms, lr {rate:.3e}"
            )
    path.write_text("\n".join(said) + "\n", encoding="utf-8")
