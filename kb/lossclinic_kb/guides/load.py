"""Reading the folders of guides. A malformed one is refused with file and key."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

from pydantic import Field

from lossclinic_kb.causes.cause import Source
from lossclinic_kb.causes.snippets import cut_snippets, filled
from lossclinic_kb.errors import InputError
from lossclinic_kb.files import Line, SourceEntry, Strict, front_matter, read_text, short_name, validate
from lossclinic_kb.guides.guide import Guide
from lossclinic_kb.guides.registry import GUIDES
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

ROOT = Path(__file__).parent


class _Front(Strict):
    title: Line
    summary: Line
    causes: list[str]
    sources: Annotated[list[SourceEntry], Field(min_length=1)]


class _ChineseFront(Strict):
    title: Line
    summary: Line


def load_guides() -> Mapping[str, Guide]:
    """Return every guide by id.

    Raises:
        KnowledgeError: A folder is incomplete or one of its files malformed.
    """
    return {guide: load_guide(guide) for guide in GUIDES}


@cache
def load_guide(guide: str) -> Guide:
    """Return one guide.

    Raises:
        InputError: No such guide.
        KnowledgeError: Its folder is incomplete or malformed.
    """
    if guide not in GUIDES:
        raise InputError(f"no guide is called {guide!r}; `lossclinic guides` lists them")
    return read_folder(ROOT / guide)


def read_folder(folder: Path) -> Guide:
    """Read the folder of one guide.

    Raises:
        KnowledgeError: Names the file and the key that is wrong.
    """
    code = folder / "snippets.py"
    snippets = cut_snippets(read_text(code), short_name(code))
    english, chinese = folder / "en.md", folder / "zh.md"
    keys, page = front_matter(english)
    front = validate(_Front, keys, english)
    keys, chinese_page = front_matter(chinese)
    zh = validate(_ChineseFront, keys, chinese)
    pages: dict[Lang, str] = {
        "en": filled(page, snippets, short_name(english)).strip(),
        "zh": filled(chinese_page, snippets, short_name(chinese)).strip(),
    }
    return Guide(
        id=folder.name,
        title=Text(front.title, zh.title),
        summary=Text(front.summary, zh.summary),
        causes=tuple(front.causes),
        sources=tuple(Source(source.title, source.url) for source in front.sources),
        pages=pages,
        snippets=snippets,
    )


def load_figure(guide: str, lang: Lang) -> Figure | None:
    """Return the figure of a guide, drawn from what its code computes; None for a guide without one.

    Raises:
        InputError: No such guide.
    """
    load_guide(guide)
    if not (ROOT / guide / "figure.py").is_file():
        return None
    return cast("Figure", import_module(f"lossclinic_kb.guides.{guide}.figure").draw(lang))
