"""A mean over a group that a batch may not hold, or a spread that may be zero; and both kept off zero."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils.data import DataLoader, Dataset, TensorDataset

from lossclinic_kb.lab import Trial, World, healthy_trial

WORKLOADS = ("tabular", "regression_friedman", "regression_drawn", "cnn_digits", "sequence_classification")

EMPTY = 4.0  # batches of a run, on average, that hold no sample of the group
SHARE = 0.2  # of the loss, that the group has to itself


def broken(world: World) -> Trial:
    return _trial(world, safe=False)


def cured(world: World) -> Trial:
    return _trial(world, safe=True)


def _trial(world: World, *, safe: bool) -> Trial:
    """By seed: a mean over a group, features standardised over their batch, a column that never varies."""
    trial = healthy_trial(replace(world, summed=False, accumulate=1))
    inputs, targets = next(iter(DataLoader(trial.train.dataset, batch_size=1_000_000)))  # all of them
    if world.seed % 3 == 0:
        _mean_over_group(trial, inputs, targets, safe=safe)
    elif world.seed % 3 == 2 and inputs.is_floating_point():
        _constant_column(trial, inputs, targets, safe=safe)
    else:
        _standardised_over_batch(trial, inputs, targets, safe=safe)
    return trial


def _with_data(trial: Trial, inputs: Tensor, targets: Tensor, *, drop_last: bool) -> None:
    data: Dataset[tuple[Tensor, ...]] = TensorDataset(inputs, targets)
    trial.train = DataLoader(
        data,
        batch_size=trial.train.batch_size,
        shuffle=True,
        drop_last=drop_last,
        generator=trial.train.generator,
    )


def _mean_over_group(trial: Trial, inputs: Tensor, targets: Tensor, *, safe: bool) -> None:
    """Give a share of the loss to the mean over one class, or over the largest targets of a regression."""
    size = trial.train.batch_size or 1
    share = min(0.5, 1 - (EMPTY / (trial.epochs * len(trial.train))) ** (1 / size))
    numbers = targets.is_floating_point()
    mark = targets.quantile(1 - share) if numbers else targets.bincount().argmin()

    def in_group(y: Tensor) -> Tensor:
        return y > mark if numbers else y == mark

    inside, outside = in_group(targets).nonzero().flatten(), (~in_group(targets)).nonzero().flatten()
    kept = torch.cat([inside[: max(2, round(share / (1 - share) * len(outside)))], outside])
    _with_data(trial, inputs[kept], targets[kept], drop_last=trial.train.drop_last)
    whole = trial.loss

    def loss(outputs: Tensor, y: Tensor) -> Tensor:
        error = nn.functional.mse_loss if numbers else nn.functional.cross_entropy
        each = error(outputs, y, reduction="none")
        found = in_group(y)
        count = found.sum().clamp_min(1) if safe else found.sum()
        return whole(outputs, y) + SHARE * (each * found).sum() / count

    trial.loss = loss


class Standardised(nn.Module):
    """Divide features by the spread of their batch in training, by a running mean of it in evaluation."""

    mean: Tensor
    std: Tensor

    def __init__(self, features: int, *, safe: bool) -> None:
        super().__init__()
        self.safe = safe
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("std", torch.ones(features))

    def forward(self, x: Tensor) -> Tensor:
        """Return `x`, shape (batch, features), standardised; the spread of a single sample is 0 / 0."""
        if self.training and not (self.safe and len(x) == 1):
            mean = x.mean(0)
            spread = (x - mean).square().sum(0) / (len(x) - 1)
            std = (spread + 1e-4).sqrt()  # which helps against 0, not against 0 / 0
            self.mean.lerp_(mean.detach(), 0.1)
            self.std.lerp_(std.detach(), 0.1)
            return (x - mean) / std
        return (x - self.mean) / self.std


def _standardised_over_batch(trial: Trial, inputs: Tensor, targets: Tensor, *, safe: bool) -> None:
    """Standardise what the last layer reads; one sample is left over for the last batch of every epoch."""
    size = trial.train.batch_size or 1
    kept = (len(inputs) - 2) // size * size + 1
    _with_data(trial, inputs[:kept], targets[:kept], drop_last=False)
    last = [module for module in trial.model.modules() if isinstance(module, nn.Linear)][-1]
    over_batch = Standardised(last.in_features, safe=safe)
    over_batch.train()
    last.register_module("over_batch", over_batch)  # follows train() and eval() of the model
    last.register_forward_pre_hook(lambda _, arguments: (over_batch(arguments[0]),))


def _constant_column(trial: Trial, inputs: Tensor, targets: Tensor, *, safe: bool) -> None:
    """Standardise the inputs by the spread of the training set, one of whose columns never varies."""
    inputs = inputs.clone()
    inputs.flatten(1)[:, 0] = 1.0
    mean, std = inputs.mean(0), inputs.std(0)
    if safe:
        std = std.clamp_min(1e-2)
    _with_data(trial, (inputs - mean) / std, targets, drop_last=trial.train.drop_last)


def first_bad_operation(
    model: nn.Module, inputs: Tensor, targets: Tensor, loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> None:
    """Raise FloatingPointError that names the first operation whose result is not finite, if there is one."""

    # snippet: confirm | pytorch | Which operation gives the first NaN of the forward pass? | 前向里第一个出 NaN 的是哪个运算
    class Watch(TorchFunctionMode):  # from torch.overrides
        def __torch_function__(
            self,
            func: Any,
            types: Sequence[type],
            args: Sequence[Any] = (),
            kwargs: Mapping[str, Any] | None = None,
        ) -> Any:
            result = func(*args, **(kwargs or {}))
            if isinstance(result, Tensor) and result.is_floating_point() and not result.isfinite().all():
                shapes = [tuple(part.shape) for part in args if isinstance(part, Tensor)]
                raise FloatingPointError(f"{func.__name__} of {shapes}")
            return result

    with torch.no_grad(), Watch():
        loss_fn(model(inputs), targets)  # the batch that broke; masks of -inf are reported as well
    # end snippet


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of `values` where `mask`, and 0, with a gradient of 0, where there are none."""
    # snippet: fix | pytorch | A mean over samples that may be none | 可能一个样本都没有的平均
    count = mask.sum().clamp(min=1)  # not + 1e-8, which is 0 in float16 and 1e8 as a factor
    loss = torch.where(mask, values, 0.0).sum() / count
    # The same for cross_entropy(..., ignore_index=-100): with nothing but -100 it returns NaN.
    # end snippet
    return loss  # noqa: RET504 - the snippet names it


