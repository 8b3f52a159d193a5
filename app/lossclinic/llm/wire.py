"""Talking to a model: one thread a call, so that a time limit and a stop hold whatever the model does."""

from __future__ import annotations

import json
import queue
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from lossclinic.llm.limits import Meter, estimated
from lossclinic.llm.replies import Reply
from lossclinic.llm.trouble import SLOW, Cancelled, Unavailable, reason_of, status_of
from lossclinic_kb.text import Text

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

T = TypeVar("T")
R = TypeVar("R", bound=Reply)
LOOK = 0.05  # seconds between looks at clock and stop
CHARACTERS = 6  # of a token at most: what is longer than the limit in characters is cut off
_OPENING, _CLOSING = "<think>", "</think>"
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_CUT_OFF = ("LengthFinishReasonError", "ContentFilterFinishReasonError")
"""What OpenAI's package raises where structured output ends before it is whole: an answer, if no usable one."""
_NOT_ACCEPTED = (400, 404, 405, 415, 422, 501)
"""What services answer that know no structured output."""


@dataclass
class Wire:
    """The calls of one answer.

    Attributes:
        model: Any LangChain chat model.
        meter: What the process may still spend.
        stopped: Set when the person wants no more.
        until: When the time is up, on the clock of `time.monotonic`.
        tokens: Of this answer so far.
    """

    model: BaseChatModel
    meter: Meter
    stopped: threading.Event = field(default_factory=threading.Event)
    until: float = 0.0
    tokens: int = 0

    def __post_init__(self) -> None:
        self.until = time.monotonic() + self.meter.limits.seconds

    def ask(self, system: str, data: str, schema: type[R]) -> R | None:
        """Return the reply to a question, or None where it is not what the schema asks for.

        Raises:
            Unavailable: There is no answer.
            Cancelled: The person stopped it.
        """
        messages = self._messages(system, data)
        raw = next(self._pulled(lambda: iter([self._structured(messages, schema)])))
        self._count(messages, raw)
        return _validated(raw, schema)

    def stream(self, system: str, data: str) -> Iterator[str]:
        """Yield the text of an answer as it arrives; thoughts of the model are left out.

        Raises:
            Unavailable: There is no answer.
            Cancelled: The person stopped it.
        """
        messages, total = self._messages(system, data), 0
        for chunk in _unthought(self._chunks(messages)):
            total += len(chunk)
            yield chunk
            if total > CHARACTERS * self.meter.limits.answer_tokens:
                return

    def _chunks(self, messages: list[BaseMessage]) -> Iterator[str]:
        written, usage = 0, None
        try:
            for chunk in self._pulled(lambda: self.model.stream(messages)):
                text = _text_of(chunk)
                written += len(text)
                usage = getattr(chunk, "usage_metadata", None) or usage
                yield text
        finally:
            self._add(messages, usage, written)

    def _structured(self, messages: list[BaseMessage], schema: type[R]) -> Any:
        """Ask for structured output; where model or service knows none, for text."""
        try:
            wanted = (
                schema.model_json_schema()
            )  # as data: with the class itself some services parse, and refuse, by themselves
            return self.model.with_structured_output(wanted, include_raw=True).invoke(messages)
        except (NotImplementedError, AttributeError, ValueError, TypeError):
            pass  # the model has no way to do it, so it is asked for JSON in words
        except Exception as error:
            if type(error).__name__ in _CUT_OFF:
                return {"raw": None, "parsed": None}
            if status_of(error) not in _NOT_ACCEPTED:
                raise
        return {"raw": self.model.invoke(messages), "parsed": None}

    def _pulled(self, produce: Callable[[], Iterable[T]]) -> Iterator[T]:
        """Yield what `produce` does in a thread of its own, which is left behind where time or patience ends."""
        arrived: queue.Queue[tuple[str, Any]] = queue.Queue()
        left = threading.Event()

        def work() -> None:
            from langsmith import tracing_context

            try:
                with tracing_context(
                    enabled=False
                ):  # a case goes to the model alone, whatever the environment says
                    for item in produce():
                        arrived.put(("item", item))
                        if left.is_set():
                            return
                arrived.put(("end", None))
            except Exception as error:
                arrived.put(("error", error))

        threading.Thread(target=work, daemon=True, name="lossclinic-model").start()
        try:
            while True:
                kind, item = self._next(arrived)
                if kind == "end":
                    return
                if kind == "error":
                    raise Unavailable(reason_of(item, self.meter.limits.seconds)) from None
                yield item
        finally:
            left.set()

    def _next(self, arrived: queue.Queue[tuple[str, Any]]) -> tuple[str, Any]:
        while True:
            if self.stopped.is_set():
                raise Cancelled
            rest = self.until - time.monotonic()
            if rest <= 0:
                seconds = f"{self.meter.limits.seconds:g}"
                raise Unavailable(Text(SLOW.en.format(seconds), SLOW.zh.format(seconds)))
            try:
                return arrived.get(timeout=min(LOOK, rest))
            except queue.Empty:
                continue

    def _messages(self, system: str, data: str) -> list[BaseMessage]:
        from langchain_core.messages import HumanMessage, SystemMessage

        self.meter.require(estimated(system) + estimated(data), self.tokens)
        return [SystemMessage(system), HumanMessage(data)]

    def _count(self, messages: list[BaseMessage], reply: Any) -> None:
        raw = reply.get("raw") if isinstance(reply, dict) else reply
        self._add(messages, getattr(raw, "usage_metadata", None), len(_text_of(raw)))

    def _add(self, messages: list[BaseMessage], usage: Any, written: int) -> None:
        counted = usage if isinstance(usage, dict) else {}
        sent = "".join(_text_of(message) for message in messages)
        read = int(counted.get("input_tokens") or estimated(sent))
        wrote = int(counted.get("output_tokens") or estimated(" " * written))
        self.tokens += read + wrote
        self.meter.add(read, wrote)


