"""What Megatron-LM prints, and what is built on it: Megatron-DeepSpeed, GPT-NeoX, NeMo.

A loss that is not a positive number is not printed at all. Whether it was NaN, the counter of NaN iterations or the
gradient norm of the line tells; without either the iterations were skipped, as fp16 does, and nothing was measured.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_ingest.logs.tables.records import Record, run_of_records
from lossclinic_ingest.logs.texts.barred import fields_of, number_of
from lossclinic_ingest.logs.texts.console import lines_of
from lossclinic_ingest.logs.texts.stated import stated
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "megatron"
TITLE = Text("a console log of Megatron-LM or NeMo", "Megatron-LM 或 NeMo 的控制台日志")

_TRAINED = re.compile(r"\biteration\s+(\d+)/\s*\d+ \|")
_NEMO = re.compile(r"Training epoch (\d+), iteration (\d+)/\d+ \|")
_VALIDATED = re.compile(r"\bvalidation (?:loss|results) at ([^|]{1,120})\|")
_SURE = re.compile(
    r"\biteration +\d+/ *\d+ \|[^\n]{0,300} (?:elapsed time per iteration|lm[ _]loss|consumed samples)"
)
_NAN_COUNT = "number of nan iterations"
_SKIPPED = "number of skipped iterations"
_BATCH = ("global batch size", "global_batch_size")
_LOSS = "lm loss"  # how the loss is called where no line of the log holds one
_FACTS = {
    "lr": "lr",
    "global_batch_size": "batch_size",
    "weight_decay": "weight_decay",
    "clip_grad": "grad_clip",
    "adam_eps": "adam_epsilon",
    "hidden_dropout": "dropout",
    "optimizer": "optimizer",
    "lr_decay_style": "schedule",
    "fp16": "amp",
    "bf16": "amp",
}
"""Arguments that Megatron prints as it starts, with dots up to the value."""


def sniff(document: Document) -> float:
    """Return 1 for a training line with the fields of Megatron, 0.95 for one of NeMo, else 0."""
    if _SURE.search(document.sample):
        return 1.0
    return 0.95 if _NEMO.search(document.sample) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run: losses are means over the lines' intervals, validation stands at the iteration it names.

    Raises:
        UnreadableLog: No line holds a value.
    """
    lines = lines_of(document)
    whole, cut = _without_cut(document, lines)
    entries, repeated = _without_repeated([entry for line in whole for entry in _entry(line)])
    if not entries:
        raise refuse.only_words(document.name)
    entries, hidden = _with_nan(entries)
    sizes = {number_of(value) for entry in entries for name, value in entry.items() if name in _BATCH}
    config: dict[str, object] = {"framework": "pytorch", **stated(lines, _FACTS)}
    if len(sizes) == 1 and math.isfinite(size := sizes.pop()):  # one that ramps up is no fact
        config.setdefault("batch_size", size)
    notes = (*document.notes, *cut, *repeated, *hidden)
    return (run_of_records(ID, document.name, entries, config=config, notes=notes, carry=True),)


def _without_cut(document: Document, lines: list[str]) -> tuple[list[str], tuple[Text, ...]]:
    """Leave out a last training line without the bar that ends it, if it was copied while it was being written."""
    last = lines[-1] if lines else ""
    if document.text.endswith("\n") or not _TRAINED.search(last) or last.rstrip().endswith("|"):
        return lines, ()
    return lines[:-1], (remarks.CUT_ROW,)


def _entry(line: str) -> Iterator[Record]:
    """Yield what a line holds, with the iteration that it names."""
    if validated := _VALIDATED.search(line):
        yield _validation(validated[1], fields_of(line[validated.end() :]))
    elif nemo := _NEMO.search(line):
        fields = fields_of(line[nemo.end() :])
        yield {"epoch": nemo[1], "iteration": fields.pop("global_step", nemo[2]), **fields}
    elif trained := _TRAINED.search(line):
        yield {"iteration": trained[1], **fields_of(line)}


def _validation(where: str, fields: dict[str, str]) -> Record:
    """Return a validation under the names that Megatron gives it in TensorBoard; a test set stays one."""
    split = "test" if "test" in where else "validation"
    named = {f"{name.removesuffix(' value')} {split}": value for name, value in fields.items()}
    number = re.search(r"iteration (\d+)", where)
    return {"iteration": number[1], **named} if number else named


def _without_repeated(entries: list[Record]) -> tuple[list[Record], tuple[Text, ...]]:
    """Keep of NeMo's validation, which every training line repeats until the next one, only what changes."""
    kept: list[Record] = []
    last: dict[str, Any] = {}
    repeated = False
    for entry in entries:
        stale = [name for name, value in entry.items() if name.startswith("val") and last.get(name) == value]
        last.update(entry)
        repeated = repeated or bool(stale)
        kept.append({name: value for name, value in entry.items() if name not in stale})
    note = Text(
        "every line repeats the last validation; only its changes were taken",
        "每行都重复上一次验证的数值，只取有变化的",
    )
    return kept, (note,) if repeated else ()


def _with_nan(entries: Sequence[Record]) -> tuple[list[Record], tuple[Text, ...]]:
    """Put NaN where a line has no loss because it was NaN; leave it out where nothing was measured."""
    known = _losses({name for entry in entries for name in entry})
    names = next(
        ([name for name in entry if name in known] for entry in entries if known & entry.keys()), [_LOSS]
    )
    kept: list[Record] = []
    before, found, absent = 0.0, 0, 0
    for entry in entries:
        if _NAN_COUNT not in entry and _SKIPPED not in entry:  # validation, or another program
            kept.append(entry)
            continue
        step, skipped, own = (
            number_of(entry["iteration"]),
            number_of(entry.get(_SKIPPED)),
            [name for name in entry if name in known],
        )
        empty = 0 < step - before <= skipped and all(number_of(entry[name]) == 0 for name in own)
        before = step
        if own and not empty:
            names = own
            kept.append(entry)
            continue
        nan = number_of(entry.get(_NAN_COUNT)) > 0 or math.isnan(number_of(entry.get("grad norm")))
        found, absent = found + nan, absent + (not nan)
        rest: dict[str, Any] = {name: value for name, value in entry.items() if name not in own}
        kept.append({**rest, **dict.fromkeys(names, math.nan)} if nan else rest)
    return kept, _nan_notes(found, absent)


def _losses(names: set[str]) -> set[str]:
    """Return the names that are losses of training, parts included."""
    meanings = {name: meaning_of(name) for name in names}
    return {name for name, own in meanings.items() if own.quantity == "loss" and own.split in ("", "train")}


def _nan_notes(found: int, absent: int) -> tuple[Text, ...]:
    notes = []
    if found:
        s = "s" * (found > 1)
        notes.append(
            Text(f"{found} line{s} without a loss {'were' if s else 'was'} NaN, by the counter of NaN iterations or the gradient norm: Megatron does not print NaN",
                 f"有 {found} 行没有损失，从 NaN 计数或梯度范数看实为 NaN：Megatron 不打印 NaN")
        )  # fmt: skip
    if absent:
        s = "s" * (absent > 1)
        notes.append(
            Text(f"{absent} line{s} without a loss and without a sign of NaN: skipped iterations, not logged",
                 f"有 {absent} 行没有损失，也没有 NaN 的迹象：迭代被跳过，按未记录处理")
        )  # fmt: skip
    return tuple(notes)
