"""Padding that the network reads or the loss counts; and the same padded batches with the padding masked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from lossclinic_kb.lab import Trial, World, healthy_trial, optimizer_for
from lossclinic_kb.lab.figures import IGNORED
from lossclinic_kb.lab.samples import samples_of, with_samples
from lossclinic_kb.lab.schedules import schedule_for
from lossclinic_kb.lab.workloads.sequence_classification import LONGEST, PADDING, VOCABULARY, Pooled

WORKLOADS: tuple[str, ...] = ("sequence_classification", "char_transformer", "char_rnn")


class Unmasked(Pooled):
    """Takes the mean over all positions, and gives padding a vector that is trained like that of a word."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__(width, classes, attends=False)
        self.embedding = nn.Embedding(VOCABULARY, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return scores as `Pooled` does."""
        scores: Tensor = self.head(self.embedding(tokens).mean(1))
        return scores


def broken(world: World) -> Trial:
    trial = cured(world)
    if world.workload != "sequence_classification":
        return _counting_padding(world, trial)
    torch.manual_seed(world.seed)
    trial.model = Unmasked(world.width, world.classes or 4)
    trial.optimizer = optimizer_for(world, trial.model)
    trial.schedule = schedule_for(world.schedule, trial.optimizer, trial.epochs * len(trial.train))
    return trial


def cured(world: World) -> Trial:
    """Pad validation, or every third seed training, to the length that the model allows; mask the padding."""
    if world.workload != "sequence_classification":
        return _padded_characters(world, healthy_trial(replace(world, summed=False)))
    trial = healthy_trial(
        replace(world, summed=False, variant=0)
    )  # the mean; attention learns to pass over padding
    side = "train" if world.seed % 3 == 1 else "val"
    loader = getattr(trial, side)
    tokens = samples_of(loader)[0]
    allowed = round(world.between(6, 17) * LONGEST)  # 17 times 30 tokens: the 512 of many encoders
    wider = nn.functional.pad(tokens, (0, allowed - LONGEST), value=PADDING)
    setattr(trial, side, with_samples(loader, wider))
    return trial


def _padded_characters(world: World, trial: Trial) -> Trial:
    """Cut the windows to unequal lengths, fill them up with character 0, and leave that out of the loss."""
    draw = torch.Generator().manual_seed(world.seed + 59)
    for name in ("train", "val"):
        loader = getattr(trial, name)
        inputs, targets = samples_of(loader)
        width = inputs.shape[1]
        longest = max(8, round(2 * width * (1 - world.between(0.7, 0.9))))
        lengths = torch.randint(4, longest + 1, (len(inputs), 1), generator=draw)
        padding = torch.arange(width) >= lengths
        padded = with_samples(loader, inputs.masked_fill(padding, 0), targets.masked_fill(padding, IGNORED))
        setattr(trial, name, padded)
    return trial


def _counting_padding(world: World, trial: Trial) -> Trial:
    """Count padding as character 0: even seeds in training, odd ones in validation."""
    name = "val" if world.seed % 2 else "train"
    loader = getattr(trial, name)
    targets = samples_of(loader)[1]
    setattr(trial, name, with_samples(loader, targets=targets.masked_fill(targets == IGNORED, 0)))
    return trial


def depends_on_padding(model: Callable[[Tensor, Tensor], Tensor], tokens: Tensor, pad_id: int) -> float:
    """Return by how much the answer for one sequence, shape (1, time), changes when it is padded further."""
    # snippet: confirm | pytorch | Pad one sample further: the answer must not change | 给一个样本多垫一些 padding，输出不能变
    with torch.no_grad():  # model.eval() before
        mask = torch.ones_like(tokens)
        alone = model(tokens, mask)
        padded = model(
            nn.functional.pad(tokens, (0, 20), value=pad_id),  # (20, 0) for padding on the left
            nn.functional.pad(mask, (0, 20), value=0),
        )
    difference = (alone - padded).abs().max().item()
    # Up to 1e-5 is rounding (1e-2 in half precision). One score per token: compare the first positions.
    # end snippet
    return difference  # noqa: RET504 - the snippet names it


def collated(samples: Sequence[Tensor], pad_id: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return tokens, mask and targets of a batch of sequences of unequal length."""
    # snippet: fix | pytorch | Mask and targets from the lengths, not from the padding token | mask 和目标都按长度来，不要按 pad 的编号来
    lengths = torch.tensor([len(sample) for sample in samples])
    tokens = pad_sequence(list(samples), batch_first=True, padding_value=pad_id)
    mask = torch.arange(tokens.shape[1]) < lengths.unsqueeze(1)  # True: a real token
    targets = tokens.masked_fill(~mask, -100)  # the loss ignores -100
    # Comparing with pad_id instead would also hide the real end of text where pad_id is eos_id.
    # end snippet
    return tokens, mask, targets


def pooled(hidden: Tensor, mask: Tensor) -> Tensor:
    """Return the mean over the real positions."""
    # snippet: fix_pooling | pytorch | The mean of the real positions only | 只对真实 token 求平均
    weights = mask.unsqueeze(-1).to(hidden.dtype)  # (batch, time, 1)
    mean = (hidden * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)
    # Attention: key_padding_mask=~mask. The last word: hidden[torch.arange(len(hidden)), mask.sum(1) - 1].
    # Recurrent: nn.utils.rnn.pack_padded_sequence(words, lengths, batch_first=True, enforce_sorted=False)
    # end snippet
    return mean  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    torch.manual_seed(0)
    tokens = torch.randint(1, VOCABULARY, (1, 9))
    careless, careful = Unmasked(16, 4).eval(), Pooled(16, 4, attends=True).eval()
    assert depends_on_padding(lambda words, _: careless(words), tokens, PADDING) > 1e-3
    assert depends_on_padding(lambda words, _: careful(words), tokens, PADDING) < 1e-5
    embedding = nn.Embedding(VOCABULARY, 16)
    assert depends_on_padding(lambda words, mask: pooled(embedding(words), mask), tokens, PADDING) < 1e-6

    batch, mask, targets = collated([torch.tensor([5, 6, 7, 2]), torch.tensor([8, 2])], pad_id=2)
    assert mask.tolist() == [[True] * 4, [True, True, False, False]]
    assert targets.tolist() == [[5, 6, 7, 2], [8, 2, -100, -100]]
    assert torch.equal(batch[mask], targets[mask])

    cell = nn.GRU(16, 8, batch_first=True)
    packed = nn.utils.rnn.pack_padded_sequence(
        embedding(batch), mask.sum(1), batch_first=True, enforce_sorted=False
    )
    with torch.no_grad():
        assert torch.allclose(cell(packed)[1][0, 1], cell(embedding(batch[1:, :2]))[1][0, 0], atol=1e-6)
