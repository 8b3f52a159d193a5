"""What the Hugging Face Trainer (and TRL, Axolotl, LLaMA-Factory on top of it) prints: one dict per entry.

transformers 4 prints numbers as Python writes them, `{'loss': 0.6934, ..., 'epoch': 0.25}`; version 5 prints text,
`{'loss': '0.6934', ...}`. No entry holds its step, but ms-swift's: the epoch, rounded to some digits, is the only axis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.spelling import plain_number, spelled_number, tidied
from lossclinic_ingest.logs.tables.trainer_entries import SUMMARY, Entry, points, run_of_entries, with_step
from lossclinic_ingest.logs.texts.console import lines_of, sampled_lines
from lossclinic_ingest.logs.texts.copies import without_copies
from lossclinic_ingest.logs.texts.printed_dicts import begins_a_dict, dicts_in
from lossclinic_ingest.logs.texts.stated import stated
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "hf_printed"
TITLE = Text("what the Hugging Face Trainer prints", "Hugging Face Trainer 打印的输出")

_SIGNS = ({"loss", "learning_rate", "epoch"}, {"eval_runtime"}, {SUMMARY, "train_loss"})
"""Keys that the Trainer puts together; a loop that prints a dict of its own has no reason to."""
_LOOKED_AT = 50  # dicts; a console that prints settings as dicts first has fewer of them
_FACTS = {
    "learning_rate": "lr",
    "weight_decay": "weight_decay",
    "adam_epsilon": "adam_epsilon",
    "max_grad_norm": "grad_clip",
    "label_smoothing_factor": "label_smoothing",
    "fp16": "amp",
    "bf16": "amp",
    "Num Epochs": "epochs",
    "Total train batch size (w. parallel, distributed & accumulation)": "batch_size",
}
"""How the Trainer prints its settings: `TrainingArguments(...)`, one per line, and a summary as training begins."""


def sniff(document: Document) -> float:
    """Return 0.95 if one of the first dicts has the keys that the Trainer puts together, else 0."""
    if "'epoch':" not in document.sample and SUMMARY not in document.sample:
        return 0.0
    found = islice(dicts_in(sampled_lines(document)), _LOOKED_AT)
    return 0.95 if any(_is_entry(one) for one in found) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run, each quantity with the entries that hold it, their epoch as the axis.

    Raises:
        UnreadableLog: There is no entry of a training in it, or they are larger than a table may be.
    """
    lines = lines_of(document)
    printed = [tuple(one.items()) for one in dicts_in(lines) if "epoch" in one or _is_entry(one)]
    single, copies = without_copies(printed)
    entries = [with_step({name: _value(text) for name, text in one}) for one in single]
    if not points(entries):
        raise refuse.only_words(document.name)
    notes = (*document.notes, *copies, *_cut(document, lines), *_rounded(entries))
    config = stated(lines, _FACTS)
    return (run_of_entries(ID, document.name, entries, config=config, notes=notes),)


def _is_entry(printed: Mapping[str, str]) -> bool:
    return any(sign <= printed.keys() for sign in _SIGNS)


def _value(text: str) -> float | str | None:
    """Return the number that a printed value is, quoted or not; None for `None`, the text itself for anything else."""
    bare = text.strip("'\"")
    number = plain_number(bare)
    if number is None:
        bare = tidied(text)
        number = spelled_number(bare)
    return number if number is not None else (None if bare == "None" else bare)


def _cut(document: Document, lines: list[str]) -> tuple[Text, ...]:
    """Say that the last dict was still being written."""
    cut = bool(lines) and not document.text.endswith("\n") and begins_a_dict(lines[-1])
    return (remarks.CUT_ROW,) if cut else ()


def _rounded(entries: Sequence[Entry]) -> tuple[Text, ...]:
    """Say that the printed epochs do not tell all entries apart, because they are rounded."""
    losses = [entry for entry in entries if "loss" in entry]
    epochs = np.array([v for entry in losses if isinstance(v := entry.get("epoch"), float)])
    same = int((np.diff(epochs) == 0).sum())
    if not same:
        return ()
    return (
        Text(f"epochs are printed rounded: {same} of {len(losses)} losses share one with the loss before, in their order",
             f"打印的轮次经过舍入：{len(losses)} 个损失中有 {same} 个与前一个轮次相同，先后顺序不变"),
    )  # fmt: skip
