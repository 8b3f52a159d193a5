"""The loss ignores a class that matters, or nearly every target of a text; and the same data with all targets."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Subset

from lossclinic_kb.lab import Trial, World, evaluate, fit, healthy_trial
from lossclinic_kb.lab.figures import IGNORED

WORKLOADS: tuple[str, ...] = (
    "segmentation",
    "char_transformer",
    "char_rnn",
    "tabular",
    "cnn_digits",
    "sequence_classification",
)

Loss = Callable[[Tensor, Tensor], Tensor]


def broken(world: World) -> Trial:
    """Texts: all but a few windows are masked. Elsewhere: class 0 has the number that the loss ignores."""
    trial = cured(world)
    if "char" in world.workload:
        trial.loss = _few_windows(world.between(0.06, 0.01), never_nan=world.seed % 2 == 1)
    else:
        trial.loss = _without_class_zero
    return trial


def cured(world: World) -> Trial:
    variant = 0 if world.workload == "segmentation" else world.variant  # the plain cross-entropy
    trial = healthy_trial(replace(world, summed=False, loss_weight=1.0, variant=variant))
    if "char" in world.workload:
        trial.metric = None
    return trial


def _without_class_zero(outputs: Tensor, targets: Tensor) -> Tensor:
    return nn.functional.cross_entropy(outputs.flatten(0, -2), targets.flatten(), ignore_index=0)


def _few_windows(share: float, *, never_nan: bool) -> Loss:
    """Return the cross-entropy over the windows that hold the marker of an answer: a share of all.

    Args:
        share: Of the windows whose targets are left.
        never_nan: Divide by 1 where nothing is left, as some libraries do: the loss is then 0 and not NaN.
    """

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        marker = (targets * torch.arange(1, targets.shape[1] + 1)).sum(1) % 997
        left = targets.masked_fill((marker >= 997 * share).unsqueeze(1), IGNORED)
        total = nn.functional.cross_entropy(
            outputs.flatten(0, -2), left.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        count = (left != IGNORED).sum()
        return total / (count.clamp_min(1) if never_nan else count)

    return loss


def counted_targets(
    batches: Iterable[tuple[Tensor, Tensor]], num_classes: int, ignore_index: int
) -> tuple[list[float], list[int]]:
    """Return the share of targets that count, batch by batch, and the classes that never do."""
    # snippet: confirm | pytorch | How many targets reach the loss, and which classes never do? | 有多少目标真正进了 loss？哪些类从没进过？
    shares, seen = [], torch.zeros(num_classes, dtype=torch.bool)
    for _, targets in batches:  # some 50 batches, as the loader delivers them
        counts = targets != ignore_index  # -100, unless your loss was given another one
        shares.append(counts.float().mean().item())
        seen[targets[counts].unique()] = True
    never = (~seen).nonzero().flatten().tolist()
    # A share of 0 in any batch: its loss is 0/0. A share far below what you expect, or a class in
    # `never`: the loss does not know about it.
    # end snippet
    return shares, never


def only_with_targets(
    dataset: Dataset[tuple[Tensor, ...]], ignore_index: int
) -> tuple[list[int], DataLoader[tuple[Tensor, ...]]]:
    """Return the samples that have a target, and a loader of these."""
    # snippet: fix | pytorch | Leave out samples without any target, and say how many | 去掉没有任何目标的样本，并且说清楚有多少
    samples = [dataset[index][1] for index in range(len(dataset))]  # type: ignore[arg-type]
    kept = [index for index, targets in enumerate(samples) if (targets != ignore_index).any()]
    dropped = 1 - len(kept) / len(samples)
    # Above a percent or so, mend the cause instead: the text is cut before the answer (raise max_length,
    # cut the prompt), or the marker in front of the answer is tokenised differently inside the text.
    train_loader = DataLoader(Subset(dataset, kept), batch_size=16, shuffle=True)
    # end snippet
    assert 0 <= dropped <= 1
    return kept, train_loader


def checked_loss(num_classes: int, ignore_index: int) -> nn.Module:
    """Return the cross-entropy.

    Raises:
        ValueError: The number to be ignored is that of a class.
    """
    # snippet: fix_number | pytorch | A number to ignore that is no class | 忽略值不能和任何类别重号
    if 0 <= ignore_index < num_classes:
        raise ValueError(f"ignore_index={ignore_index} is also a class: it would never be learned")
    loss_fn = nn.CrossEntropyLoss(ignore_index=ignore_index)  # -100, or 255 for masks
    # end snippet
    return loss_fn  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = healthy_trial(World(epochs=4))
    batches = [(inputs, targets) for inputs, targets in trial.train]
    assert counted_targets(batches, 10, -100) == ([1.0] * len(batches), [])
    shares, never = counted_targets(batches, 10, 0)
    assert never == [0]
    assert 0.85 < sum(shares) / len(shares) < 0.95
    assert math.isnan(nn.functional.cross_entropy(torch.zeros(2, 3), torch.tensor([-100, -100])).item())

    ill = broken(World(epochs=4))
    fit(ill)
    zeros = torch.cat([inputs[targets == 0] for inputs, targets in ill.val])
    assert not (ill.model(zeros).argmax(1) == 0).any()
    assert 0.8 < evaluate(ill)["acc"] < 0.92

    answers = [
        (torch.zeros(3), torch.tensor(each)) for each in ([-100, 4, 5], [-100, -100, -100], [-100, -100, 2])
    ]
    kept, loader = only_with_targets(answers, -100)  # type: ignore[arg-type]
    assert kept == [0, 2]
    assert sum(len(targets) for _, targets in loader) == 2
    assert isinstance(checked_loss(10, -100), nn.CrossEntropyLoss)
    assert "never be learned" in _refusal(lambda: checked_loss(10, 0))


def _refusal(call: Callable[[], object]) -> str:
    try:
        call()
    except ValueError as error:
        return str(error)
    return ""
