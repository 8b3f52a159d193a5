"""Facts about a run that no curve shows: the optimiser, the rate, the number of classes, ...

They come from `--set KEY=VALUE`, from `config=`, from the log itself, or from what the person wrote.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import cast

from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Text, whole

Fact = str | float | bool
Facts = Mapping[str, Fact]
LONGEST = 200  # characters of a word: names of models are a third of that, what is longer is no name


def _number(value: object) -> float:
    number = float(cast("float", value))
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number


def _word(value: object) -> str:
    word = whole(str(value)).strip().lower()
    if len(word) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    return word


def _flag(value: object) -> bool:
    word = _word(value)
    if word in {"true", "yes", "on", "1", "1.0", "是"}:
        return True
    if word in {"false", "no", "off", "none", "0", "0.0", "否"}:
        return False
    raise ValueError(f"{value!r} is neither true nor false")


KNOWN: dict[str, Callable[[object], Fact]] = {
    "optimizer": _word,
    "lr": _number,
    "momentum": _number,
    "weight_decay": _number,
    "adam_epsilon": _number,
    "batch_size": _number,
    "batch": _word,
    "epochs": _number,
    "classes": _number,
    "dropout": _number,
    "warmup_steps": _number,
    "grad_clip": _number,
    "label_smoothing": _number,
    "amp": _flag,
    "shuffle": _flag,
    "normalized": _flag,
    "pretrained": _flag,
    "framework": _word,
    "task": _word,
    "loss": _word,
    "activation": _word,
    "schedule": _word,
    "model": _word,
}
"""Every fact that the reasoning can use, with the function that reads its value."""

ALIASES = {
    "learning_rate": "lr",
    "num_classes": "classes",
    "num_labels": "classes",
    "n_classes": "classes",
    "train_batch_size": "batch_size",
    "wd": "weight_decay",
    "eps": "adam_epsilon",
    "epsilon": "adam_epsilon",
    "optim": "optimizer",
    "optimiser": "optimizer",
    "fp16": "amp",
    "scheduler": "schedule",
    "lr_scheduler": "schedule",
    "num_train_epochs": "epochs",
    "max_grad_norm": "grad_clip",
}


def _unusable(name: str, value: object) -> Text:
    """Return why a value cannot be used, and what can."""
    given = _cut(value)
    if KNOWN[name] is _flag:
        return Text(
            f"{name}: {given} is neither yes nor no; write one of the two",
            f"{name}：{given} 看不出是或否，请写“是”或“否”",
        )
    if KNOWN[name] is _word:
        return Text(
            f"{name}: {given} is longer than {LONGEST} characters; write its name alone",
            f"{name}：{given} 超过 {LONGEST} 个字符，请只写名称",
        )
    return Text(
        f"{name}: {given} is no finite number; write it like 0.001 or 1e-3",
        f"{name}：{given} 不是有限的数字，请写成 0.001 或 1e-3 这样",
    )


HUGGING_FACE = ("hf", "transformers", "huggingface")
"""What its Trainer is called as a framework."""


def optimizer_in(facts: Facts) -> Fact | None:
    """Return the optimiser that is stated; of the Hugging Face Trainer AdamW, which it takes unless told otherwise."""
    return facts.get("optimizer") or ("adamw" if facts.get("framework") in HUGGING_FACE else None)


def read_facts(given: Mapping[str, object]) -> dict[str, Fact]:
    """Return `given` under its canonical names and types.

    Raises:
        InputError: An unknown key, or a value of the wrong kind.
    """
    facts: dict[str, Fact] = {}
    for key, value in given.items():
        name = whole(str(key)).strip().lower().replace("-", "_").replace(" ", "_")
        name = ALIASES.get(name, name)
        if name not in KNOWN:
            raise InputError(f"unknown fact {_cut(key)}; known: {', '.join(sorted(KNOWN))}")
        try:
            facts[name] = KNOWN[name](value)
        except (TypeError, ValueError, OverflowError):
            raise InputError(_unusable(name, value)) from None
    return facts


def _cut(value: object) -> str:
    """Return a value as an error shows it: one line, not endless."""
    shown = repr(value)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 3]}..."
