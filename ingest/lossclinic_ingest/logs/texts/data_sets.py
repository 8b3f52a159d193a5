"""Of which data set a quantity is, where its own name does not say it: `Val - loss: 0.6, acc: 0.9`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_ingest.logs.tables.words import words_of
from lossclinic_ingest.logs.texts.console import message_of
from lossclinic_ingest.logs.texts.metric_names import is_metric, split_word

_WITHOUT = frozenset(
    {
        "time", "eta", "elapsed", "mem", "memory", "speed", "data", "gpu", "epoch", "momentum", "wd", "decay", "s", "sec",
        "img", "tokens", "throughput", "num", "v",
    }
)  # fmt: skip
"""Words of quantities that belong to no data set."""
_DOING = {"evaluating": "val", "validating": "val", "testing": "test"}
LONGEST_HEADING, MOST_WORDS = 80, 5  # characters and words of `Evaluating on the validation set ...`
_OF_EPOCH = re.compile(r"\b(?:at |of |for |after |\()?epoch:? ?\d{1,7}\b", re.IGNORECASE)
_GAPS = re.compile(r"[\s:.\[\]()\-=*#]+")


@dataclass(frozen=True)
class Naming:
    """What the quantities of a line are called once their data sets are known.

    Attributes:
        names: Each name, and the one as written.
        split: The data set that the line is about as a whole, "" if it does not say or is about several.
        known: Whether one of them is a quantity that trainings log.
        result: Whether one of those is more than the learning rate, which is a setting as well.
    """

    names: tuple[tuple[str, str], ...]
    split: str
    known: bool
    result: bool


@lru_cache(maxsize=4096)
def naming_of(written: tuple[tuple[str, str], ...], block: str) -> Naming:
    """Return what the quantities of a line are called.

    A name keeps its own data set; one that has none takes that of the words before it, then the only one that the
    line names, then that of the heading above. A bare `loss` beside `val_loss` is of training, and so are its fellows.

    Args:
        written: Each name, and the data set that words of their own in front of it say, "" for none.
        block: The data set that a heading above the line named.
    """
    splits = dict(written)
    own = ({meaning_of(name).split for name in splits} | set(splits.values())) - {""}
    whole = next(iter(own)) if len(own) == 1 else ("" if own else block)
    bare_loss = any(_is_bare_loss(name) and not split for name, split in written)
    taken = {_key(name) for name in splits if meaning_of(name).split}
    names: dict[str, str] = {}
    for name, before in written:
        split = before or (block if not own else "" if bare_loss else whole)
        if split in ("val", "test") and set(words_of(name)) & _WITHOUT:
            continue  # what the evaluation took in time and memory
        full = with_prefix(name, split)
        names[name if full != name and _key(full) in taken else full] = name
    metrics = [name for name in names if is_metric(name)]
    result = any(meaning_of(name).quantity != "lr" for name in metrics)
    return Naming(tuple(names.items()), "" if bare_loss and own else whole, bool(metrics), result)


@lru_cache(maxsize=4096)
def with_prefix(name: str, split: str) -> str:
    """Return a name with its data set in front, if it is one that can have several and does not say it."""
    meaning = meaning_of(name)
    if not split or meaning.split or meaning.quantity in ("lr", "grad_norm", "loss_scale"):
        return name
    if split_word(name) or set(words_of(name)) & _WITHOUT:
        return name
    return f"{split} {name}"


def prefixed(values: Mapping[str, str], split: str) -> dict[str, str]:
    """Return values under names that say their data set."""
    return {with_prefix(name, split): value for name, value in values.items()}


def heading_of(line: str) -> str | None:
    """Return the data set that a heading such as `Validation:` names, None if the line is no heading."""
    if len(line) > LONGEST_HEADING or "=" in line.strip("= "):
        return None
    said, of_epoch = _OF_EPOCH.subn("", message_of(line))
    words = [word for word in _GAPS.split(said) if word]
    if not 1 <= len(words) <= MOST_WORDS or any(char.isdigit() for char in said):
        return None
    splits = {split for word in words if (split := split_word(word) or _DOING.get(word.lower(), ""))}
    found = splits.pop() if len(splits) == 1 else None
    return None if of_epoch and found == "train" else found  # such a line tells where the training stands


def _key(name: str) -> tuple[object, ...]:
    meaning = meaning_of(name)
    rest = meaning.part if meaning.known else words_of(name)
    return meaning.split, meaning.quantity, meaning.rank, rest


def _is_bare_loss(name: str) -> bool:
    meaning = meaning_of(name)
    return meaning.quantity == "loss" and not meaning.split
