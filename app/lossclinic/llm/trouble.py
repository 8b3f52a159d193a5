"""Why a language model is missing, in one line of ours: what a service writes may hold anything, and is never shown."""

from __future__ import annotations

import re

from lossclinic_kb.text import Text


class Unavailable(Exception):  # noqa: N818
    """A model that gives no answer.

    Attributes:
        text: Why, as the end of a sentence, in both languages.
    """

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


class Cancelled(Exception):  # noqa: N818
    """The person stopped the model."""


SLOW = Text("it did not answer within {} seconds", "它在 {} 秒内没有答完")
STOPPED = Text("it was stopped", "已按要求停止")
REFUSED = Text("it gave no answer", "它没有给出回答")
NOTHING_HELD = Text("nothing that it said could be verified", "它说的内容都无法核实")
_BY_STATUS = {
    400: Text(
        "the service does not accept the request (400): the case may be too long for this model",
        "服务不接受这个请求（400）：内容可能超出了模型的长度上限",
    ),
    401: Text("the service refuses the key (401)", "服务不认可密钥（401）"),
    403: Text("the key may not use this model (403)", "密钥无权使用这个模型（403）"),
    404: Text("the service knows no such model or address (404)", "服务上没有这个模型或地址（404）"),
    413: Text("the case is too long for the service (413)", "内容太长，服务不接受（413）"),
    429: Text(
        "its quota is used up, or there were too many requests (429)", "额度已用完，或请求过于频繁（429）"
    ),
}
_NO_CONNECTION = Text("it cannot be reached: is the service running?", "无法连接：服务是否已启动？")
_FAILING = Text("the service fails ({})", "服务出错（{}）")
_BROKEN = Text("the call failed ({})", "调用失败（{}）")

_DECLINES = re.compile(
    r"\b(?:can(?:no|')?t|cannot|can not|unable|not able|won't|will not|must decline)\b.{0,30}?"
    r"\b(?:help|assist|answer|comply|discuss|fulfil|provide|do (?:that|this)|with (?:that|this))"
    r"|(?:抱歉|对不起|我|作为).{0,12}(?:无法|不能|没办法).{0,6}(?:帮|协助|回答|提供|处理|满足|完成|讨论)",
    re.IGNORECASE,
)


def declines(sentence: str) -> bool:
    """Return whether a first sentence says that there will be no answer."""
    return _DECLINES.search(sentence.replace("’", "'")) is not None


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status behind an error, or None."""
    for holder in (error, getattr(error, "response", None)):
        for name in ("status_code", "http_status", "code"):
            value = getattr(holder, name, None)
            if isinstance(value, int) and 400 <= value < 600:
                return value
    return None


def reason_of(error: BaseException, seconds: float) -> Text:
    """Return why a call failed."""
    status = status_of(error)
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status is not None:
        return Text(_FAILING.en.format(status), _FAILING.zh.format(status))
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    if "Timeout" in names:
        return Text(SLOW.en.format(f"{seconds:g}"), SLOW.zh.format(f"{seconds:g}"))
    if "Connect" in names or "Transport" in names or "RemoteProtocol" in names or isinstance(error, OSError):
        return _NO_CONNECTION
    name = type(error).__name__
    return Text(_BROKEN.en.format(name), _BROKEN.zh.format(name))
