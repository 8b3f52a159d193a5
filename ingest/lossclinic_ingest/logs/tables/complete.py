"""The last step for every reader: the caller's roles, a total where only parts were logged, and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.tables.columns import OPPONENTS, guessed, meaning_of
from lossclinic_kb.errors import InputError
from lossclinic_kb.run import ROLES, Role, Run, Series
from lossclinic_kb.text import Text

_LOSSES: tuple[tuple[str, Role], ...] = (("train", "train_loss"), ("val", "val_loss"))


def complete(run: Run, roles: Mapping[str, Role] | None = None) -> Run:
    """Return the run with the roles that the caller gave, and with totals where a log has only parts.

    Raises:
        InputError: A column that the log does not have, or no such role.
        UnreadableLog: No series with two values.
    """
    given = roles or {}
    run = _assigned(run, given) if given else run
    longest = max((int(np.count_nonzero(~s.missing)) for s in run.series), default=0)
    if longest == 0:
        raise refuse.only_words(run.source)
    if longest == 1:
        raise refuse.one_row(run.source)
    for split, role in _LOSSES:
        if not any(len(s.logged) for s in run.all(role)):
            run = _with_total(run, split, role, given)
    return replace(run, notes=run.notes + _missing_roles(run))


def _assigned(run: Run, given: Mapping[str, Role]) -> Run:
    """Return the run with the roles that a person gave: theirs alone, where a guess had found another column for it.

    Raises:
        InputError: A column that the log does not have, or no such role.
    """
    before = {series.name: series.role for series in run.series}
    for name, role in given.items():
        if name not in before:
            raise InputError(f"no column {name!r} in {run.source}; columns: {', '.join(before)}")
        if role not in ROLES:
            raise InputError(f"{name}: no role {role!r}; roles: {', '.join(ROLES)}")
    taken = set(given.values()) - {"other"}
    roles = {name: given.get(name, "other" if role in taken else role) for name, role in before.items()}
    series = tuple(replace(one, role=roles[one.name]) for one in run.series)
    doubts = {guessed(name, before[name]) for name in given}
    said = (
        Text(f"{name} counts as {role}, as you said", f"按你的指定，{name} 当作 {role}")
        for name, role in given.items()
    )
    return replace(run, series=series, notes=(*(note for note in run.notes if note not in doubts), *said))


def _with_total(run: Run, split: str, role: Role, given: Mapping[str, Role]) -> Run:
    """Add the sum of the parts of a loss, if they were logged together and do not pull against each other."""
    parts = [s for s in run.series if s.role == "other" and s.name not in given and _is_part(s.name, split)]
    if len(parts) < 2 or not any(len(part.logged) for part in parts):
        return run
    names = [part.name for part in parts]
    if any(set(meaning_of(name).part) & OPPONENTS for name in names):
        note = Text(
            f"{', '.join(names)} may pull against each other and were not summed; say which one is the loss to follow",
            f"{'、'.join(names)} 可能相互对抗，没有相加；请指明看哪一个损失",
        )
        return replace(run, notes=(*run.notes, note))
    first = parts[0]
    if any(not _together(first, part) for part in parts[1:]):
        return run
    total = replace(
        first,
        name=" + ".join(names),
        role=role,
        values=np.sum([part.values for part in parts], axis=0),
        missing=np.any([part.missing for part in parts], axis=0),
    )
    note = Text(
        f"no column holds the whole {role.replace('_', ' ')}; the sum {total.name} stands for it",
        f"没有总的{'训练' if split == 'train' else '验证'}损失一列，用 {total.name} 之和代替",
    )
    return replace(run, series=(*run.series, total), notes=(*run.notes, note))


def _is_part(name: str, split: str) -> bool:
    meaning = meaning_of(name)
    return (
        meaning.quantity == "loss"
        and meaning.rank == 0
        and bool(meaning.part)
        and (meaning.split or "train") == split
    )


def _together(one: Series, other: Series) -> bool:
    return len(one) == len(other) and bool(np.array_equal(one.axis, other.axis))


def _missing_roles(run: Run) -> tuple[Text, ...]:
    """Say that nothing looks like a loss or an accuracy, or that only a test set was watched."""
    roles = {series.role for series in run.series}
    if not roles & {"train_loss", "val_loss", "train_acc", "val_acc"}:
        names = ", ".join(series.name for series in run.series[:6])
        return (
            Text(f"no column is called a loss or an accuracy ({names}); say what they are",
                 f"没有一列叫损失或准确率（{names}），请说明各列是什么"),
        )  # fmt: skip
    tests = [s.name for s in run.series if s.role == "other" and _is_test_loss(s.name)]
    if tests and "val_loss" not in roles:
        return (
            Text(f"{tests[0]} is of a test set and was not taken for validation; give it the role val_loss if it is",
                 f"{tests[0]} 属于测试集，没有当作验证；若就是验证，请把它的角色设为 val_loss"),
        )  # fmt: skip
    return ()


def _is_test_loss(name: str) -> bool:
    meaning = meaning_of(name)
    return meaning.quantity == "loss" and meaning.split == "test"
