"""What nanoGPT and its relatives print: llm.c, build-nanogpt, modded-nanogpt, nanochat.

`iter` lines of nanoGPT hold the loss of one batch; its `step` lines hold means over `eval_iters` batches of either
split, without dropout: series of their own. llm.c prints `val loss` in lines without a step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.records import Record, run_of_records
from lossclinic_ingest.logs.texts.console import lines_of, message_of
from lossclinic_ingest.logs.texts.cut_line import without_cut
from lossclinic_ingest.logs.texts.labelled import VALUE
from lossclinic_ingest.logs.texts.stated import stated
from lossclinic_ingest.logs.texts.torn import without_torn_value
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "nanogpt"
TITLE = Text("a console log of nanoGPT or llm.c", "nanoGPT 或 llm.c 的控制台日志")

_LINES = (
    r"iter (?P<a>\d{1,15}): (?P<a_rest>loss .*)",  # nanoGPT
    r"step (?P<b>\d{1,15}): (?P<b_rest>train loss .*)",  # nanoGPT, train_gpt2.c
    r"step:(?P<c>\d{1,15})/\d+,? (?P<c_rest>.*)",  # modded-nanogpt
    r"s:(?P<d>\d{1,15}) (?P<d_rest>(?:tel|trl|eval):.*)",  # main.log of llm.c
    r"step +(?P<e>\d{1,15})(?P<e_of>/\d+)?(?: \([^()]{1,12}\))? \| (?P<e_rest>(?:train )?loss.*)",  # llm.c, nanochat
    rf"(?P<f>\d{{1,15}}) (?P<f_rest>(?:val|train|hella) {VALUE})$",  # log.txt of build-nanogpt
    rf"val(?:idation)? loss:? (?P<g_rest>{VALUE})$",  # llm.c, build-nanogpt
    rf"Step (?P<h>\d{{1,15}}) \| (?P<h_rest>Validation bpb: {VALUE}.*)",  # nanochat
)
_LINE = re.compile("|".join(_LINES), re.IGNORECASE)
_SURE = re.compile(
    r"(?:^|[\s\]])(?:iter \d+: loss [\dni-]|step \d+: train loss \S+(?:, val loss | \(took )|step:\d+/\d+,? (?:tokens seen: [^\n,]{1,20}, )?(?:train_|val_)[lt]|step +\d+(?:/\d+)? (?:\([^()\n]{1,12}\) )?\| (?:train )?loss:? {1,8}[\dni-])"
    r"|^s:\d+ (?:tel|trl):[\dni-]|^\d+ (?:val|train) \d+\.\d{4,6}$",
    re.MULTILINE,
)
_PAIR = re.compile(
    rf"(?P<name>[A-Za-z][A-Za-z_/ ]{{0,30}}?):? {{0,8}}(?P<value>(?<=[: ]){VALUE})(?P<unit>ms|s|m|k|%)?(?=[\s,|)]|$)",
    re.IGNORECASE,
)
_NAMES = {
    "norm": "grad norm",
    "tel": "val loss",
    "trl": "train loss",
    "val": "val loss",
    "train": "train loss",
}
"""Names of llm.c and build-nanogpt that say less than they mean; `tel` and `trl` are test and training loss."""
_WRITTEN_IN_C = re.compile(r"z\)\| norm |\(took [\d.]+ ms\)|^s:\d+ ")
_NOT_MEASURED = ("mfu", "-100.00")  # printed for the utilisation until it is known
_FACTS = {
    "learning_rate": "lr",
    "batch_size": "batch_size",
    "dropout": "dropout",
    "weight_decay": "weight_decay",
    "grad_clip": "grad_clip",
    "warmup_iters": "warmup_steps",
}
"""Settings of nanoGPT's configurator, which prints what it overrides."""


def sniff(document: Document) -> float:
    """Return 0.9 if two lines have the shape of one of these programs, else 0."""
    found = _SURE.finditer(document.sample)
    return 0.9 if next(found, None) is not None and next(found, None) is not None else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run; validation that is printed without a step stands where the lines around it say.

    Raises:
        UnreadableLog: No line holds a value.
    """
    lines = lines_of(document)
    found = list(_entries(lines))
    if not found:
        raise refuse.only_words(document.name)
    whole, cut = without_cut(document, _placed(found), lines[-1])
    entries, torn = without_torn_value(document.text, whole)
    names = {name for entry in entries for name in entry}
    config = (
        {} if any(map(_WRITTEN_IN_C.search, lines)) else {"framework": "pytorch", **stated(lines, _FACTS)}
    )
    notes = (*document.notes, *cut, *torn, *_estimates(names))
    return (run_of_records(ID, document.name, entries, config=config, notes=notes),)


def _entries(lines: Sequence[str]) -> Iterator[tuple[Record, bool]]:
    """Yield what each line holds, and whether its step was counted from 1."""
    for line in lines:
        found = _LINE.match(message_of(line))
        if found is None:
            continue
        form = (found.lastgroup or "g")[0]
        values = dict(_pairs(found[f"{form}_rest"])) if form != "g" else {"val loss": found["g_rest"]}
        if form == "g":
            yield values, False
        elif values:
            yield {"step": found[form], **values}, form == "e" and found["e_of"] is not None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for found in _PAIR.finditer(text):
        name, unit = found["name"].strip(), found["unit"]
        if (name, found["value"]) != _NOT_MEASURED and name != "step":  # a damaged line may hold another step
            yield _NAMES.get(name, name) + (f" ({unit})" if unit else ""), found["value"].replace(",", "")


def _placed(found: Sequence[tuple[Record, bool]]) -> list[Record]:
    """Return the entries, those without a step placed where the next one says, or at the last where none follows.

    llm.c validates before the step that it then prints, counted from 1: after `step 20/74` follow `val loss` at 20
    and `step 21/74`. Programs that count from 0 print both under the same number.
    """
    placed: list[Record] = []
    here = next((entry["step"] for entry, _ in reversed(found) if "step" in entry), 0)
    for entry, from_one in reversed(found):
        if "step" in entry:
            here = int(entry["step"]) - from_one
        placed.append({"step": here, **entry})
    return placed[::-1]


def _estimates(names: set[str]) -> tuple[Text, ...]:
    """Say that two kinds of training loss stand side by side."""
    if not {"loss", "train loss"} <= names:
        return ()
    return (
        Text("train loss and val loss are estimates over eval_iters batches without dropout; loss is of single batches",
             "train loss 和 val loss 是关掉 dropout、在 eval_iters 个批次上取的平均；loss 是单个批次的损失"),
    )  # fmt: skip
