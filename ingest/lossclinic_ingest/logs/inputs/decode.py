"""Bytes to text: UTF-8 with or without a mark, UTF-16, UTF-32, GB18030, and what had to be assumed."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from lossclinic_kb.text import Text

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", ""),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_HEAD = 65536  # bytes on which guesses are made
_CONTROL = re.compile("[\x01-\x06\x0e-\x1a\x7f]")  # none of these is in a text log; ESC colours terminals
_MOST_CONTROL = 0.01
"""Share of control characters: a damaged log has a few, random bytes one in twelve."""
_CONTROL_BYTES = bytes(
    [*range(1, 7), *range(14, 27), 127]
)  # the same, before it is known what the bytes spell
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_HIGH_BYTES = bytes(range(128, 256))
_MOST_BROKEN_WIDE = 0.01
"""Share of characters that may be broken in UTF-16: of random bytes, three in a hundred are half a surrogate."""


@dataclass(frozen=True)
class Decoded:
    """Text, with every line break a newline, and what was assumed to get it."""

    text: str
    notes: tuple[Text, ...] = ()


def decode(data: bytes) -> Decoded | None:
    """Return the text that `data` is, or None if it is not text."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], codec, name)
    if b"\0" in data[:_HEAD]:
        wide = _unmarked_utf16(data)
        if wide is not None:
            return wide
    if _is_binary(data[:_HEAD].replace(b"\0", b"")):
        return None
    notes: tuple[Text, ...] = ()
    if b"\0" in data:
        count = data.count(b"\0")
        data = data.replace(b"\0", b"")
        notes = (
            Text(
                f"{count} NUL bytes were left out: a crash or a full disk leaves them",
                f"去掉了 {count} 个 NUL 字节：多半是崩溃或磁盘写满留下的",
            ),
        )
    found = (
        _utf8(data)
        or _damaged(data, "utf-8", "UTF-8")
        or _chinese(data)
        or _damaged(data, "gb18030", "GB18030")
        or _western(data)
    )
    if found is None or _is_noise(found.text):
        return None
    return Decoded(_newlines(found.text), notes + found.notes)


def _is_noise(text: str) -> bool:
    head = text[:_HEAD]
    return len(_CONTROL.findall(head)) > _MOST_CONTROL * len(head)


def _is_binary(head: bytes) -> bool:
    """Whether the first bytes are noise in whatever encoding: said at once, also of hundreds of megabytes."""
    return len(head) - len(head.translate(None, _CONTROL_BYTES)) > _MOST_CONTROL * len(head)


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _strict(data: bytes, codec: str, name: str) -> Decoded | None:
    """Decode with a codec that a byte order mark named; a file cut in the middle loses its last character."""
    notes = (_assumed(name),) if name else ()
    try:
        text = codecs.getincrementaldecoder(codec)().decode(data)
    except UnicodeDecodeError:
        text = codecs.getincrementaldecoder(codec)("replace").decode(data)
        broken = text.count("\ufffd")
        if broken > max(2, _MOST_BROKEN_WIDE * len(text)):
            return None
        notes = (_with_damage(name or "UTF-8", broken),)
    if _is_noise(text):
        return None
    return Decoded(_newlines(text.replace("\0", "")), notes)


def _assumed(name: str) -> Text:
    return Text(f"read as {name}", f"按 {name} 编码读取")


def _unmarked_utf16(data: bytes) -> Decoded | None:
    """UTF-16 without a mark: digits and commas leave a zero in every second byte."""
    head = data[:_HEAD]
    half = len(head) // 2
    for start, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        # Two in five, because a header in Chinese has no zeros; a file of numbers has nearly all.
        if head[start::2].count(0) >= 0.4 * half and head[1 - start :: 2].count(0) <= 0.01 * half:
            return _strict(data, codec, "UTF-16")
    return None


def _utf8(data: bytes) -> Decoded | None:
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        if error.start < len(data) - 3 or error.reason != "unexpected end of data":
            return None
        return Decoded(data[: error.start].decode("utf-8"))  # copied while it was being written


def _damaged(data: bytes, codec: str, name: str) -> Decoded | None:
    """Text of which at most a tenth of the non-ASCII bytes are broken: in another encoding nearly all would be."""
    if _stand_alone(data) or _too_broken(data[:_HEAD], codec, 1)[0]:
        return None
    too_broken, broken, text = _too_broken(data, codec, 0)
    return None if too_broken else Decoded(text, (_with_damage(name, broken),))


def _too_broken(data: bytes, codec: str, cut: int) -> tuple[bool, int, str]:
    """Return whether too much is broken, besides `cut` characters; how many characters are; and the text."""
    text = data.decode(codec, errors="replace")
    broken = text.count("\ufffd")
    high = len(data) - len(data.translate(None, _HIGH_BYTES))
    return broken - cut > 0.1 * high, broken, text


def _with_damage(name: str, broken: int) -> Text:
    s = "s" * (broken > 1)
    return Text(
        f"read as {name}, with {broken} damaged character{s}", f"按 {name} 编码读取，有 {broken} 个字符损坏"
    )


def _chinese(data: bytes) -> Decoded | None:
    """GB18030, unless the high bytes stand alone, as accents do in a Western encoding."""
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(data)
    except UnicodeDecodeError:
        return None
    return None if _stand_alone(data) else Decoded(text, (_assumed("GB18030"),))


def _stand_alone(data: bytes) -> bool:
    """Whether most bytes beyond ASCII have none beside them: accents, where a Chinese character takes two."""
    runs = [len(run) for run in _HIGH_RUN.findall(data[:_HEAD])]
    return sum(length == 1 for length in runs) > 0.5 * len(runs)


def _western(data: bytes) -> Decoded | None:
    """Windows-1252, if only a few bytes need it: any bytes at all would pass for it."""
    head = data[:_HEAD]
    high = sum(len(run) for run in _HIGH_RUN.findall(head))
    if high > 0.05 * len(head):
        return None
    return Decoded(data.decode("cp1252", errors="replace"), (_assumed("Windows-1252"),))
