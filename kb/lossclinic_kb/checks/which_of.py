"""Which of the leading causes it is: the check that is left where no other tells them apart.

Whoever goes through their own code and data with the list of what is likely finds most causes by looking. The check is made for
the causes that it lists, and its id names them: `which_of:lr_too_high+no_warmup`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from lossclinic_kb.causes import load_cause
from lossclinic_kb.causes.registry import CAUSES
from lossclinic_kb.checks.check import Check, Outcome
from lossclinic_kb.text import Text

WHICH_OF = "which_of:"
_JOINED = "+"
NONE = "none_of_these"

MOST = 6
"""Causes in a list: what takes a quarter of an hour to go through to the end."""

MINUTES_EACH = 3.0
"""To read how a cause is confirmed and to look: at a line of the code, at a batch, at a figure of the log."""


def which_of(causes: Sequence[str]) -> Check:
    """Return the check that asks which of `causes` is found.

    Looking does not find every fault that is there, and seldom one that is not. Whoever finds it stops: half of the list is gone
    through on average.
    """
    found = [Outcome(cause, load_cause(cause).title, {cause: "always"}, "never") for cause in causes]
    none = Outcome(NONE, Text("none of these", "都不是"), dict.fromkeys(causes, "rarely"), "always")
    return Check(
        id=f"{WHICH_OF}{_JOINED.join(causes)}",
        title=Text("Which of the leading causes", "是哪一个原因"),
        question=Text(
            "Go through these in your code, your data and your settings: which one do you find?",
            "对照你的代码、数据和设置逐个核对：找到的是哪一个？",
        ),
        how=Text(
            "Under “How to confirm” each card below says what to look at; most take a line of code or one batch.",
            "下面每张卡片的“如何确认”写着该看什么，多数只要看一行代码或一个批次。",
        ),
        minutes=float(math.ceil(MINUTES_EACH * (len(causes) + 1) / 2)),
        code="",
        outcomes=(*found, none),
    )


def listed_in(check: str) -> tuple[str, ...]:
    """Return the causes that the id of such a check names; none where it is no such id, or names what is no cause."""
    names = tuple(check.removeprefix(WHICH_OF).split(_JOINED)) if check.startswith(WHICH_OF) else ()
    known = 0 < len(names) <= MOST and len(set(names)) == len(names) and set(names) <= set(CAUSES)
    return names if known else ()
