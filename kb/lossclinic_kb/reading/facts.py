"""Facts that a description states outright: `lr 1e-3`, `batch size 32`, `10 分类`, `AdamW`, ..."""

from __future__ import annotations

import re
from collections.abc import Callable

from lossclinic_kb.facts import Fact

# Possessive: what was taken is not tried shorter again, or a name before a page of blanks would cost their square.
_NUMBER = r"(\d++(?:\.\d++)?+(?:e[-+]?\d++)?+|\.\d++)"
_LINK = r"\s*+(?:(?:=|:|：|of|is|to|at|was|为|是|设为|设成|用的?是?)\s*+)?"


def _number(pattern: str) -> re.Pattern[str]:
    return re.compile(f"(?:{pattern})" + _LINK + _NUMBER + r"(?![\d.]*x\b)", re.IGNORECASE)


_NUMBERS: dict[str, tuple[re.Pattern[str], ...]] = {
    "lr": (_number(r"(?<![a-z])(?:lr|learning[ _-]?rate|step size)"), _number(r"学习率|學習率")),
    "batch_size": (_number(r"(?<![a-z])(?:batch[ _-]?size|bs)"), _number(r"批大小|批次大小|批量大小")),
    "weight_decay": (_number(r"(?<![a-z])(?:weight[ _-]?decay|wd)"), _number(r"权重衰减|權重衰減")),
    "dropout": (_number(r"(?<![a-z])dropout(?: rate| p)?"),),
    "momentum": (_number(r"(?<![a-z])momentum"), _number(r"动量")),
    "adam_epsilon": (_number(r"(?<![a-z])(?:adam[_ ]?)?(?:eps|epsilon)(?![a-z])"),),
    "grad_clip": (
        _number(
            r"(?<![a-z])(?:max_grad_norm|clip_grad_norm|clip(?:ping)?(?: (?:at|to|norm|with max norm))?)"
        ),
    ),
    "classes": (
        re.compile(r"(?<![\d.第])(\d{1,6})[ -]?(?:way\b|classes\b|class\b|个?类|分类|个?類)", re.IGNORECASE),
    ),
}

_WORDS: dict[str, tuple[tuple[re.Pattern[str], Fact], ...]] = {
    "optimizer": (
        (re.compile(r"(?<![a-z])adamw(?![a-z])", re.IGNORECASE), "adamw"),
        (re.compile(r"(?<![a-z])adam(?![a-z])", re.IGNORECASE), "adam"),
        (re.compile(r"(?<![a-z])rmsprop(?![a-z])", re.IGNORECASE), "rmsprop"),
        (re.compile(r"(?<![a-z])sgd(?![a-z])", re.IGNORECASE), "sgd"),
    ),
    "batch": (
        (
            re.compile(
                r"(?:tiny|small) (?:mini-?)?batch|batch(?:[ _-]?size)?(?: is| of)? (?:very |too )?(?:tiny|small)"
                r"|(?:batch ?(?:size)?|批次|批量|批大小)\s*(?:设得|调得|只能|设)?(?:很|太|非常|比较|特别)小|小\s*batch",
                re.IGNORECASE,
            ),
            "small",
        ),
        (
            re.compile(
                r"(?:huge|large|big|giant) (?:mini-?)?batch|batch(?:[ _-]?size)?(?: is| of)? (?:very |too )?(?:huge|large|big)"
                r"|(?:batch ?(?:size)?|批次|批量|批大小)\s*(?:设得|调得|开得|设)?(?:很|太|非常|比较|特别)大|大\s*batch",
                re.IGNORECASE,
            ),
            "large",
        ),
    ),
    "normalized": (
        (
            re.compile(
                r"(?:not|never|n't|without|forgot to|no) (?:been )?(?:input )?(?:normali[sz]|standardi[sz])"
                r"|(?:没有?|未|忘了|忘记)(?:做|进行)?(?:归一化|标准化)",
                re.IGNORECASE,
            ),
            False,
        ),
        (
            re.compile(
                r"(?:inputs?|images?|data|features?|pixels?) (?:is|are|were|have been|has been) (?:already |all )?(?:normali[sz]ed|standardi[sz]ed)"
                r"|(?:已经|都|做了|做过|进行了)(?:归一化|标准化)|(?:归一化|标准化)(?:过了|也做了|做了)",
                re.IGNORECASE,
            ),
            True,
        ),
    ),
    "shuffle": (
        (re.compile(r"shuffle\s*=\s*false", re.IGNORECASE), False),
        (re.compile(r"shuffle\s*=\s*true", re.IGNORECASE), True),
    ),
}

_LIMITS: dict[str, Callable[[float], bool]] = {
    "lr": lambda value: 0 < value <= 100,
    "batch_size": lambda value: value >= 1 and value.is_integer(),
    "weight_decay": lambda value: 0 <= value <= 10,
    "dropout": lambda value: 0 <= value < 1,
    "momentum": lambda value: 0 <= value < 1,
    "adam_epsilon": lambda value: 0 < value <= 1,
    "grad_clip": lambda value: 0 < value <= 1000,
    "classes": lambda value: value >= 2,
}
"""What a number must meet to be taken at its word; others are someone's typo or something else's number."""


def facts_in(text: str) -> dict[str, Fact]:
    """Return the facts that `text` states, under their canonical names.

    A quantity with two different values ("I lowered lr from 0.1 to 0.01") is left out: which one the run used is
    not ours to guess.
    """
    facts: dict[str, Fact] = {}
    for name, patterns in _NUMBERS.items():
        values = {float(match[1]) for pattern in patterns for match in pattern.finditer(text)}
        values = {value for value in values if _LIMITS[name](value)}
        if len(values) == 1:
            facts[name] = values.pop()
    for name, choices in _WORDS.items():
        named = {value for pattern, value in choices if pattern.search(text)}
        if len(named) == 1:
            facts[name] = named.pop()
    return facts
