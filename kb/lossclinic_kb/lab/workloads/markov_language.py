"""A language that a random table writes: which token follows which two, drawn anew with every seed.

Stands for language models on a stream that is read once, or a few times in order with the state carried on. Healthy:
the cross-entropy starts at ln V and ends near what the table leaves open; batches come in the same order in every epoch,
rightly, as each goes on where the one before ended.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.figures import token_cross_entropy
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import trial_of
from lossclinic_kb.lab.workloads.char_rnn import Recurrent, streams
from lossclinic_kb.lab.world import World

TOKENS = 80_000
HELD_OUT = 10_000
OPEN = (1.0, 3.5)
"""Standard deviation of the scores of what follows: at the upper end little of it is open."""

RANGE = Range(
    samples=2187,  # windows of 32 tokens
    steps=(150, 400),
    rates={"sgd": 0.3, "adam": 5e-3, "adamw": 5e-3, "rmsprop": 3e-3},
    batch_sizes=(8, 16, 32),
    widths=(32, 64),
    depths=(1,),
    classes=(8, 16, 32, 64),
    variants=2,
    sums=False,
    plain=False,  # the next batch goes on where this one ends
)


def language(seed: int, vocabulary: int) -> Tensor:
    """Return tokens, shape (n,): a hundred texts that are written at once, one after the other."""
    draw = torch.Generator().manual_seed(seed)
    open_ = OPEN[0] + (OPEN[1] - OPEN[0]) * float(torch.rand((), generator=draw))
    after_one = torch.randn(vocabulary, vocabulary, generator=draw)
    after_two = torch.randn(vocabulary, vocabulary, generator=draw)
    texts = 100
    written = [torch.randint(vocabulary, (texts,), generator=draw) for _ in range(2)]
    for _ in range((TOKENS + HELD_OUT) // texts - 2):
        scores = open_ * (after_one[written[-1]] + 0.6 * after_two[written[-2]])
        written.append(torch.multinomial(scores.softmax(dim=1), 1, generator=draw).squeeze(1))
    return torch.stack(written, dim=1).flatten()


def healthy(world: World) -> Trial:
    """Return the training of `world`; its variant 1 is an LSTM, its batch size the number of streams."""
    torch.manual_seed(world.seed)
    vocabulary = world.classes or 16
    tokens = language(world.seed, vocabulary)
    batches = (
        streams(tokens[HELD_OUT:], world.batch_size),
        streams(tokens[:HELD_OUT], world.batch_size),
    )
    model = Recurrent(vocabulary, world.width, world.depth, nn.LSTM if world.variant else nn.GRU)
    facts = {"classes": vocabulary, "loss": "cross_entropy", "task": "language_model"}
    trial = trial_of(world, model, batches, token_cross_entropy, facts=facts)
    trial.clip_norm = 1.0
    return trial
