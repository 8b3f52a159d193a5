"""A decoder that predicts the next character of a text.

Stands for language-model training. Healthy: the cross-entropy starts at ln V (3.4 to 4.1 for 30 to 60 characters)
and ends below 2.5; validation on other paragraphs stays within a few tenths of training.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.figures import token_cross_entropy
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import loaders, trial_of
from lossclinic_kb.lab.workloads.text import numbered_text, windows
from lossclinic_kb.lab.world import World

LENGTH = 32

RANGE = Range(
    samples=3374,  # windows of 32 characters
    steps=(250, 400),
    rates={"adam": 4e-3, "adamw": 4e-3, "rmsprop": 1e-3},  # plain SGD learns transformers badly
    batch_sizes=(8, 16, 24),
    widths=(32, 48),
    depths=(1, 2),
    classes=(30, 40, 60),
)


class Decoder(nn.Module):
    """A causal transformer with normalisation before each block and learned positions."""

    def __init__(self, vocabulary: int, width: int, depth: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(LENGTH, width)
        nn.init.normal_(self.embedding.weight, std=0.1)  # the usual 0.02 is meant for widths of a thousand
        nn.init.normal_(self.positions.weight, std=0.1)
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(width, 4, 4 * width, 0.0, "gelu", batch_first=True, norm_first=True)
            for _ in range(depth)
        )
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return scores of the next character, shape (batch, time, vocabulary), for `tokens`, (batch, time)."""
        time = tokens.shape[1]
        mask = torch.ones(time, time, dtype=torch.bool, device=tokens.device).triu(1)  # True: not to be seen
        hidden = self.embedding(tokens) + self.positions.weight[:time]
        for block in self.blocks:
            hidden = block(hidden, src_mask=mask)
        scores: Tensor = self.head(self.norm(hidden))
        return scores


def healthy(world: World) -> Trial:
    """Return the training of `world`; its classes are the characters of the vocabulary."""
    torch.manual_seed(world.seed)
    vocabulary = world.classes or 40
    train, val = numbered_text(vocabulary, world.seed)
    batches = loaders(world, windows(train, LENGTH), windows(val, LENGTH))
    model = Decoder(vocabulary, world.width, world.depth)
    facts = {"classes": vocabulary, "loss": "cross_entropy", "task": "language_model"}
    return trial_of(world, model, batches, token_cross_entropy, facts=facts)
