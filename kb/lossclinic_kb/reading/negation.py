"""Whether what was found in a text is denied there: "no nan", "not overfitting", "并没有发散"."""

from __future__ import annotations

import re

from lossclinic_kb.reading.pattern import DENIAL

_BEFORE = re.compile(
    rf"(?:(?:{DENIAL})(?:\s+[a-z'-]+){{0,3}}\s*|(?:没有|没|不是|不会|并非|并不|不存在|从未|未)[\u4e00-\u9fff]{{0,3}}\s*"
    r"|(?<![a-z])(?:avoid|prevent|instead of|rather than)(?:\s+[a-z'-]+){0,2}\s*|(?:避免|防止|而不是)[\u4e00-\u9fff]{0,2}\s*)$",
    re.ASCII,
)
_AFTER = re.compile(
    r"\s*(?:(?:is|are|was|were)(?:n't| not)(?: the| a)? (?:problem|issue|case|there)|never|did(?:n't| not) (?:happen|occur)"
    r"|do(?:es)?(?:n't| not) (?:happen|occur|appear)|(?:都|也|从来|从|并)?(?:没有?(?:出现|发生|问题)|不(?:是问题|出现)))",
    re.ASCII,
)
_REACH = 40
"""Characters before a find in which a denial of it can stand: a few words."""


def denied(text: str, start: int, end: int) -> bool:
    """Return whether lower-case `text` denies what stands between `start` and `end`."""
    before = text[max(0, start - _REACH) : start]
    return _BEFORE.search(before) is not None or _AFTER.match(text, end) is not None
