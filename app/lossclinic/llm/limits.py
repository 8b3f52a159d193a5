"""How long, how much and for how much money a language model may work; what it has cost so far."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, fields

from lossclinic.llm.sizes import LIMIT
from lossclinic.llm.trouble import Unavailable
from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Text

LETTERS = 2.5  # characters of a token where the service does not count: between Chinese (1.5) and English (4)


@dataclass(frozen=True)
class Limits:
    """Limits of a language model.

    Attributes:
        seconds: Of one answer, all its calls together.
        tokens: Of one answer, read and written.
        answer_tokens: Written in one call.
        characters: Of a case as it is sent; less for a model that reads little at once.
        total_tokens: Of the whole process; 0 for no limit.
        cost: Of the whole process, in the currency of the prices; 0 for no limit. Needs prices.
        price_in, price_out: Of a million tokens read and written.
    """

    seconds: float = 90.0
    tokens: int = 60_000
    answer_tokens: int = 2_000
    characters: int = LIMIT
    total_tokens: int = 0
    cost: float = 0.0
    price_in: float = 0.0
    price_out: float = 0.0

    def __post_init__(self) -> None:
        """Refuse limits that cannot be kept.

        Raises:
            InputError: One is negative, or the cost is limited without prices.
        """
        for each in fields(self):
            if not getattr(self, each.name) >= 0:
                raise InputError(
                    Text(f"the limit {each.name} cannot be negative", f"上限 {each.name} 不能是负数")
                )
        if not (self.seconds and self.tokens and self.answer_tokens):
            raise InputError(
                Text(
                    "the limits seconds, tokens and answer_tokens must be above 0",
                    "seconds、tokens 和 answer_tokens 这几个上限必须大于 0",
                )
            )
        if self.cost and not (self.price_in or self.price_out):
            raise InputError(
                Text(
                    "a limit of cost needs prices: give price_in and price_out for a million tokens",
                    "限制费用需要单价：请给出每百万 token 的 price_in 和 price_out",
                )
            )


def read_limits(pairs: Sequence[str]) -> Limits:
    """Return limits from NAME=VALUE arguments.

    Raises:
        InputError: An unknown name, or a value that is no number.
    """
    whole = {"tokens", "answer_tokens", "characters", "total_tokens"}
    known = [each.name for each in fields(Limits)]
    given: dict[str, float] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        name = name.strip().replace("-", "_")
        if name not in known:
            raise InputError(
                Text(
                    f"unknown limit {name!r}; known: {', '.join(known)}",
                    f"没有叫 {name!r} 的上限；可用的有：{'、'.join(known)}",
                )
            )
        try:
            given[name] = int(float(value)) if name in whole else float(value)
        except (ValueError, OverflowError):
            raise InputError(Text(f"the limit {pair} is no number", f"上限 {pair} 不是数字")) from None
    return Limits(**given)  # type: ignore[arg-type] # whole numbers were made so above


class Meter:
    """What a model has cost in this process; safe from many threads."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._lock = threading.Lock()
        self._read = self._written = 0

    @property
    def tokens(self) -> int:
        """Tokens so far."""
        return self._read + self._written

    @property
    def cost(self) -> float:
        """Money so far, in the currency of the prices."""
        return (self._read * self.limits.price_in + self._written * self.limits.price_out) / 1e6

    def add(self, read: int, written: int) -> None:
        """Count one call."""
        with self._lock:
            self._read += read
            self._written += written

    def require(self, coming: int, spent: int) -> None:
        """Return if a call may still be made.

        Args:
            coming: Tokens that it reads.
            spent: Tokens of the same answer so far.

        Raises:
            Unavailable: A limit would be passed.
        """
        limits = self.limits
        if spent + coming > limits.tokens:
            raise Unavailable(
                _used_up(f"{limits.tokens} tokens an answer", f"每次回答 {limits.tokens} 个 token")
            )
        if limits.total_tokens and self.tokens + coming > limits.total_tokens:
            raise Unavailable(
                _used_up(f"{limits.total_tokens} tokens in all", f"总共 {limits.total_tokens} 个 token")
            )
        if limits.cost and self.cost + coming * limits.price_in / 1e6 > limits.cost:
            raise Unavailable(_used_up(f"{limits.cost:g} in cost", f"费用 {limits.cost:g}"))


def _used_up(en: str, zh: str) -> Text:
    return Text(
        f"its limit of {en} is reached (--llm-limit raises it)", f"已达到上限：{zh}（可用 --llm-limit 调高）"
    )


def estimated(text: str) -> int:
    """Return about how many tokens a text is."""
    return round(len(text) / LETTERS) + 1