def standardised(x: Tensor) -> Tensor:
    """Return `x`, shape (n, features), less its mean, by its spread; 0 where there is no spread."""
    # snippet: fix_spread | pytorch | A spread that may be zero, or of one sample | 可能为 0、或只有一个样本的标准差
    std = x.std(dim=0, correction=0)  # the default divides by n - 1: NaN for a single sample
    standardised = (x - x.mean(dim=0)) / std.clamp(min=1e-3 * x.abs().mean().item() + 1e-12)
    # end snippet
    return standardised  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = broken(World())
    inputs, targets = next(iter(trial.train))
    rarest = torch.cat([y for _, y in trial.train]).bincount().argmin()
    first_bad_operation(trial.model, inputs[targets == rarest], targets[targets == rarest], trial.loss)
    message = ""
    try:
        first_bad_operation(trial.model, inputs[targets != rarest], targets[targets != rarest], trial.loss)
    except FloatingPointError as error:
        message = str(error)
    assert "div" in message

    logits = torch.randn(4, 3, requires_grad=True)
    nothing = torch.full((4,), -100)
    assert torch.isnan(nn.functional.cross_entropy(logits, nothing))
    loss = masked_mean(logits.logsumexp(1), torch.zeros(4, dtype=torch.bool))
    loss.backward()
    assert float(loss.detach()) == 0.0
    assert logits.grad is not None
    assert float(logits.grad.abs().max()) == 0.0

    single = torch.randn(1, 3, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch says "degrees of freedom is <= 0"
        assert torch.isnan(single.std(0)).all()
    standardised(single).sum().backward()
    assert single.grad is not None
    assert torch.isfinite(single.grad).all()
    constant = torch.randn(8, 3)
    constant[:, 0] = 5.0
    assert standardised(constant).isfinite().all()
    assert torch.allclose(standardised(constant)[:, 1:].std(0, correction=0), torch.ones(2))
