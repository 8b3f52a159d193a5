"""A recurrent network that predicts the next character and carries its state from batch to batch.

Stands for recurrent training on long sequences, cut for truncated backpropagation. Healthy: the cross-entropy
starts at ln V (3.4 to 4.1) and ends below 2.1; validation on other paragraphs stays within a few tenths of training.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from lossclinic_kb.lab.figures import token_cross_entropy
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Batches, Trial
from lossclinic_kb.lab.workloads.build import trial_of
from lossclinic_kb.lab.workloads.text import numbered_text, windows
from lossclinic_kb.lab.world import World

LENGTH = 32

RANGE = Range(
    samples=3374,  # windows of 32 characters
    steps=(250, 450),
    rates={"sgd": 0.3, "adam": 5e-3, "adamw": 5e-3, "rmsprop": 3e-3},
    batch_sizes=(8, 16, 32),
    widths=(48, 96),
    depths=(1,),
    classes=(30, 40, 60),
    variants=2,
    sums=False,
    plain=False,  # the next batch goes on where this one ends
)

State = Tensor | tuple[Tensor, Tensor]


class Recurrent(nn.Module):
    """A GRU or an LSTM over characters whose state outlives the batch, but not the gradient."""

    def __init__(self, vocabulary: int, width: int, depth: int, cell: type[nn.GRU] | type[nn.LSTM]) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.cell = cell(width, width, depth, batch_first=True)
        self.head = nn.Linear(width, vocabulary)
        self.state: State | None = None
        self.parked: State | None = None

    def train(self, mode: bool = True) -> Recurrent:
        """Switch the mode; training goes on after a validation with the state it had before."""
        if mode and not self.training:
            self.state = self.parked
        elif self.training and not mode:
            self.state, self.parked = None, self.state
        super().train(mode)
        return self

    def forward(self, tokens: Tensor) -> Tensor:
        """Return scores of the next character, shape (batch, time, vocabulary), for `tokens`, (batch, time)."""
        outputs, state = self.cell(self.embedding(tokens), self._carried(len(tokens)))
        self.state = state.detach() if isinstance(state, Tensor) else (state[0].detach(), state[1].detach())
        scores: Tensor = self.head(outputs)
        return scores

    def _carried(self, streams: int) -> State | None:
        """Return the state of the last batch; None, which is zeros, where that had another number of streams."""
        if self.state is None:
            return None
        first = self.state if isinstance(self.state, Tensor) else self.state[0]
        return self.state if first.shape[1] == streams else None


def streams(codes: Tensor, count: int) -> Batches:
    """Return batches of `count` windows, each going on where the one in the batch before ended."""
    inputs, targets = windows(codes, LENGTH)
    length = len(inputs) // count
    order = torch.arange(length * count).view(count, length).T.flatten()
    return DataLoader(TensorDataset(inputs[order], targets[order]), batch_size=count)


def healthy(world: World) -> Trial:
    """Return the training of `world`; its variant 1 is an LSTM, its batch size the number of streams."""
    torch.manual_seed(world.seed)
    vocabulary = world.classes or 40
    train, val = numbered_text(vocabulary, world.seed)
    batches = streams(train, world.batch_size), streams(val, world.batch_size)
    model = Recurrent(vocabulary, world.width, world.depth, nn.LSTM if world.variant else nn.GRU)
    facts = {"classes": vocabulary, "loss": "cross_entropy", "task": "language_model"}
    trial = trial_of(world, model, batches, token_cross_entropy, facts=facts)
    trial.clip_norm = 1.0  # recurrent networks are hardly ever trained without
    return trial
