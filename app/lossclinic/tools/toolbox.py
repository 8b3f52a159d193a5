"""The five tools by name, and how each is called: arguments checked, answers cleaned, errors one line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from lossclinic.render import plain
from lossclinic.tools import answers
from lossclinic.tools.arguments import (
    Arguments,
    CauseArguments,
    CheckArguments,
    DescriptionArguments,
    LogArguments,
    SearchArguments,
)
from lossclinic_kb.errors import InputError, LossclinicError
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from lossclinic.clinic import Clinic

_SHOWN_VALUE: Final = 60
"""Characters of a value that an error quotes."""


@dataclass(frozen=True)
class Tool:
    """One tool.

    Attributes:
        description: What a calling model reads of it.
        arguments: What it takes.
        answer: From clinic, arguments and the folder that is open to the caller to plain data.
    """

    name: str
    description: str
    arguments: type[Arguments]
    answer: Callable[[Clinic, Any, Path | None], dict[str, Any]]

    def schema(self, *, paths: bool) -> dict[str, Any]:
        """Return what the tool takes as JSON schema.

        Args:
            paths: Whether a folder of this machine is open to the caller.
        """
        made = self.arguments.model_json_schema()
        if not paths:
            made["properties"].pop("path", None)
        return made


_LISTED: Final = (
    Tool(
        "diagnose_log",
        "Diagnose the log of a neural-network training, with what the person says of it if they said anything. Returns "
        "ranked causes with probabilities, evidence quoted from the log, tested fixes and the next check.",
        LogArguments,
        answers.diagnose_log,
    ),
    Tool(
        "diagnose_description",
        "Diagnose a neural-network training from words alone, English or Chinese. Returns ranked causes with "
        "probabilities, evidence, tested fixes and the next check. Where there is a log, use diagnose_log.",
        DescriptionArguments,
        answers.diagnose_description,
    ),
    Tool(
        "next_check",
        "Return the cheapest check that tells the remaining causes apart: question, how to do it, minutes, code and "
        "possible outcomes. Give description and log again, and every outcome so far in answers.",
        CheckArguments,
        answers.next_check,
    ),
    Tool(
        "search_knowledge",
        "Search causes, symptoms, checks, guides and terms of training neural networks, and on request the person's own "
        "documents.",
        SearchArguments,
        answers.search_knowledge,
    ),
    Tool(
        "get_cause",
        "Return the page of one cause: what happens, how to confirm, fixes with tested code for PyTorch, Lightning, "
        "Hugging Face, Keras and Paddle, look-alikes, sources.",
        CauseArguments,
        answers.get_cause,
    ),
)
TOOLS: Final[Mapping[str, Tool]] = {tool.name: tool for tool in _LISTED}
"""Every tool by name."""


DIAGNOSE: Final = Tool(
    "diagnose_training",
    "Diagnose a neural-network training from its log, from what the person says of it, or from both. Returns ranked "
    "causes with probabilities, evidence, tested fixes and the cheapest check that tells the remaining causes apart; "
    "give its outcome in answers and call again.",
    LogArguments,
    answers.diagnose_training,
)
"""All of a diagnosis in one tool, for an agent that should have no more than one."""


class Toolbox:
    """The tools over one clinic; safe from many threads.

    Args:
        clinic: Whose knowledge, index and documents are used.
        root: The one folder in which callers may name logs by path; None for no folder.

    Raises:
        InputError: `root` is no folder.
    """

    def __init__(self, clinic: Clinic, root: Path | None = None) -> None:
        if root is not None and not root.is_dir():
            raise InputError(Text(f"{root}: no such folder", f"{root}：没有这个文件夹"))
        self.clinic = clinic
        self.root = root

    def call(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a tool answers; no text in it holds control characters.

        Raises:
            InputError: There is no such tool, an argument cannot be used, or the clinic cannot answer: one line, in the
                language of the answer.
        """
        tool = TOOLS.get(name)
        if tool is None:
            known = ", ".join(TOOLS)
            raise InputError(
                Text(f"no tool is called {name!r}; known: {known}", f"没有叫 {name!r} 的工具；已有：{known}")
            )
        return self.use(tool, given)

    def use(self, tool: Tool, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a tool answers; errors as for `call`."""
        arguments = _read(tool, given)
        try:
            answer = tool.answer(self.clinic, arguments, self.root)
        except LossclinicError as error:
            raise InputError(plain(error.text(arguments.spoken()))) from error
        cleaned: dict[str, Any] = _cleaned(answer)
        return cleaned


def as_json(answer: Mapping[str, Any]) -> str:
    """Return an answer as a calling model reads it."""
    return json.dumps(answer, ensure_ascii=False)


def _read(tool: Tool, given: Mapping[str, Any]) -> Arguments:
    """Return the arguments of a tool.

    Raises:
        InputError: One is unknown, missing or of the wrong kind.
    """
    try:
        return tool.arguments.model_validate(given)
    except ValidationError as error:
        unknown = [each for each in error.errors() if each["type"] == "extra_forbidden"]
        first = (unknown or error.errors())[0]
        place = ".".join(map(str, first["loc"])) or "arguments"
        lang: Lang = "zh" if given.get("lang") == "zh" else "en"
        known = ", ".join(tool.arguments.model_fields)
        value = "" if first["type"] == "missing" else f" ({str(first['input'])[:_SHOWN_VALUE]!r})"
        raise InputError(
            Text(
                f"{tool.name}: {place}{value} cannot be used: {first['msg']}; arguments: {known}",
                f"{tool.name}：参数 {place}{value} 不可用：{first['msg']}；可用参数：{known}",
            )(lang)
        ) from None


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {key: _cleaned(each) for key, each in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, (list, tuple)) else value
