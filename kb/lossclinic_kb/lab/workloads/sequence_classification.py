"""Classification of token sequences of unequal length: embedding, padding, pooling.

Stands for text classification. A sequence is of the class whose key words it holds most of. Healthy: the
cross-entropy starts at ln K (0.69 to 1.79) and ends below half of that; validation accuracy above 0.8.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.figures import token_cross_entropy
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, split, trial_of
from lossclinic_kb.lab.world import World

PADDING = 0
VOCABULARY = 80
KEYS = 8  # key words of each class
SHARE = 0.4  # of the words that are key words of the class, on average
LONGEST = 30
SHORTEST = 6  # so that nearly every sequence holds a key word
SAMPLES = 2400

RANGE = Range(
    samples=1800,
    steps=(400, 700),
    rates={"sgd": 0.05, "adam": 4e-3, "adamw": 4e-3, "rmsprop": 3e-3},
    batch_sizes=(16, 32, 64),
    widths=(16, 32),
    depths=(1,),
    classes=(2, 4, 6),
    variants=2,
)


class Pooled(nn.Module):
    """The mean of the words' embeddings, or their sum weighted by attention, and a small network on top."""

    def __init__(self, width: int, classes: int, *, attends: bool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, width, padding_idx=PADDING)
        self.attention = nn.Linear(width, 1) if attends else None
        self.head = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, classes))

    def forward(self, tokens: Tensor) -> Tensor:
        """Return scores, shape (batch, classes), for `tokens`, shape (batch, time), padded at the end."""
        words = self.embedding(tokens)
        weights = torch.zeros_like(words[..., :1]) if self.attention is None else self.attention(words)
        weights = weights.masked_fill((tokens == PADDING).unsqueeze(-1), -torch.inf).softmax(1)
        scores: Tensor = self.head((weights * words).sum(1))
        return scores


def sequences(seed: int, classes: int) -> Samples:
    """Return sequences, shape (n, 30), padded at the end, and their classes."""
    draw = torch.Generator().manual_seed(seed)
    keys = 1 + torch.randperm(VOCABULARY - 1, generator=draw)[: classes * KEYS].view(classes, KEYS)
    targets = torch.randint(classes, (SAMPLES,), generator=draw)
    words = torch.randint(1, VOCABULARY, (SAMPLES, LONGEST), generator=draw)
    chosen = keys[targets].gather(1, torch.randint(KEYS, (SAMPLES, LONGEST), generator=draw))
    words = torch.where(torch.rand(words.shape, generator=draw) < SHARE, chosen, words)
    lengths = torch.randint(SHORTEST, LONGEST + 1, (SAMPLES, 1), generator=draw)
    return words.masked_fill(torch.arange(LONGEST) >= lengths, PADDING), targets


def healthy(world: World) -> Trial:
    """Return the training of `world`; its variant 1 pools by attention."""
    torch.manual_seed(world.seed)
    classes = world.classes or 4
    batches = loaders(world, *split(*sequences(world.seed, classes), world.seed))
    model = Pooled(world.width, classes, attends=world.variant == 1)
    facts = {"classes": classes, "loss": "cross_entropy", "task": "text_classification"}
    return trial_of(world, model, batches, token_cross_entropy, facts=facts)
