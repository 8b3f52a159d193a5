"""Reading the files of the knowledge base: every complaint names file and key."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from lossclinic_kb.errors import KnowledgeError

_Model = TypeVar("_Model", bound=BaseModel)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector out of reading many files: all that is read stays, and it would look at it over and over."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class Strict(BaseModel):
    """A part of a knowledge file; keys that it does not know are refused."""

    model_config = ConfigDict(extra="forbid")


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]
"""A text of one line."""


class SourceEntry(Strict):
    """Where a claim can be read up, as front matter lists it."""

    title: Line
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]


def short_name(path: Path) -> str:
    """Return the last three parts of `path`, as messages name it."""
    return "/".join(path.parts[-3:])


def read_text(path: Path) -> str:
    """Return the text of a knowledge file.

    Raises:
        KnowledgeError: It is missing or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KnowledgeError(f"{short_name(path)}: the file is missing") from None
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"{short_name(path)}: not UTF-8 at byte {error.start}") from None


def parse_yaml(text: str, path: Path) -> Any:
    """Return what the YAML `text` of the file at `path` says.

    Raises:
        KnowledgeError: It is not YAML.
    """
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{short_name(path)}: not YAML: {' '.join(str(error).split())}") from None


def front_matter(path: Path) -> tuple[Any, str]:
    """Return the keys between the two `---` at the top of a Markdown file, and the text below them.

    Raises:
        KnowledgeError: There are none.
    """
    parts = read_text(path).split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise KnowledgeError(f"{short_name(path)}: front matter: expected '---', keys, '---' at the top")
    return parse_yaml(parts[1], path), parts[2]


def validate(model: type[_Model], data: Any, path: Path) -> _Model:
    """Return `data` as `model`.

    Raises:
        KnowledgeError: Names the first key that is wrong.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "top level"
        raise KnowledgeError(f"{short_name(path)}: {key}: {first['msg']}") from None
