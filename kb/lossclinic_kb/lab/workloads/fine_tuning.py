"""A network trained before, on clean digits, that goes on with noisy ones, or with new classes under a new head.

Stands for fine-tuning. Healthy with the old head: the cross-entropy starts low (below 1) and falls gently; with
a new head it starts at ln K (1.61 for five classes) or above, since the features are large, and falls fast.
Either ends below 0.6.
"""

from __future__ import annotations

import copy
from functools import lru_cache

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.figures import token_cross_entropy
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, split, trial_of
from lossclinic_kb.lab.workloads.cnn_digits import network
from lossclinic_kb.lab.workloads.digits import digit_images
from lossclinic_kb.lab.world import World

NEW = 5  # the digits from 5 on are new to a network that gets a new head
NOISE = 0.3  # standard deviation, of pixels between 0 and 1
WARM = 250  # steps of the training before: enough for an accuracy of about 0.95

RANGE = Range(
    samples=660,
    steps=(180, 360),
    rates={"sgd": 0.02, "adam": 1.5e-3, "adamw": 1.5e-3, "rmsprop": 7e-4},  # below those from scratch
    batch_sizes=(16, 32),
    widths=(8, 16),
    depths=(1, 2),
    variants=2,
)


def digits_below(limit: int, *, at_least: int = 0) -> Samples:
    """Return all images of the digits in a range, and their classes counted from 0."""
    train, val = digit_images(0)
    images, digits = torch.cat([train[0], val[0]]), torch.cat([train[1], val[1]])
    inside = (digits >= at_least) & (digits < limit)
    return images[inside], digits[inside] - at_least


@lru_cache(maxsize=8)
def _pretrained(width: int, depth: int) -> nn.Sequential:
    """Return a network that knows the digits 0 to 4, trained once per process."""
    with torch.random.fork_rng(devices=[]):  # leaves the random state of the run as it was
        torch.manual_seed(0)
        model = network(width, depth, NEW, normalised=False)
        optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
        images, digits = digits_below(NEW)
        for _ in range(WARM):
            chosen = torch.randint(len(images), (32,))
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images[chosen]), digits[chosen]).backward()
            optimizer.step()
    return model


def pretrained(width: int, depth: int) -> nn.Sequential:
    """Return a copy of a network that knows the digits 0 to 4; its weights are made on the fly and kept."""
    return copy.deepcopy(_pretrained(width, depth))


def noisy(samples: Samples, seed: int) -> Samples:
    """Return the samples with noise on their images."""
    images: Tensor = samples[0]
    draw = torch.Generator().manual_seed(seed)
    return images + NOISE * torch.randn(images.shape, generator=draw), samples[1]


def healthy(world: World) -> Trial:
    """Return the training of `world`; its variant 1 has new classes and a new head."""
    torch.manual_seed(world.seed)
    model = pretrained(world.width, world.depth)
    if world.variant == 1:
        samples = digits_below(10, at_least=NEW)
        head = model[-1]
        assert isinstance(head, nn.Linear)
        model[-1] = nn.Linear(head.in_features, 10 - NEW)
    else:
        samples = noisy(digits_below(NEW), world.seed)
    batches = loaders(world, *split(*samples, world.seed))
    facts = {"classes": NEW, "loss": "cross_entropy", "pretrained": True}
    return trial_of(world, model, batches, token_cross_entropy, facts=facts)
