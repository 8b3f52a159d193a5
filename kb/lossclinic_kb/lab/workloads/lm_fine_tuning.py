"""A decoder trained before on prose that goes on with program text, at the low rates of fine-tuning.

Stands for fine-tuning a language model. Healthy: the cross-entropy starts where the other text left it (2.5 to 3.5 nats a
character, far below ln V for a large model, near it for this one) and comes down by a fifth to a half, slowly; its noise
from batch to batch is as large as what a stretch of the run wins.
"""

from __future__ import annotations

import copy
from functools import lru_cache

import torch
from torch import nn

from lossclinic_kb.lab.figures import token_cross_entropy
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import loaders, split, trial_of
from lossclinic_kb.lab.workloads.char_transformer import LENGTH, Decoder
from lossclinic_kb.lab.workloads.text import numbered_text, program_text, windows
from lossclinic_kb.lab.world import World

VOCABULARY = 60
WARM = 300
"""Steps of the training before: it knows most of what this network can know of prose."""
READ = 60_000  # characters of program text

RANGE = Range(
    samples=1687,
    steps=(100, 200),
    rates={"adam": 6e-4, "adamw": 6e-4, "rmsprop": 3e-4},  # a tenth to a fifth of those from scratch
    batch_sizes=(8, 16),
    widths=(32, 48),
    depths=(1, 2),
)


@lru_cache(maxsize=8)
def _pretrained(width: int, depth: int) -> Decoder:
    """Return a decoder that knows the prose, trained once per process."""
    with torch.random.fork_rng(devices=[]):  # leaves the random state of the run as it was
        torch.manual_seed(0)
        model = Decoder(VOCABULARY, width, depth)
        optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
        inputs, targets = windows(numbered_text(VOCABULARY, 0)[0], LENGTH)
        for _ in range(WARM):
            chosen = torch.randint(len(inputs), (24,))
            optimizer.zero_grad()
            token_cross_entropy(model(inputs[chosen]), targets[chosen]).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
    return model


def healthy(world: World) -> Trial:
    """Return the training of `world`, on a part of the program text that its seed draws."""
    torch.manual_seed(world.seed)
    text = program_text(VOCABULARY)
    begin = int(torch.randint(len(text) - READ, (1,)))
    samples = windows(text[begin : begin + READ], LENGTH)
    batches = loaders(world, *split(*samples, world.seed, held_out=0.1))
    facts = {"classes": VOCABULARY, "loss": "cross_entropy", "task": "language_model", "pretrained": True}
    model = copy.deepcopy(_pretrained(world.width, world.depth))
    return trial_of(world, model, batches, token_cross_entropy, facts=facts)
