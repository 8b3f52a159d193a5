"""The data under the magnifying glass: what the loaders really deliver, training beside validation."""

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor

MOST = 4000  # samples of each side: enough for every line below, few enough for a minute
Batch = tuple[Tensor, Tensor]


def examine_data(train: Iterable[Batch], val: Iterable[Batch]) -> list[str]:
    """Read (inputs, targets) of both loaders once; return what is odd, what explains most first."""
    batches, held_out = _read(train), _read(val)
    for name, read in (("few_in_train", batches), ("few_in_val", held_out)):
        if not read:
            return [f"{name}: the loader delivers nothing; drop_last with too few samples?"]
    if len({inputs.shape[1] for inputs, _ in (*batches, *held_out)}) > 1:
        return ["cannot_say: samples of several sizes; pad or crop them to one first"]
    x, y = (torch.cat(parts) for parts in zip(*batches, strict=True))
    x_val, y_val = (torch.cat(parts) for parts in zip(*held_out, strict=True))

    def found() -> Iterator[tuple[str, str]]:
        if not (torch.isfinite(x.float()).all() and torch.isfinite(y.float()).all()):
            bad = (~torch.isfinite(x.float())).any(dim=1).nonzero().flatten().tolist()
            yield "not_finite", f"NaN or infinity in inputs of samples {bad[:5]} or in targets"
            return
        if x.is_floating_point():
            yield from _scale(x)
        size = float(y.float().abs().mean())
        if y.is_floating_point() and size > 10:
            yield "targets_far_off", f"mean size {size:.3g}"
        known = {row.numpy().tobytes() for row in x}
        shared = sum(row.numpy().tobytes() in known for row in x_val) / len(x_val)
        if shared > 0.05:
            yield "val_in_train", f"{shared:.0%} of the validation samples"
        if len(y_val) < 100:
            yield "few_in_val", f"{len(y_val)} samples"
        if x.is_floating_point():
            yield from _shifted(x, x_val)
        if not y.is_floating_point() and y.dim() == 1:
            yield from _classes(y, [labels for _, labels in batches])
        if len(y) < 300:
            yield "few_in_train", f"{len(y)} samples"
        if x.is_floating_point() and y[0].numel() == 1:
            yield from _neighbours(x, y.flatten(), x_val, y_val.flatten())

    return [f"{name}: {figures}" for name, figures in found()] or [f"nothing_odd: in {len(x)} samples"]


def _read(loader: Iterable[Batch]) -> list[Batch]:
    batches: list[Batch] = []
    for inputs, targets in loader:
        batches.append((inputs.detach().cpu().flatten(1), targets.detach().cpu()))
        if sum(len(labels) for _, labels in batches) >= MOST:
            break
    return batches


def _scale(x: Tensor) -> Iterator[tuple[str, str]]:
    mean, spread = float(x.mean()), float(x.std())
    if spread > 5 or abs(mean) > 5 or spread < 0.05:
        yield "inputs_far_off", f"mean {mean:.3g}, standard deviation {spread:.3g}"
    far = (x.abs() > 30 * x.abs().median(dim=0).values.max().clamp(min=spread)).any(dim=1).nonzero().flatten()
    if 0 < len(far) < 0.05 * len(x):
        yield "outliers", f"samples {far.tolist()[:5]} are far outside the rest"


def _shifted(x: Tensor, x_val: Tensor) -> Iterator[tuple[str, str]]:
    level, level_val = x.mean(dim=1), x_val.mean(dim=1)
    error = (level.var() / len(x) + level_val.var() / len(x_val)).sqrt().clamp(min=1e-9)
    apart = float((level.mean() - level_val.mean()).abs() / error)
    wider = float(x_val.std(dim=1).mean() / x.std(dim=1).mean().clamp(min=1e-9))
    if apart > 5 or not 0.8 < wider < 1.25:
        yield "val_unlike", f"means are {apart:.1f} standard errors apart, spread {wider:.2g} times as wide"


def _classes(y: Tensor, batches: list[Tensor]) -> Iterator[tuple[str, str]]:
    mixed = y[torch.randperm(len(y), generator=torch.Generator().manual_seed(0))].split(len(batches[0]))
    in_order, shuffled = _most_frequent(batches), _most_frequent(list(mixed))
    if in_order > shuffled + 0.2:
        yield "in_order", f"{in_order:.0%} of a batch is of one class; shuffled it would be {shuffled:.0%}"
    share = float(y.bincount().max()) / len(y)
    if share > 0.8 or (share > 0.5 and int(y.max()) > 1):
        yield "one_class_rules", f"{share:.0%} of the samples"


def _most_frequent(batches: list[Tensor]) -> float:
    return sum(float(labels.bincount().max()) / len(labels) for labels in batches) / len(batches)


def _neighbours(x: Tensor, y: Tensor, x_val: Tensor, y_val: Tensor) -> Iterator[tuple[str, str]]:
    """Compare each sample with its nearest one in training: like inputs should have like targets."""
    odd, odd_val = _at_odds(x, y, x, y, itself=True), _at_odds(x, y, x_val, y_val)
    figures = f"nearest samples differ {odd:.2f} times as often as any two, in validation {odd_val:.2f} times"
    if odd > 0.9:
        yield "labels_by_chance", figures
    elif odd_val > odd + 0.3:
        yield "val_labels_unlike", figures
    elif odd > 0.4:
        yield "labels_at_odds", figures


def _at_odds(x: Tensor, y: Tensor, asked: Tensor, truth: Tensor, *, itself: bool = False) -> float:
    """Return how often the nearest sample has another target, over how often any other has; 1 is chance."""
    truth = truth[:1000]
    distance = torch.cdist(asked[:1000], x)
    if itself:
        distance.fill_diagonal_(torch.inf)
    near = y[distance.argmin(dim=1)]
    any_other = y[torch.randint(len(y), (len(truth),), generator=torch.Generator().manual_seed(0))]
    if y.is_floating_point():
        near, any_other = (near - truth).square(), (any_other - truth).square()
    else:
        near, any_other = near != truth, any_other != truth
    return float(near.float().mean()) / max(float(any_other.float().mean()), 1e-9)
