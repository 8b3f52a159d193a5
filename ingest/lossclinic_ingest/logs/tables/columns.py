"""What a column is, from its name alone: of training or validation, a loss, an accuracy, a rate, a norm.

A name is first understood on its own (`meaning_of`); then all names of a log are weighed together (`roles_of`),
because `mae` is a loss only where nothing better is, and `accuracy` beside `valid_loss` is often validation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lossclinic_ingest.logs.tables.words import words_of
from lossclinic_kb.run import Role
from lossclinic_kb.text import Text

Split = Literal["train", "val", "test", ""]
Quantity = Literal["loss", "acc", "lr", "grad_norm", "loss_scale", ""]

_SPLITS: dict[str, Split] = {
    **dict.fromkeys(("train", "training", "tr", "trn"), "train"),
    **dict.fromkeys(
        ("val", "valid", "validation", "validate", "eval", "evaluation", "dev", "holdout", "heldout"), "val"
    ),
    **dict.fromkeys(("test", "testing"), "test"),
}
_LOSS = {"loss", "losses"}
_LIKELIHOODS = {
    "nll",
    "ce",
    "bce",
    "xent",
    "xentropy",
    "crossentropy",
    "logloss",
    "mlogloss",
    "cost",
    "objective",
}
"""Losses by another name. They are the loss where no column says `loss`."""
_ERRORS = {"mse", "mae", "rmse", "l1", "l2", "error", "err"}
"""Losses in a regression, metrics otherwise. They are the loss where there is neither `loss` nor a likelihood."""
_ACCURACY = {"acc", "accuracy", "accuracies", "top1", "acc1", "prec1", "acc@1", "prec@1", "top@1"}
_ACCURACY_KINDS = {"binary", "categorical", "sparse", "token", "balanced", "micro", "macro", "classification", "multiclass"}  # fmt: skip
_NEUTRAL = {
    "total", "overall", "sum", "mean", "avg", "average", "running", "smoothed", "smooth", "step", "epoch", "batch", "iter",
    "iteration", "global", "reduced", "metrics", "metric", "main", "model", "lm", "log", "logs", "scalar", "scalars", "raw", "final",
    "all", "per", "the", "current", "softmax", "function",
}  # fmt: skip
"""Words beside `loss` that do not make it a part of another loss."""
_NOT_A_CURVE = {
    "std", "var", "variance", "stderr", "min", "max", "best", "weight", "weights", "coef", "coeff", "ratio", "delta",
    "diff", "time", "count", "threshold", "unscaled", "lr", "runtime", "second", "seconds",
}  # fmt: skip
"""Words that make a column about a loss something else than the loss: a spread, a record, a factor."""
OPPONENTS = {"d", "g", "disc", "discriminator", "gen", "generator", "adv", "adversarial", "critic", "actor", "policy", "value", "vf", "pg"}  # fmt: skip
"""Parts that pull against each other (GANs, actor and critic): their sum means nothing."""
_GENERATOR, _DISCRIMINATOR = {"g", "gen", "generator"}, {"d", "dis", "disc", "discriminator"}
"""The two sides of a GAN, as the names of their losses say."""
_OF_OPTIMIZER = {"momentum", "decay", "beta1", "beta2"}
"""Words that make a column beside the rate something else: Lightning's monitor writes `lr-Adam-momentum`."""
_GRADIENTS = {"grad", "grads", "gradient", "gradients"}
_NORMS = {"gnorm", "gradnorm", "gradientnorm"}
_OF_ALL = {"l2", "before", "pre", "clip", "clipping", "unclipped", "value"}
"""Words after `norm` that leave it the norm of the whole gradient; any other names a layer."""


_CHOICES: tuple[tuple[Split, Quantity, Role], ...] = (
    ("train", "loss", "train_loss"),
    ("val", "loss", "val_loss"),
    ("train", "acc", "train_acc"),
    ("val", "acc", "val_acc"),
)


