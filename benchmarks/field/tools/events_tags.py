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
    "base": healthy("Loss falls from .7 to .05, validation a little above, F1 to .96."),
    "sgd": healthy("A quick descent with SGD, validation settles at .09.", **SGD),
    "dropout": healthy(
        "Training worse than validation because of dropout .4; both improve to the end.",
        net=partial(net, dropout=0.4),
        dropout=0.4,
        epochs=24,
    ),
    "cosine": healthy(
        "A smooth descent that settles as the rate goes to zero.",
        schedule=lambda o: lr_scheduler.CosineAnnealingLR(o, 14 * 25),
        schedule_every="step",
    ),
    "small_batch": healthy(
        "Noisy steps because of batches of four around a steady descent.", batch_size=4, lr=3e-4, epochs=5
    ),
    "normed": healthy(
        "A sound descent with batch norm and a little dropout, no gap.",
        net=partial(net, norm=True, dropout=0.2),
        dropout=0.2,
        lr=2e-3,
        epochs=12,
    ),
    "slow": healthy("Sixty epochs of slow even descent on both sides.", lr=1e-4, epochs=60),
    "hot": fault(
        "lr_too_high", "Loss jumps to 30 at the first steps, then stays near .55 with F1 zero.", lr=1.0
    ),
    "hot_sgd": fault(
        "lr_too_high",
        "Loss goes from .7 to 40,000 in a few steps, then NaN.",
        **{**SGD, "lr": 60.0},
        against="sgd",
    ),
    "cold": fault("lr_too_low", "Validation loss moves by .003 in the run, F1 not at all.", lr=1e-6),
    "kept_gradients": fault(
        "missing_zero_grad",
        "A step or two of progress, then loss and gradient norm grow by orders of magnitude to NaN.",
        **SGD,
        zero_grad=False,
        against="sgd",
    ),
    "no_step": fault(
        "optimizer_step_missing", "Validation loss and F1 are the same figures at every epoch.", step=False
    ),
    "minus_one": fault(
        "label_encoding_error",
        "A cross entropy that goes below zero and on to -10,000, F1 zero.",
        data=flaws.mapped(tagged, y=lambda y: 2 * y - 1, y_val=lambda y: 2 * y - 1),
    ),
    "softmaxed": fault(
        "wrong_output_activation",
        "Loss stops at .66 with F1 unchanged: outputs that sum to one, put through another sigmoid.",
        net=partial(net, head=nn.Softmax(1)),
    ),
    "squashed": fault(
        "wrong_output_activation",
        "Loss stops exactly at ln 2 with the gradient dying away and F1 zero.",
        net=partial(net, head=nn.Sigmoid()),
        metric=("f1", partial(f1, above=0.5)),
    ),
    "one_of": fault(
        "wrong_loss_for_task",
        "Loss falls as in a good run while F1 stops at .58: only one tag of each sample is taught.",
        loss=lambda out, y: functional.cross_entropy(out, y.argmax(1)),
        metric=("f1", f1),
    ),
    "upside_down": fault(
        "loss_sign_error",
        "Loss goes below zero and on down without bound; F1 stands still.",
        loss=lambda out, y: -bce(out, y),
    ),
    "summed": fault(
        "loss_reduction_mismatch",
        "First loss 300 times the usual, then 10^9, and no learning at a rate that suits the mean.",
        loss=partial(bce, reduction="sum"),
        **SGD,
        against="sgd",
    ),
    "few": fault(
        "overfitting",
        "Train loss falls to nothing with F1 of 1, validation loss turns early and climbs, F1 low.",
        data=partial(tagged, train=150, noise=2.5),
        epochs=80,
        net=partial(net, 256, 256),
    ),
    "tiny": fault(
        "too_little_data",
        "Two dozen samples: F1 of 1 in training, .7 in validation, whose loss turns.",
        data=partial(tagged, train=24),
        epochs=80,
        batch_size=12,
    ),
    "by_hand": fault(
        "sqrt_or_log_of_zero",
        "inf at the first step and NaN ever after, from a logarithm of zero.",
        loss=cross_entropy_by_hand,
        data=flaws.everywhere(tagged, lambda x: x * 40),
        lr=3e-3,
    ),
    "no_tags": fault(
        "division_by_zero",
        "An ordinary start, then inf in a single step and NaN ever after.",
        loss=by_tags,
        data=lambda: with_tags(tagged()),
    ),
    "nan": fault(
        "nan_in_data",
        "An ordinary descent, then NaN from one step to the next with an ordinary gradient before.",
        data=flaws.mapped(tagged, x=flaws.with_nan(1)),
    ),
    "nan_tags": fault(
        "nan_in_data",
        "NaN after a few ordinary steps, gradient as usual until then.",
        data=flaws.mapped(tagged, y=flaws.with_nan(3)),
    ),
    "deep": fault(
        "vanishing_gradients",
        "Loss stops at .53, the entropy of the tags, F1 zero and gradients small from the start.",
        net=partial(net, *[32] * 10, between=nn.Sigmoid),
    ),
    "exploding": fault(
        "exploding_gradients",
        "First loss 540 with a gradient norm of 3,760, then NaN, at a small rate.",
        net=partial(net, *[64] * 14),
        prepare=deep_wide,
        optimizer="sgd",
        lr=0.02,
        against="sgd",
    ),
    "dead": fault(
        "dying_relu",
        "Loss moves in a straight line as if only an offset were learned; F1 goes to zero.",
        prepare=dead,
    ),
    "decay": fault(
        "over_regularized",
        "Loss stuck at .67 although the net is large enough, with small gradients: weights are held at zero.",
        weight_decay=0.3,
    ),
    "few_tags": fault(
        "class_imbalance",
        "Loss small from the first epoch, F1 zero throughout: nothing is ever marked.",
        data=few_tags,
        epochs=8,
    ),
    "noise": fault(
        "uninformative_features",
        "Both losses stop at the entropy of the tags, then training memorises a little; F1 near zero.",
        data=flaws.everywhere(tagged, torch.randn_like),
    ),
    "large_units": fault(
        "no_input_normalization",
        "Loss from 320 to 10^15 in the first steps, then stuck at the entropy of the tags with tiny gradients.",
        data=flaws.everywhere(tagged, lambda x: x * 900 + 4000),
        **SGD,
        against="sgd",
    ),
    "misaligned": fault(
        "label_misalignment",
        "Train F1 goes to .99, validation loss climbs from the start to twice its first value, F1 .28.",
        data=flaws.mapped(tagged, y=flaws.shuffled, y_val=flaws.shuffled),
        net=partial(net, 256, 256),
        epochs=40,
    ),
    "tag_order": fault(
        "class_id_mapping_error",
        "Training is perfect while validation loss climbs from the first epoch, F1 at .2.",
        data=flaws.mapped(tagged, y_val=lambda y: y.roll(3, 1)),
    ),
    "other_lab": fault(
        "distribution_shift",
        "Training as it should be, validation stays far behind, .31 against .05, and turns.",
        data=flaws.mapped(
            tagged, x_val=lambda x: x * torch.linspace(0, 2.5, 40) + torch.linspace(-1.5, 1.5, 40)
        ),
    ),
    "momentum": fault(
        "momentum_too_high",
        "Good after one epoch, then long swings, once to 60,000.",
        **{**SGD, "momentum": 0.999},
        against="sgd",
    ),
    "whole_set": fault(
        "batch_too_large",
        "One update an epoch: slow and perfectly smooth, hardly begun at the end.",
        batch_size=800,
        lr=1e-3,
    ),
    "huge_epsilon": fault(
        "adam_epsilon_too_large", "A usual rate of Adam and a validation loss that moves by .001.", eps=10.0
    ),
    "all_above": fault(
        "metric_bug",
        "Losses fall as they should on both sides while F1 reads exactly zero throughout.",
        metric=("f1", partial(f1, above=1e9)),
    ),
    "doubled_rate": fault(
        "lr_schedule_wrong",
        "The rate grows from .3 to 45,000 and the losses with it after two good epochs.",
        schedule=lambda o: lr_scheduler.StepLR(o, 1, 2.5),
        **SGD,
        against="sgd",
    ),
    "resumed": fault(
        "resume_state_incomplete",
        "At epoch 13 the rate jumps back to where it began; train loss goes from .005 to .08, validation doubles.",
        lr=2e-2,
        schedule=lambda o: lr_scheduler.ExponentialLR(o, 0.6),
        epochs=20,
        resumed_at=13,
    ),
}

SETTING = Setting("kept", "TensorBoard", "tags", "tfevents", SCRIPT, events(4), CASES)
