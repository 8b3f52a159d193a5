"""An encoder and a decoder that write a row of digits backwards, each step shown the true one before.

Stands for translation and other sequence-to-sequence learning. Healthy: the cross-entropy starts at ln 12 (2.48), may
rest on a shelf while only the frequencies are known, and ends below half of it; sequences are padded, and padding counts nothing.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.figures import IGNORED, token_cross_entropy
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, split, trial_of
from lossclinic_kb.lab.world import World

PADDING, BEGIN = 10, 11
CODES = 12  # ten digits and the two above
LONGEST, SHORTEST = 8, 3
SAMPLES = 2000

RANGE = Range(
    samples=1500,
    steps=(250, 450),
    rates={"adam": 1e-2, "adamw": 1e-2, "rmsprop": 4e-3},
    batch_sizes=(16, 32, 64),
    widths=(32, 48),
    depths=(1,),
)


class Translator(nn.Module):
    """Two recurrent networks, the second of which begins where the first one ends."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(CODES, width)
        self.encoder, self.decoder = (nn.GRU(width, width, batch_first=True) for _ in range(2))
        self.head = nn.Linear(width, CODES)

    def forward(self, both: Tensor) -> Tensor:
        """Return scores, shape (batch, 8, 12), for source and shifted answer one after the other, (batch, 16)."""
        source, answer = both[:, :LONGEST], both[:, LONGEST:]
        _, state = self.encoder(self.embedding(source))
        hidden, _ = self.decoder(self.embedding(answer), state)
        scores: Tensor = self.head(hidden)
        return scores


def rows(seed: int) -> Samples:
    """Return sources with what the decoder is shown, shape (n, 16), and what it has to say, shape (n, 8)."""
    draw = torch.Generator().manual_seed(seed)
    digits = torch.randint(10, (SAMPLES, LONGEST), generator=draw)
    lengths = torch.randint(SHORTEST, LONGEST + 1, (SAMPLES, 1), generator=draw)
    at = torch.arange(LONGEST)
    backwards = digits.gather(1, (lengths - 1 - at).clamp_min(0))
    shown = torch.cat([torch.full((SAMPLES, 1), BEGIN), backwards[:, :-1]], dim=1)
    # Padded in front, so that the encoder ends with the last digit.
    source = digits.gather(1, (at - (LONGEST - lengths)).clamp_min(0)).masked_fill(
        at < LONGEST - lengths, PADDING
    )
    return torch.cat([source, shown], dim=1), backwards.masked_fill(at >= lengths, IGNORED)


def healthy(world: World) -> Trial:
    """Return the training of `world`."""
    torch.manual_seed(world.seed)
    return trial_of(
        world,
        Translator(world.width),
        loaders(world, *split(*rows(world.seed), world.seed)),
        token_cross_entropy,
        facts={"classes": CODES, "loss": "cross_entropy", "task": "translation"},
    )
