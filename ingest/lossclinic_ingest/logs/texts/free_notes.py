"""What is said of free text: second values, spreads, counts and units that were left out or read as shares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lossclinic_ingest.logs.tables.remarks import listed
from lossclinic_ingest.logs.texts.free_lines import Entry
from lossclinic_ingest.logs.texts.metric_names import split_word
from lossclinic_kb.run import Role, Run, Series
from lossclinic_kb.text import Text

_MEANS = Text(
    "values in parentheses, usually running means, were left out",
    "括号里的数值（通常是累计平均值）没有采用",
)
_SPREAD = Text("the spread after ± was left out", "± 后面的误差没有采用")
_SHARES = Text(
    "counts such as 9842/10000 were read as shares",
    "形如 9842/10000 的计数按比例读取",
)


def of_entries(entries: Sequence[Entry]) -> tuple[Text, ...]:
    """Say what was left out of lines that are otherwise understood."""
    notes = []
    if any(entry.means for entry in entries):
        notes.append(_MEANS)
    if any(entry.spread for entry in entries):
        notes.append(_SPREAD)
    if any("/" in value for entry in entries for value in entry.values.values()):
        notes.append(_SHARES)
    measured = list(dict.fromkeys(name for entry in entries for name in entry.measured))
    if measured:
        shown = listed(measured)
        notes.append(Text(f"left out, values with a unit: {shown.en}", f"带单位的数值没有采用：{shown.zh}"))
    return tuple(notes)


def of_split_names(run: Run) -> tuple[dict[str, Role], tuple[Text, ...]]:
    """Return roles for quantities that are called by the data set alone (`Train: 0.85, Val: 0.76`), and a note.

    They are accuracies if the log has a loss besides or if they rise within 0 and 1 (or 100); otherwise losses.
    """
    named = [(one, split_word(one.name)) for one in run.series if len(one.name.split()) == 1]
    found = [(one, split) for one, split in named if split in ("train", "val")]
    if not found or any(one.role in ("train_acc", "val_acc") for one in run.series):
        return {}, ()
    loss = any(one.role in ("train_loss", "val_loss") for one in run.series)
    accurate = loss or all(_rises_to_one(one) for one, _ in found)
    kind = "acc" if accurate else "loss"
    roles: dict[str, Role] = {}
    for one, split in found:
        role: Role = "train_acc" if (split, kind) == ("train", "acc") else "train_loss"
        if split == "val":
            role = "val_acc" if accurate else "val_loss"
        roles[one.name] = role
    shown = listed([one.name for one, _ in found])
    en, zh = ("accuracies", "准确率") if accurate else ("losses", "损失")
    return roles, (
        Text(
            f"{shown.en} do not say what they are; they were taken as {en}",
            f"{shown.zh} 没有说明是什么量，当作{zh}",
        ),
    )


def _rises_to_one(one: Series) -> bool:
    values = one.finite.values
    if len(values) < 2 or values.min() < 0:
        return False
    top = 100.0 if values.max() > 1 else 1.0
    third = max(1, len(values) // 3)
    return bool(values.max() <= top and np.mean(values[-third:]) > np.mean(values[:third]))
