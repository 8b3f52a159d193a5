"""Which evaluation sets of a booster are training and validation, and which metric is the loss."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lossclinic_ingest.logs.tables import booster_names as names
from lossclinic_ingest.logs.tables.booster_names import Part
from lossclinic_kb.run import Role
from lossclinic_kb.text import Text


@dataclass(frozen=True, eq=False)
class Curve:
    """One metric on one evaluation set.

    Attributes:
        set: Name of the set.
        metric: Name of the metric.
        name: What to call the series.
        values: One per round.
    """

    set: str
    metric: str
    name: str
    values: Sequence[Any]


def roles_of(curves: Sequence[Curve]) -> tuple[list[Role], tuple[Text, ...]]:
    """Return the role of every curve, and what was decided: which sets and which metric."""
    metric = names.loss_among(dict.fromkeys(curve.metric for curve in curves))
    ends = {curve.set: curve.values[-1] for curve in curves if curve.metric == metric}
    parts, doubt = _parts(list(dict.fromkeys(curve.set for curve in curves)), ends)
    roles = [_role(curve, parts[curve.set], metric) for curve in curves]
    return roles, _decided(parts, metric) + doubt


def _role(curve: Curve, part: Part, loss: str | None) -> Role:
    if part not in ("train", "val"):
        return "other"
    if curve.metric == loss:
        return "train_loss" if part == "train" else "val_loss"
    if names.is_accuracy(curve.metric):
        return "train_acc" if part == "train" else "val_acc"
    return "other"


def _parts(sets: Sequence[str], ends: Mapping[str, Any]) -> tuple[dict[str, Part], tuple[Text, ...]]:
    """Return what every set is for.

    Of sklearn's `validation_0` and `validation_1` the first is by custom the training set; then it must end with the
    smaller loss. One alone is validation, though it may hold the training data. A set called test, or by a name that
    says nothing beside the training set, is watched in every round and serves for validation if no other does.
    """
    parts: dict[str, Part] = {name: names.part_of(name) for name in sets}
    has = set(parts.values())
    if "train" not in has:
        numbered = [name for name in sets if name.startswith("validation_")]
        if sets == numbered and len(sets) == 1:
            return parts, (_alone(sets[0]),)
        if len(numbered) > 1 and _smaller(ends.get(numbered[0]), ends.get(numbered[1])):
            return parts | {numbered[0]: "train"}, (_first(numbered[0]),)
    if "val" not in has:
        tests, unknown = ([name for name in sets if parts[name] == part] for part in ("test", ""))
        lone = unknown if len(unknown) == 1 and "train" in has else []
        for name in (*tests, *lone)[:1]:
            return parts | {name: "val"}, (_watched(name),)
    return parts, ()


def _smaller(first: Any, second: Any) -> bool:
    if not isinstance(first, float) or not isinstance(second, float):
        return False
    return first <= second or not math.isfinite(second)


def _alone(name: str) -> Text:
    return Text(
        f"{name} alone may also hold the training data: then give it the role train_loss",
        f"只有 {name} 时它也可能就是训练集；若是，请把角色设为 train_loss",
    )


def _first(name: str) -> Text:
    return Text(
        f"{name} was taken as the training set: by custom it comes first in eval_set, and its loss ends lower",
        f"{name} 当作训练集：eval_set 里习惯把训练集放在第一个，而且它最后的损失更低",
    )


def _watched(name: str) -> Text:
    return Text(
        f"{name} was evaluated in every round and there is no other validation set: it was taken for one",
        f"{name} 每轮都在评估，又没有别的验证集，当作验证集",
    )


def _decided(parts: Mapping[str, Part], metric: str | None) -> tuple[Text, ...]:
    """Say which sets and which metric were taken."""
    if metric is None:
        return ()
    train, val = (", ".join(name for name in parts if parts[name] == part) for part in ("train", "val"))
    en = (
        [f"{metric} as the loss"]
        + [f"{train} as training"] * bool(train)
        + [f"{val} as validation"] * bool(val)
    )
    zh = [f"{metric} 当作损失"] + [f"{train} 当作训练集"] * bool(train) + [f"{val} 当作验证集"] * bool(val)
    return (Text(f"taken: {', '.join(en)}", "，".join(zh)),)
