"""A finder of tags, several to a sample, whose author writes scalars for TensorBoard."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import lr_scheduler

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.plain import Script, Split
from benchmarks.field.scripts.plain_logs import events
from benchmarks.field.tasks import flaws
from benchmarks.field.tasks.images import tagged

bce = functional.binary_cross_entropy_with_logits


def f1(outputs: Tensor, marks: Tensor, above: float = 0.0) -> float:
    """Return the F1 of all tags together."""
    said, there = outputs > above, marks > 0.5
    return float(2 * (said & there).sum() / (said.sum() + there.sum()).clamp(min=1))


def net(
    *widths: int,
    inputs: int = 40,
    outputs: int = 10,
    dropout: float = 0.0,
    between: type[nn.Module] = nn.ReLU,
    norm: bool = False,
    head: nn.Module | None = None,
) -> nn.Module:
    """Return dense layers."""
    sizes, layers = [inputs, *(widths or (96, 64))], list[nn.Module]()
    for wide, narrow in itertools.pairwise(sizes):
        layers += [
            nn.Linear(wide, narrow),
            *([nn.BatchNorm1d(narrow)] * norm),
            between(),
            nn.Dropout(dropout),
        ]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], outputs), *([head] if head else []))


def leaking(data: Any) -> Any:
    """Return data whose inputs hold the tags themselves, in a column that was forgotten."""

    def made() -> Split:
        split = data()
        return Split(
            torch.cat([split.x, split.y], 1), split.y, torch.cat([split.x_val, split.y_val], 1), split.y_val
        )

    return made


def cross_entropy_by_hand(outputs: Tensor, marks: Tensor) -> Tensor:
    """Return the cross entropy of a sigmoid, as written from memory."""
    p = torch.sigmoid(outputs)
    return -(marks * torch.log(p) + (1 - marks) * torch.log(1 - p)).mean()


def by_tags(outputs: Tensor, marks: Tensor) -> Tensor:
    """Return the cross entropy of each sample over the number of its tags."""
    return (bce(outputs, marks, reduction="none").sum(1) / marks.sum(1)).mean()


def with_tags(split: Split) -> Split:
    """Return samples with at least one tag, and one training sample without any."""
    keep, keep_val = split.y.sum(1) > 0, split.y_val.sum(1) > 0
    x, y = split.x[keep], split.y[keep].clone()
    y[len(y) // 2] = 0
    return Split(x, y, split.x_val[keep_val], split.y_val[keep_val])


def few_tags(train: int = 1600) -> Split:
    """Return samples of which one in a hundred has a tag, and which tell little of it."""
    split = tagged(train)
    made = torch.Generator().manual_seed(4)
    rare, rare_val = (
        marks * (torch.rand(marks.shape, generator=made) < 0.04) for marks in (split.y, split.y_val)
    )
    return Split(split.x, rare, split.x_val, rare_val)


def deep_wide(module: nn.Module) -> None:
    """Draw the matrices wide enough for every layer to double what it is given."""
    for parameter in module.parameters():
        if parameter.ndim > 1:
            nn.init.normal_(parameter, std=2.2 / parameter.shape[1] ** 0.5)


def dead(module: nn.Module) -> None:
    """Give every unit an offset far below zero."""
    for layer in list(module)[:-1]:  # type: ignore[call-overload]
        if isinstance(layer, nn.Linear):
            nn.init.constant_(layer.bias, -12.0)


SCRIPT = Script(tagged, net, bce, ("f1", f1), lr=1e-3, epochs=14, task="multi-label classification")
SGD: dict[str, Any] = {"optimizer": "sgd", "lr": 0.3, "momentum": 0.9}

CASES = {
    "base": healthy("Loss falls from .69 to about .25, F1 rises."),
    "sgd": healthy("", **SGD),
    "dropout": healthy("", net=partial(net, dropout=0.4), dropout=0.4, epochs=24),
    "cosine": healthy(
        "", schedule=lambda o: lr_scheduler.CosineAnnealingLR(o, 14 * 25), schedule_every="step"
    ),
    "small_batch": healthy("", batch_size=4, lr=3e-4, epochs=5),
    "normed": healthy("", net=partial(net, norm=True, dropout=0.2), dropout=0.2, lr=2e-3, epochs=12),
    "slow": healthy("", lr=1e-4, epochs=60),
    "hot": fault("lr_too_high", "", lr=1.0),
    "hot_sgd": fault("lr_too_high", "", **{**SGD, "lr": 60.0}, against="sgd"),
    "cold": fault("lr_too_low", "", lr=1e-6),
    "kept_gradients": fault("missing_zero_grad", "", **SGD, zero_grad=False, against="sgd"),
    "no_step": fault("optimizer_step_missing", "", step=False),
    "minus_one": fault(
        "label_encoding_error",
        "",
        data=flaws.mapped(tagged, y=lambda y: 2 * y - 1, y_val=lambda y: 2 * y - 1),
    ),
    "softmaxed": fault("wrong_output_activation", "", net=partial(net, head=nn.Softmax(1))),
    "squashed": fault(
        "wrong_output_activation",
        "",
        net=partial(net, head=nn.Sigmoid()),
        metric=("f1", partial(f1, above=0.5)),
    ),
    "one_of": fault(
        "wrong_loss_for_task",
        "",
        loss=lambda out, y: functional.cross_entropy(out, y.argmax(1)),
        metric=("f1", f1),
    ),
    "upside_down": fault("loss_sign_error", "", loss=lambda out, y: -bce(out, y)),
    "summed": fault("loss_reduction_mismatch", "", loss=partial(bce, reduction="sum"), **SGD, against="sgd"),
    "few": fault("overfitting", "", data=partial(tagged, train=150), epochs=80, net=partial(net, 256, 256)),
    "tiny": fault("too_little_data", "", data=partial(tagged, train=24), epochs=80, batch_size=12),
    "with_answers": fault("data_leakage", "", data=leaking(tagged), net=partial(net, inputs=50)),
    "by_hand": fault(
        "sqrt_or_log_of_zero",
        "",
        loss=cross_entropy_by_hand,
        data=flaws.everywhere(tagged, lambda x: x * 40),
        lr=3e-3,
    ),
    "no_tags": fault("division_by_zero", "", loss=by_tags, data=lambda: with_tags(tagged())),
    "nan": fault("nan_in_data", "", data=flaws.mapped(tagged, x=flaws.with_nan(1))),
    "nan_tags": fault("nan_in_data", "", data=flaws.mapped(tagged, y=flaws.with_nan(3))),
    "deep": fault("vanishing_gradients", "", net=partial(net, *[32] * 10, between=nn.Sigmoid)),
    "exploding": fault(
        "exploding_gradients",
        "",
        net=partial(net, *[64] * 14),
        prepare=deep_wide,
        optimizer="sgd",
        lr=0.02,
        against="sgd",
    ),
    "dead": fault("dying_relu", "", prepare=dead),
    "decay": fault("over_regularized", "", weight_decay=0.3),
    "few_tags": fault("class_imbalance", "", data=few_tags, epochs=8),
    "noise": fault("uninformative_features", "", data=flaws.everywhere(tagged, torch.randn_like)),
    "large_units": fault(
        "no_input_normalization",
        "",
        data=flaws.everywhere(tagged, lambda x: x * 900 + 4000),
        **SGD,
        against="sgd",
    ),
    "misaligned": fault(
        "label_misalignment",
        "",
        data=flaws.mapped(tagged, y=flaws.shuffled, y_val=flaws.shuffled),
        net=partial(net, 256, 256),
        epochs=40,
    ),
    "tag_order": fault("class_id_mapping_error", "", data=flaws.mapped(tagged, y_val=lambda y: y.roll(3, 1))),
    "other_lab": fault(
        "distribution_shift",
        "",
        data=flaws.mapped(
            tagged, x_val=lambda x: x * torch.linspace(0, 2.5, 40) + torch.linspace(-1.5, 1.5, 40)
        ),
    ),
    "momentum": fault("momentum_too_high", "", **{**SGD, "momentum": 0.999}, against="sgd"),
    "whole_set": fault("batch_too_large", "", batch_size=800, lr=1e-3),
    "huge_epsilon": fault("adam_epsilon_too_large", "", eps=10.0),
    "outliers": fault(
        "outlier_batch",
        "",
        augment=lambda x, y: (torch.where(torch.rand(len(x), 1) < 0.0005, x * 2000, x), y),
        epochs=20,
        lr=5e-4,
    ),
    "half": fault("fp16_overflow", "", half=True, data=flaws.everywhere(tagged, lambda x: x * 3000), lr=1e-3),
    "all_above": fault("metric_bug", "", metric=("f1", partial(f1, above=1e9))),
    "doubled_rate": fault(
        "lr_schedule_wrong", "", schedule=lambda o: lr_scheduler.StepLR(o, 1, 2.5), **SGD, against="sgd"
    ),
    "resumed": fault(
        "resume_state_incomplete",
        "",
        lr=2e-2,
        schedule=lambda o: lr_scheduler.ExponentialLR(o, 0.6),
        epochs=20,
        resumed_at=13,
    ),
}

SETTING = Setting("kept", "TensorBoard", "tags", "tfevents", SCRIPT, events(4), CASES)