@dataclass(frozen=True)
class Meaning:
    """What one name says.

    Attributes:
        quantity: What is measured; "" if the name does not say.
        split: On which data; "" if the name does not say.
        rank: How surely this is *the* loss: 0 says loss, 1 a likelihood, 2 an error measure.
        part: The words that make it a part (`box`, `kl`), empty for a total.
    """

    quantity: Quantity = ""
    split: Split = ""
    rank: int = 0
    part: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the name says anything."""
        return bool(self.quantity)


def meaning_of(name: str) -> Meaning:
    """Return what a column name says on its own."""
    words = words_of(name)
    splits = [_SPLITS[word] for word in words if word in _SPLITS]
    split: Split = splits[-1] if splits else ""
    rest = [word for word in words if word not in _SPLITS]
    bag = set(rest)
    if not bag & (_LOSS | _OF_OPTIMIZER) and (
        any(re.fullmatch(r"lr\d*|lrate|learningrate", word) for word in bag) or {"learning", "rate"} <= bag
    ):
        return Meaning("lr", split)
    if bag & _NOT_A_CURVE:
        return Meaning("", split)
    if (bag & {"scale", "scaler"} and bag & (_LOSS | _GRADIENTS | {"amp"})) or bag & {
        "lossscale",
        "gradscale",
    }:
        return Meaning("loss_scale", split)
    if bag & _NORMS or (bag & _GRADIENTS and "norm" in bag) or bag == {"total", "norm"}:
        after = rest[rest.index("norm") + 1 :] if "norm" in rest else []
        of_layer = any(word not in _NEUTRAL | _OF_ALL and not word.isdigit() for word in after)
        return Meaning() if of_layer or bag & {"clipped", "after"} else Meaning("grad_norm", split)
    return _metric(rest, bag, split)


def _metric(rest: list[str], bag: set[str], split: Split) -> Meaning:
    """Return the meaning of a name that may be a loss or an accuracy."""
    neutral = _NEUTRAL | ({"cross", "entropy"} if {"cross", "entropy"} <= bag else set())
    if bag & _LOSS:
        return Meaning("loss", split, 0, tuple(word for word in rest if word not in _LOSS | neutral))
    numbered = next((word for word in rest if re.fullmatch(r"loss\d+", word)), None)
    if numbered:
        return Meaning("loss", split, 0, (numbered[4:],))
    if bag & _ACCURACY or {"top", "1"} <= bag:
        known = _ACCURACY | _ACCURACY_KINDS | neutral | {"top", "1"}
        part = tuple(word for word in rest if word not in known)
        return Meaning("", split) if set(part) & {"5", "top5", "k", "10"} else Meaning("acc", split, 0, part)
    for rank, names in ((1, _LIKELIHOODS), (2, _ERRORS)):
        if bag & names or (rank == 1 and {"cross", "entropy"} <= bag):
            part = tuple(word for word in rest if word not in names | neutral and not word.isdigit())
            return Meaning("loss", split, rank, part)
    return Meaning("", split)


def roles_of(names: Sequence[str]) -> tuple[tuple[Role, ...], tuple[Text, ...]]:
    """Return the role of every column of a log, and what had to be guessed.

    Args:
        names: The columns, without the axes.
    """
    meanings = [meaning_of(name) for name in names]
    roles: list[Role] = ["other"] * len(names)
    notes: list[Text] = []
    if (of_generator := _of_generator(meanings)) is not None:
        meanings = _without_discriminator(meanings, of_generator)
        notes.append(
            Text(
                f"{names[of_generator]} is the generator's loss and stands for the training loss",
                f"{names[of_generator]} 是生成器的损失，用它当作训练损失",
            )
        )
    for i, meaning in enumerate(meanings):
        if meaning.quantity in ("lr", "grad_norm", "loss_scale") and meaning.split in ("", "train"):
            roles[i] = meaning.quantity
    named = any(m.quantity == "loss" and m.rank == 0 for m in meanings)
    split_losses = {m.split for m in meanings if m.quantity == "loss" and m.split and not m.part}
    plain_loss = any(m.quantity == "loss" and not m.split and not (named and m.rank) for m in meanings)
    for i, meaning in enumerate(meanings):
        if (
            meaning.quantity == "acc"
            and not meaning.split
            and {"train", "val"} <= split_losses
            and not plain_loss
        ):
            if any(other.quantity == "acc" and other.split == "val" for other in meanings):
                continue
            meanings[i] = Meaning("acc", "val", meaning.rank, meaning.part)
            notes.append(guessed(names[i], "val_acc"))
    for split, quantity, role in _CHOICES:
        chosen, sure = _choose(
            [m if m.quantity == quantity and (m.split or "train") == split else None for m in meanings],
            ranks=(0,) if named else (0, 1, 2),  # an error measure beside a loss is a metric
        )
        for i in chosen:
            roles[i] = role
        if chosen and not sure:
            notes.append(guessed(names[chosen[0]], role))
    return tuple(roles), tuple(notes)


def _of_generator(meanings: Sequence[Meaning]) -> int | None:
    """Return which column is the loss of a generator that has a discriminator beside it, and no loss above it."""
    losses = [
        (i, set(m.part)) for i, m in enumerate(meanings) if m.quantity == "loss" and m.split in ("", "train")
    ]
    if any(not part for _, part in losses) or not any(part & _DISCRIMINATOR for _, part in losses):
        return None
    return next((i for i, part in losses if part and part <= _GENERATOR), None)


def _without_discriminator(meanings: Sequence[Meaning], of_generator: int) -> list[Meaning]:
    """Return the meanings with the generator's loss as the whole; what the discriminator gets right is no accuracy."""
    kept = [Meaning("", m.split) if set(m.part) & _DISCRIMINATOR else m for m in meanings]
    kept[of_generator] = replace(kept[of_generator], part=())
    return kept


def _choose(meanings: Sequence[Meaning | None], ranks: Sequence[int]) -> tuple[list[int], bool]:
    """Return the columns that are the quantity, and whether their names leave no doubt.

    Totals that say `loss` first; then a single part, which is then the whole; then other names for a loss.
    """
    for rank in ranks:
        found = [(i, m) for i, m in enumerate(meanings) if m is not None and m.rank == rank]
        totals = [i for i, m in found if not m.part]
        if totals:
            return (totals, True) if rank == 0 else (totals[:1], False)
        if len(found) == 1:
            return [found[0][0]], False
        if found:
            break  # several parts: their sum may be offered instead
    return [], False


def guessed(name: str, role: str) -> Text:
    """Return the note that says that a role was guessed from a name."""
    return Text(
        f"{name} was taken as {role}; its name leaves room for doubt",
        f"把 {name} 当作 {role}，列名本身不能确定",
    )
