"""Two runs side by side: what was set differently, what went differently, and what each diagnosis makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossclinic.diagnosis import Diagnosis, Symptom
from lossclinic.wording import percent
from lossclinic_kb.run import Role, Run
from lossclinic_kb.text import Lang, Text, number

ALIKE = 0.02  # figures of two runs that differ by less than two in a hundred are the same for a reader


@dataclass(frozen=True)
class Row:
    """One quantity of both runs.

    Attributes:
        differs: Whether a reader would call the two different.
    """

    title: Text
    first: str
    second: str
    differs: bool


@dataclass(frozen=True)
class Comparison:
    """What differs between two runs.

    Attributes:
        settings: Facts that at least one of them states.
        figures: Numbers of the curves.
        only_first, only_second, both: Symptoms.
    """

    settings: tuple[Row, ...]
    figures: tuple[Row, ...]
    only_first: tuple[Symptom, ...]
    only_second: tuple[Symptom, ...]
    both: tuple[Symptom, ...]

    @property
    def differing(self) -> int:
        """How many settings differ: a fair comparison changes one."""
        return sum(row.differs for row in self.settings)


def compare(first: Diagnosis, second: Diagnosis) -> Comparison:
    """Return what differs between two diagnosed runs."""
    seen = {symptom.id for symptom in first.symptoms}, {symptom.id for symptom in second.symptoms}
    return Comparison(
        settings=tuple(_settings(first, second)),
        figures=tuple(_figures(first, second)),
        only_first=tuple(each for each in first.symptoms if each.id not in seen[1]),
        only_second=tuple(each for each in second.symptoms if each.id not in seen[0]),
        both=tuple(each for each in first.symptoms if each.id in seen[1]),
    )


def _settings(first: Diagnosis, second: Diagnosis) -> Iterator[Row]:
    facts = first.case.facts, second.case.facts
    for name in dict.fromkeys((*facts[0], *facts[1])):
        shown = [_shown(held.get(name)) for held in facts]
        yield Row(Text(name, name), shown[0], shown[1], shown[0] != shown[1])


def _shown(fact: object) -> str:
    return "–" if fact is None else number(fact) if isinstance(fact, float) else str(fact)


NOTHING_WRONG = Text("none: nothing looks wrong", "无：没有看出问题")
NOTHING_TOLD = Text("none that the log tells", "日志看不出")
_LOST = Text("NaN or infinite", "NaN 或无穷")
_QUANTITIES: tuple[tuple[Role, Text], ...] = (
    ("train_loss", Text("training loss", "训练损失")),
    ("val_loss", Text("validation loss", "验证损失")),
    ("train_acc", Text("training accuracy", "训练准确率")),
    ("val_acc", Text("validation accuracy", "验证准确率")),
    ("grad_norm", Text("gradient norm", "梯度范数")),
    ("lr", Text("learning rate", "学习率")),
)


def _figures(first: Diagnosis, second: Diagnosis) -> Iterator[Row]:
    if first.run is None or second.run is None:
        return
    for role, title in _QUANTITIES:
        here, there = _numbers(first.run, role), _numbers(second.run, role)
        for name, one, other in zip(_names(role), here, there, strict=True):
            plain = name is _LOST and not one and not other
            if (one is not None or other is not None) and not plain:
                yield _row(Text(f"{title.en}, {name.en}", f"{title.zh}，{name.zh}"), one, other)
    leading = [_leading(diagnosis) for diagnosis in (first, second)]
    yield Row(
        Text("most likely cause", "最可能的原因"), leading[0], leading[1], _leader(first) != _leader(second)
    )


def _leading(diagnosis: Diagnosis) -> str:
    if not diagnosis.causes:
        return (NOTHING_WRONG if diagnosis.status == "healthy" else NOTHING_TOLD)(diagnosis.lang)
    return f"{diagnosis.causes[0].title} ({percent(diagnosis.causes[0].probability)})"


def _leader(diagnosis: Diagnosis) -> str:
    return diagnosis.causes[0].id if diagnosis.causes else diagnosis.status


def _names(role: Role) -> tuple[Text, ...]:
    if role in ("grad_norm", "lr"):
        return (Text("median", "中位数"), Text("largest", "最大值"), _LOST)
    best = Text("highest", "最高") if role.endswith("acc") else Text("lowest", "最低")
    return (Text("first", "起点"), best, Text("last", "终点"), _LOST)


def _numbers(run: Run, role: Role) -> list[float | None]:
    """Return the numbers that `_names` names; None where the run does not log the quantity."""
    series = run.pick(role)
    if series is None or not len(series.finite):
        return [None] * len(_names(role))
    values, lost = series.finite.values, float(series.non_finite)
    if role in ("grad_norm", "lr"):
        return [float(np.median(values)), float(values.max()), lost]
    best = values.max() if role.endswith("acc") else values.min()
    return [float(values[0]), float(best), float(values[-1]), lost]


def _row(title: Text, first: float | None, second: float | None) -> Row:
    shown = ["–" if value is None else number(value) for value in (first, second)]
    if first is None or second is None:
        return Row(title, shown[0], shown[1], True)
    scale = max(abs(first), abs(second))
    return Row(title, shown[0], shown[1], abs(first - second) > ALIKE * scale)


def verdict(made: Comparison, say: Lang) -> str:
    """Return in a sentence how fair the comparison is."""
    if not made.settings:
        return Text(
            "Neither log states its settings: what was changed between the two is not known here.",
            "两份日志都没有写明配置，这里无法知道改了什么。",
        )(say)
    if made.differing <= 1:
        return Text(
            "At most one known setting differs: what goes differently can be put down to it.",
            "已知的配置最多只有一项不同：曲线的差别可以归到它身上。",
        )(say)
    return Text(
        f"{made.differing} known settings differ: which of them did it cannot be told. Change one at a time.",
        f"已知有 {made.differing} 项配置不同：说不清是哪一项造成的。一次只改一项再比。",
    )(say)
