"""What DeepSpeed prints: learning rate and skipped steps, overflows with the loss scale, the pipeline engine's loss.

DeepSpeed's own lines hold no loss but the pipeline engine's; what the training script prints of it is read besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_ingest.logs.tables.records import Record, run_of_records
from lossclinic_ingest.logs.texts.console import lines_of, message_of
from lossclinic_ingest.logs.texts.labelled import VALUE, labelled
from lossclinic_ingest.logs.texts.stated import stated
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "deepspeed_console"
TITLE = Text("a console log of DeepSpeed", "DeepSpeed 的控制台日志")

_STEP = re.compile(r"\bstep=(\d+), skipped=(\d+), lr=\[([^\]]{0,2000})\], mom=\[[\[(]*([^\]),]*)")
_NUMBER = r"(\d+(?:\.\d+)?)"
_SCALE = re.compile(
    rf"(?:OVERFLOW!.{{0,100}}Attempted loss scale: |dynamic loss scale from ){_NUMBER}(?:(?:, reducing)? to {_NUMBER})?"
    rf"|OVERFLOW!.{{0,100}}Reducing loss scale to {_NUMBER}"
)
_PIPELINE = re.compile(r"\bsteps: (\d+) (loss: .*)")
_SURE = re.compile(
    r"\bstep=\d+, skipped=\d+, lr=\[|\[deepspeed\] OVERFLOW!|\bsteps: \d+ loss: \S{1,40} [^\n]{0,300}iter time", re.IGNORECASE
)  # fmt: skip
_OF_PIPELINE = re.compile(rf"(?<![\w/])([\w/]+(?: time \(s\))?): ({VALUE})(?!\S)", re.IGNORECASE)
_OWN = re.compile(
    r"\]\s*\[(?:INFO|WARNING|DEBUG)\]\s*\[\w+\.py:\d+:"
)  # in front of what DeepSpeed's logger says
_OF_SPLIT = re.compile(
    r"\b(train(?:ing)?|val(?:id(?:ation)?)?|eval(?:uation)?|test|dev) (?=loss|acc|ppl)", re.IGNORECASE
)
_BARE = re.compile(
    rf"\b(loss|step|iter|iteration|epoch) ({VALUE})(?![\w.])", re.IGNORECASE
)  # without a mark between
_IN_BRACKETS = re.compile(r"^\[(\d+),\s*(\d+)\] ")  # epoch and batch, as PyTorch's tutorial prints them
_AXES = ("step", "epoch")
_PROCESS = frozenset({"rank", "local_rank"})
_FACTS = {
    "train_batch_size": "batch_size",
    "gradient_clipping": "grad_clip",
    "optimizer_name": "optimizer",
    "fp16_enabled": "amp",
    "float16_enabled": "amp",
    "bfloat16_enabled": "amp",
}
"""Settings that DeepSpeed prints as it starts, with dots up to the value."""


def sniff(document: Document) -> float:
    """Return 0.7 for a line of DeepSpeed, else 0: a trainer that runs on it knows more of its log."""
    return 0.7 if _SURE.search(document.sample) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run: DeepSpeed's own quantities at its steps, the script's at those that it prints.

    Raises:
        UnreadableLog: No line holds a value.
    """
    lines = lines_of(document)
    own, of_script = _entries(lines)
    if not own and not of_script:
        raise refuse.only_words(document.name)
    config = {"framework": "pytorch", **stated(lines, _FACTS)}
    notes = (*document.notes, *_what(own, of_script))
    run = run_of_records(ID, document.name, own, config=config, notes=notes, carry=True)
    if not of_script:
        return (run,)
    script = run_of_records(ID, document.name, of_script, carry=True)
    more = tuple(note for note in script.notes if note not in run.notes)
    return (replace(run, series=run.series + script.series, notes=run.notes + more),)


def _entries(lines: Sequence[str]) -> tuple[list[Record], list[Record]]:
    """Return what DeepSpeed's lines hold, and what the script's do.

    The script's stand at their own steps, or at DeepSpeed's last. Where DeepSpeed reports no steps (`steps_per_print`
    is often set out of reach), its loss scale stands at the script's last.
    """
    reports = any(_STEP.search(line) or _PIPELINE.search(line) for line in lines)
    own: list[Record] = [{"step": 0}] if reports else []
    of_script: list[tuple[object, Record]] = []
    scale = 0.0
    for line in lines:
        if report := _STEP.search(line):
            own.append({"step": report[1], "skipped": report[2], **dict(_rates(report[3])), "mom": report[4]})
        elif pipeline := _PIPELINE.search(line):
            own.append({"step": pipeline[1], **dict(_OF_PIPELINE.findall(pipeline[2]))})
        elif rescaled := _SCALE.search(line):
            for value in rescaled.groups():
                if value and float(value) != scale:
                    own.append({"loss_scale": value})
                    scale = float(value)
        elif not _OWN.search(line) and (values := _of_script(line)):
            place = next((entry["step"] for entry in reversed(own) if "step" in entry), None)
            of_script.append((place, values))
            if not reports and "step" in values:
                own.append({axis: values[axis] for axis in _AXES if axis in values})
    counted = not reports or any("step" in values for _, values in of_script)
    held = any(entry.keys() - set(_AXES) for entry in own)
    return own if held else [], [
        values if counted else {"step": place, **values} for place, values in of_script
    ]


def _rates(listed: str) -> Iterator[tuple[str, str]]:
    for group, value in enumerate(listed.split(",")):
        yield "lr" + (f"/{group}" if group else ""), value.strip()


def _of_script(line: str) -> Record:
    """Return what a line of the script says that names a loss, else nothing."""
    message = _OF_SPLIT.sub(r"\1_", message_of(line))
    pairs = {**dict(_BARE.findall(message)), **labelled(message)}
    if place := _IN_BRACKETS.match(message):
        pairs.update(epoch=place[1], step=place[2])
    if not any(meaning_of(name).quantity == "loss" for name in pairs):
        return {}
    return {axis_of(name) or name: value for name, value in pairs.items() if name.lower() not in _PROCESS}


def _what(own: Sequence[Record], of_script: Sequence[Record]) -> tuple[Text, ...]:
    """Say where the loss is from, and where the loss scale stands."""
    names = {name for entry in own for name in entry}
    notes = []
    if of_script:
        notes.append(
            Text("the loss is from the training script's own lines: DeepSpeed's lines hold none",
                 "损失取自训练脚本自己打印的行：DeepSpeed 的日志行里没有损失")
        )  # fmt: skip
    elif not any(meaning_of(name).quantity == "loss" for name in names):
        notes.append(
            Text("DeepSpeed's own lines hold no loss; have the script print it, or give the file of a monitor (csv_monitor, TensorBoard)",
                 "DeepSpeed 自己的日志行里没有损失；请在脚本里打印，或给 csv_monitor、TensorBoard 写的文件")
        )  # fmt: skip
    if {"loss_scale", "step"} <= names:
        notes.append(
            Text("the loss scale is printed without a step; it stands at the step printed before it",
                 "loss scale 打印时不带步数，放在它之前最近打印的那一步")
        )  # fmt: skip
    return tuple(notes)
