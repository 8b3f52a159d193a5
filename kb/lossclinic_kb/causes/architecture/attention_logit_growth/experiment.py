"""Attention whose scores grow until every token looks at one other alone; and attention that bounds them."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, fit, healthy_trial

WORKLOADS = ("tabular", "sequence_classification")

HEADS, WIDTH, DEPTH = 4, 32, 2
SHARP = 4.0  # times the usual size of the first query and key weights, so that a short run shows the growth
VOCABULARY = 80
PIECES = 8  # tokens that the columns of a table become
MOST_STEPS = 300


class Attention(nn.Module):
    """Multi-head self-attention that remembers its last scores."""

    def __init__(self, *, normalised: bool) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.out = nn.Linear(WIDTH, WIDTH, bias=False)
        self.normalised = normalised
        self.scores = torch.zeros(1)
        with torch.no_grad():
            self.qkv.weight[: 2 * WIDTH] *= SHARP

    def forward(self, x: Tensor) -> Tensor:
        """Return what each token of `x`, shape (batch, time, width), gathers from all of them."""
        q, k, v = (part.unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1))
        scores = bounded_scores(q, k) if self.normalised else q @ k.mT / math.sqrt(q.shape[-1])
        self.scores = scores.detach()
        gathered: Tensor = self.out((scores.softmax(-1) @ v).transpose(1, 2).flatten(2))
        return gathered


class Transformer(nn.Module):
    """Blocks of attention and a small network on tokens made by `embedding`, and an answer for their mean."""

    def __init__(self, embedding: nn.Module, outputs: int, *, normalised: bool) -> None:
        super().__init__()
        self.embedding = embedding
        self.attentions = nn.ModuleList(Attention(normalised=normalised) for _ in range(DEPTH))
        self.networks = nn.ModuleList(
            nn.Sequential(
                nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Linear(2 * WIDTH, WIDTH)
            )
            for _ in range(DEPTH)
        )
        self.head = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, outputs))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return scores, shape (batch, outputs)."""
        x = self.embedding(inputs)
        for attention, network in zip(self.attentions, self.networks, strict=True):
            x = x + attention(x)
            x = x + network(x)
        scores: Tensor = self.head(x.mean(1))
        return scores


class Words(nn.Module):
    """A vector for each word and each place."""

    def __init__(self, vocabulary: int, length: int) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, WIDTH)
        self.places = nn.Parameter(0.1 * torch.randn(length, WIDTH))

    def forward(self, words: Tensor) -> Tensor:
        """Return vectors, shape (batch, time, width), for `words`, shape (batch, time)."""
        vectors: Tensor = self.words(words) + self.places[: words.shape[1]]
        return vectors


class Columns(nn.Module):
    """A vector for each piece of a row."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.size = math.ceil(features / PIECES)
        self.piece = nn.Linear(self.size, WIDTH)
        self.places = nn.Parameter(torch.randn(PIECES, WIDTH))

    def forward(self, rows: Tensor) -> Tensor:
        """Return vectors, shape (batch, pieces, width), for `rows`, shape (batch, features)."""
        filled = nn.functional.pad(rows, (0, PIECES * self.size - rows.shape[1]))
        vectors: Tensor = self.piece(filled.unflatten(1, (PIECES, self.size))) + self.places
        return vectors


def broken(world: World) -> Trial:
    return _trial(world, normalised=False)


def cured(world: World) -> Trial:
    return _trial(world, normalised=True)


def _trial(world: World, *, normalised: bool) -> Trial:
    """Return a training that is warmed up to a rate which attention bears only while its scores are bounded."""
    trial = healthy_trial(replace(world, precision="fp32", resumed=False, summed=False))
    inputs, _ = next(iter(trial.train))
    outputs = int(str(trial.facts["classes"]))
    torch.manual_seed(world.seed)
    words = not inputs.is_floating_point()
    embedding = Words(VOCABULARY, inputs.shape[1]) if words else Columns(inputs.shape[1])
    trial.model = model = Transformer(embedding, outputs, normalised=normalised)
    trial.optimizer = torch.optim.Adam(model.parameters(), lr=world.between(0.04, 0.08))
    trial.epochs = max(2, min(trial.epochs, MOST_STEPS // len(trial.train)))
    warm = trial.epochs * len(trial.train) // 2
    trial.schedule = torch.optim.lr_scheduler.LinearLR(trial.optimizer, 0.02, total_iters=warm)
    trial.schedule_per_step = True
    trial.extra = {"attention_max": lambda *_: max(largest_scores(model))}
    return trial


def largest_scores(model: nn.Module) -> list[float]:
    """Return the largest score of each attention in its last forward pass."""
    return [float(part.scores.abs().max()) for part in model.modules() if isinstance(part, Attention)]


def bounded_scores(q: Tensor, k: Tensor) -> Tensor:
    """Return attention scores, shape (batch, heads, time, time), that are at most the root of the head's width."""
    # snippet: fix | pytorch | Normalise queries and keys in every head | 每个头里对 q、k 做归一化
    q = nn.functional.rms_norm(q, q.shape[-1:])  # after the split into heads, before rotary positions
    k = nn.functional.rms_norm(k, k.shape[-1:])  # with a learned gain per channel, if you like
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    # end snippet
    return scores  # noqa: RET504 - the snippet names it


def look(q: Tensor, k: Tensor) -> tuple[float, float]:
    """Return the largest attention score, and the mean entropy of the attention weights."""
    # snippet: confirm | pytorch | Log for every layer: the largest score and the entropy | 每层记录最大分数和注意力熵
    with torch.no_grad():
        scores = q @ k.mT / math.sqrt(q.shape[-1])  # before the mask; fused attention does not return them
        largest = scores.abs().max().item()
        weights = scores.float().softmax(dim=-1)
        entropy = -(weights * weights.clamp_min(1e-9).log()).sum(dim=-1).mean().item()
    # Largest: some tens is usual, growth without end is not. Entropy: ln(time) looks everywhere, 0 at one token.
    # end snippet
    return largest, entropy


def loss_of(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the cross-entropy of `logits`, and what keeps them from drifting away."""
    # snippet: fix_outputs | pytorch | Output logits that drift: the z-loss | 输出 logits 漂移：加 z-loss
    loss = nn.functional.cross_entropy(logits.flatten(0, -2), targets.flatten())
    loss = loss + 1e-4 * logits.float().logsumexp(dim=-1).square().mean()
    # end snippet
    return loss  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    q, k = 100 * torch.randn(2, HEADS, 6, 16), 100 * torch.randn(2, HEADS, 6, 16)
    assert look(q, k)[0] > 1000
    assert look(q, k)[1] < 0.05
    assert abs(look(0 * q, k)[1] - math.log(6)) < 1e-3
    assert float(bounded_scores(q, k).abs().max()) <= math.sqrt(16) + 1e-4
    logits = torch.randn(2, 5, 7)
    targets = torch.randint(7, (2, 5))
    assert float(loss_of(logits + 50, targets)) > float(loss_of(logits, targets)) + 0.1

    ill = broken(World(epochs=4))
    grown = {series.name: series.values for series in fit(ill).series}["attention_max"]
    assert grown[-1] > 1000 * grown[0]