def _text_of(message: Any) -> str:
    """Return the text of a message or chunk, whatever form its content has."""
    content = getattr(message, "content", "")
    if isinstance(content, str):
        return content
    parts = (part if isinstance(part, str) else part.get("text") for part in content or ())
    return "".join(part for part in parts if isinstance(part, str))


def _unthought(chunks: Iterable[str]) -> Iterator[str]:
    """Yield a stream without what stands between <think> and </think> at its beginning."""
    held, open_ = "", True
    for chunk in chunks:
        if not open_:
            yield chunk
            continue
        held += chunk
        start = held.lstrip()
        if _OPENING.startswith(start) or (start.startswith(_OPENING) and _CLOSING not in start):
            continue
        open_ = False
        yield _THOUGHT.sub("", held, count=1) if start.startswith(_OPENING) else held
        held = ""
    if held and not held.lstrip().startswith(_OPENING):
        yield held


def _validated(reply: Any, schema: type[R]) -> R | None:
    """Return the first object in a reply that the schema accepts."""
    parsed = reply.get("parsed") if isinstance(reply, dict) else None
    if isinstance(parsed, schema):
        return parsed
    raw = reply.get("raw") if isinstance(reply, dict) else reply
    calls = [call.get("args") for call in getattr(raw, "tool_calls", None) or () if isinstance(call, dict)]
    for data in (parsed, *calls, *_objects(_THOUGHT.sub("", _text_of(raw)))):
        if isinstance(data, dict) and set(data) & set(schema.model_fields):
            try:
                return schema.model_validate({name: [] for name in schema.model_fields} | data)
            except ValidationError:
                continue
    return None


def _objects(text: str) -> Iterator[Any]:
    """Yield the JSON objects that stand in a text."""
    reader, place, tries = json.JSONDecoder(), text.find("{"), 0
    while place >= 0 and tries < 20:
        tries += 1
        try:
            found, end = reader.raw_decode(text, place)
        except (ValueError, RecursionError):
            end = place + 1
        else:
            yield found
        place = text.find("{", end)
