"""A reader of digit strips whose convolutions leave fewer time steps than CTC needs, and one that leaves enough."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from lossclinic_kb.lab import Trial, World
from lossclinic_kb.lab.workloads.build import Samples
from lossclinic_kb.lab.workloads.digits import digit_images

DIGITS = 5  # on each strip, eight columns wide each
STRIPS = 640
BATCH = 20
BLANK = 0  # the digit d is the symbol d + 1


def broken(world: World) -> Trial:
    """Shrink the strips too far. In odd worlds `zero_infinity` turns what cannot be aligned into a loss of 0."""
    if (
        world.seed % 2
    ):  # with half a step for each digit no strip can be aligned, with one only those that repeat none
        return _trial(world, halvings=4 if world.severity > 0.4 else 3, zero_infinity=True)
    return _trial(world, halvings=3, repeating=world.between(0.003, 0.3))


def cured(world: World) -> Trial:
    """Leave two steps for each digit: enough for any repetition."""
    return _trial(world, halvings=2, zero_infinity=bool(world.seed % 2))


class Reader(nn.Module):
    """Convolutions along the strip, each halving its length, and the log-probabilities of each step."""

    def __init__(self, width: int, halvings: int) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv1d(8, width, 5, padding=2), nn.BatchNorm1d(width), nn.ReLU()]
        for _ in range(halvings):
            layers += [nn.Conv1d(width, width, 3, stride=2, padding=1), nn.BatchNorm1d(width), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(width, 11)

    def forward(self, strips: Tensor) -> Tensor:
        """Return log-probabilities, shape (batch, steps, 11), for `strips`, shape (batch, 8, columns)."""
        scores: Tensor = self.head(self.body(strips).transpose(1, 2))
        return scores.log_softmax(-1)


def _strips(digits: Samples, count: int, repeating: float, draw: torch.Generator) -> TensorDataset:
    """Return strips, shape (count, 8, columns), in about `repeating` of which a digit follows itself."""
    pool = [(digits[1] == digit).nonzero().flatten() for digit in range(10)]
    labels = torch.rand(count, 10, generator=draw).argsort(1)[:, :DIGITS]
    repeats = torch.rand(count, generator=draw) < repeating
    labels[repeats, 1] = labels[repeats, 0]
    chosen = torch.stack([_one_of(pool[digit], draw) for digit in labels.flatten().tolist()])
    pixels = digits[0][chosen].view(count, DIGITS, 8, 8)
    return TensorDataset(pixels.transpose(1, 2).flatten(2), labels + 1)


def _one_of(pool: Tensor, draw: torch.Generator) -> Tensor:
    return pool[torch.randint(len(pool), (), generator=draw)]


def _trial(world: World, halvings: int, *, repeating: float = 0.3, zero_infinity: bool = False) -> Trial:
    train, val = digit_images(world.seed)
    draw = torch.Generator().manual_seed(world.seed)
    torch.manual_seed(world.seed)
    model = Reader(64, halvings)

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        count, steps, _ = outputs.shape
        lengths = torch.full((count,), steps), torch.full((count,), targets.shape[1])
        return nn.functional.ctc_loss(
            outputs.transpose(0, 1), targets, *lengths, blank=BLANK, zero_infinity=zero_infinity
        )

    return Trial(
        model=model,
        optimizer=torch.optim.Adam(model.parameters(), lr=0.003 * world.lr_factor),
        train=DataLoader(_strips(train, STRIPS, repeating, draw), BATCH, shuffle=True, generator=draw),
        val=DataLoader(_strips(val, STRIPS // 4, repeating, draw), STRIPS // 4),
        loss=loss,
        epochs=min(world.epochs, 8),
        metric=read_right,
        log_every=world.log_every,
        smoothed=world.smoothed,
        facts={"loss": "ctc", "task": "recognition", "batch_size": BATCH},
    )


def decode(best: Sequence[int]) -> list[int]:
    """Return the symbols of a path: repetitions merged, blanks left out."""
    return [now for before, now in zip([BLANK, *best], best, strict=False) if now not in (BLANK, before)]


def read_right(outputs: Tensor, targets: Tensor) -> float:
    """Return the share of strips that are read without an error."""
    paths = outputs.argmax(-1).tolist()
    right = [decode(path) == target for path, target in zip(paths, targets.tolist(), strict=True)]
    return float(sum(right) / len(right))


def too_long(output_lengths: Tensor, targets: Tensor, target_lengths: Tensor) -> list[int]:
    """Return the samples of a batch that CTC cannot align; `targets` of shape (batch, longest), padded."""
    # snippet: confirm | pytorch | Which samples need more steps than the network leaves? | 哪些样本需要的步数比网络给的多？
    impossible = []
    for i, (steps, count) in enumerate(zip(output_lengths.tolist(), target_lengths.tolist(), strict=True)):
        labels = targets[i, :count]
        repeats = int((labels[1:] == labels[:-1]).sum())  # a blank must stand between two equal symbols
        if steps < count + repeats:
            impossible.append(i)
    # output_lengths: those that go into the loss, after all strides. It must come out empty.
    # end snippet
    return impossible


def infinite_share(
    log_probs: Tensor, targets: Tensor, output_lengths: Tensor, target_lengths: Tensor
) -> float:
    """Return the share of samples whose loss is infinite; `log_probs` of shape (steps, batch, symbols)."""
    # snippet: confirm_loss | pytorch | What does zero_infinity hide? | zero_infinity 到底藏掉了多少样本？
    with torch.no_grad():
        losses = nn.functional.ctc_loss(
            log_probs, targets, output_lengths, target_lengths, reduction="none", zero_infinity=False
        )
    share: float = (
        losses.isinf().float().mean().item()
    )  # 0, or a handful of bad transcripts in a large data set
    # end snippet
    return share


def steps_after(columns: Tensor, strides: Sequence[int]) -> Tensor:
    """Return the number of output steps for each width, for convolutions with padding of half the kernel."""
    # snippet: fix | pytorch | Fewer strides along time, and lengths computed as the layers do | 时间方向少下采样，长度按各层的算法来
    # strides along time or width: (2, 2, 1), was (2, 2, 2); those along height or frequency may stay
    lengths = columns.clone()  # the true lengths of the samples, before padding
    for stride in strides:
        lengths = (lengths - 1) // stride + 1  # kernel 3, padding 1; others: see the formula of Conv1d
    # end snippet
    return lengths


def kept(samples: Sequence[tuple[int, Sequence[int]]]) -> list[tuple[int, Sequence[int]]]:
    """Return the samples (output steps, labels) that can be aligned."""

    # snippet: fix_data | pytorch | Leave out the samples that cannot be aligned | 把对不齐的样本剔掉
    def needed(labels: Sequence[int]) -> int:
        return len(labels) + sum(a == b for a, b in itertools.pairwise(labels))

    good = [(steps, labels) for steps, labels in samples if steps >= needed(labels)]
    # Say how many were dropped: more than one in a hundred is a network or a transcript problem.
    # end snippet
    return good  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    labels = torch.tensor([[1, 2, 3], [1, 1, 2], [4, 0, 0]])
    counts, steps = torch.tensor([3, 3, 1]), torch.tensor([3, 3, 3])
    assert too_long(steps, labels, counts) == [1]
    log_probs = torch.randn(3, 3, 5).log_softmax(-1)
    assert abs(infinite_share(log_probs, labels, steps, counts) - 1 / 3) < 1e-6
    assert infinite_share(torch.randn(4, 3, 5).log_softmax(-1), labels, steps + 1, counts) == 0
    assert kept([(3, [1, 2, 3]), (3, [1, 1, 2])]) == [(3, [1, 2, 3])]
    assert steps_after(torch.tensor([40, 33]), [2, 2, 1]).tolist() == [10, 9]

    world = World()
    for trial, steps_left in ((broken(world), 5), (cured(world), 10)):
        strips, targets = next(iter(trial.train))
        outputs = trial.model(strips)
        assert outputs.shape[1] == steps_left
        given = torch.full((len(targets),), steps_left)
        bad = too_long(given, targets, torch.full_like(given, DIGITS))
        share = infinite_share(outputs.transpose(0, 1), targets, given, torch.full_like(given, DIGITS))
        assert abs(share - len(bad) / len(targets)) < 1e-6
        assert (share == 0) or steps_left == 5
    unaligned = _trial(World(), halvings=4, zero_infinity=True)
    strips, targets = next(iter(unaligned.train))
    assert (
        unaligned.loss(unaligned.model(strips), targets) == 0
    )  # nothing can be aligned, and it looks perfect
    assert decode([0, 3, 3, 0, 3]) == [3, 3]
    assert read_right(torch.zeros(1, 4, 11), torch.ones(1, 5, dtype=torch.int64)) == 0
