"""Facts that a program prints of its settings: `lr=0.001`, `batch_size = 64`, `  lr ........ 0.00015`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lossclinic_kb.facts import KNOWN, Fact

LONGEST = 300  # characters of a line that states one setting; what is longer is something else
_VALUE = r"[\w.+-]+(?:,\d{3})*(?![\d.])"  # 1,024 is one number


def stated(lines: Iterable[str], names: Mapping[str, str]) -> dict[str, Fact]:
    """Return the facts that lines of one setting each state; the last statement of a setting counts.

    Args:
        lines: Such as `lr = 0.001  # a comment`, `learning_rate=5e-05,` or `lr ..... 0.001`, with anything before.
        names: How the program calls a setting, and the fact that it is.
    """
    pattern = re.compile(_named(names) + r"[\])}\"']*,?\s*(?:#.*)?$")
    found: dict[str, Fact] = {}
    for line in lines:
        if len(line) <= LONGEST and (match := pattern.search(line)):
            found.update(_fact(names[match[1]], match[2]))
    return found


def stated_within(line: str, names: Mapping[str, str]) -> dict[str, Fact]:
    """Return the facts that one line states which holds all settings, as a printed `Namespace` or dict does."""
    found: dict[str, Fact] = {}
    for match in re.finditer(_named(names) + r"(?![\w.])", line):
        found = {
            **_fact(names[match[1]], match[2]),
            **found,
        }  # the first counts: later ones are of other parts
    return found


def _named(names: Mapping[str, str]) -> str:
    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return rf"(?<![\w.-])({known})[\"']?\s*(?:=|:|\.{{3,}})\s*[\[\"']*({_VALUE})"


def _fact(name: str, value: str) -> dict[str, Fact]:
    """Return the fact under its name, or nothing if the value is of another kind (`None`, a word for a number).

    A flag that is off says nothing: without fp16 there may still be bf16.
    """
    if value.lower() in ("none", "null"):
        return {}
    try:
        fact = KNOWN[name](value.replace(",", ""))
    except ValueError:
        return {}
    return {} if fact is False else {name: fact}
