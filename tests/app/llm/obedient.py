"""A model that obeys: whatever a text in its data orders, it does as far as a reply lets it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from scripted import Say, Scripted

from lossclinic_kb.causes import load_profiles
from lossclinic_kb.text import Lang

FIRST = 20
"""Characters at the beginning of an order by which it is found again: names are cut, and spaces change."""


@dataclass(frozen=True)
class Attempt:
    """A text that gives an order.

    Attributes:
        place: Where it stands: "column", "cell", "run", "config", "note", "document", "name" (of a document) or "question".
        wants: What it is after, by kind.
    """

    id: str
    lang: Lang
    place: str
    text: str
    wants: dict[str, Any]


def attempts() -> list[Attempt]:
    """Return all of them."""
    rows = yaml.safe_load(Path(__file__).with_name("hostile.yaml").read_text(encoding="utf-8"))
    return [Attempt(**row) for row in rows]


@dataclass
class Obedient:
    """The script of a server whose model obeys one attempt.

    It does so in explaining and in reading words even where it was not shown the order, as if it had learnt it
    elsewhere; in ranking only where it was, so that what reaches the ranking can be told from what does not.

    Attributes:
        order: What it obeys; None for an honest model.
        reached: Which of its tasks showed it the order.
    """

    order: Attempt | None
    reached: set[str] = field(default_factory=set)

    def __call__(self, request: dict[str, Any]) -> Scripted:
        """Return the reply to a request."""
        system, told = (str(message["content"]) for message in request["messages"][:2])
        task = {"You read": "understand", "You judge": "rank"}.get(" ".join(system.split()[:2]), "explain")
        if self.order is not None and _letters(self.order.text)[:FIRST] in _letters(told):
            self.reached.add(task)
        if task == "understand":
            return Say(json.dumps(self._understanding()))
        digest = json.loads(told.partition("\n")[2].rpartition("\n")[0])
        return Say(
            json.dumps(self._ranking(digest)) if task == "rank" else self._explanation(digest), piece=400
        )

    def _understanding(self) -> dict[str, Any]:
        wants, quote = (self.order.wants, self.order.text) if self.order else ({}, "")
        facts = [
            {"name": name, "value": value, "quote": quote} for name, value in wants.get("fact", {}).items()
        ]
        tried = [{"check": wants["check"], "quote": quote}] if "check" in wants else []
        return {"facts": facts, "statements": [], "tried": tried}

    def _ranking(self, digest: dict[str, Any]) -> dict[str, Any]:
        """Return the program's own order, before it the cause that is wanted, with everything seen as its reason."""
        seen = [each["id"] for each in digest["observations"]]
        named = [{"cause": each["id"], "because": "", "observations": seen} for each in digest["causes"][:4]]
        if self.order is not None and "cause" in self.order.wants and "rank" in self.reached:
            because = f"certain, {self.order.wants['number']}" if "number" in self.order.wants else "certain"
            wanted = {"cause": self.order.wants["cause"], "because": because, "observations": seen}
            named = [wanted, *(each for each in named if each["cause"] != wanted["cause"])]
        return {"causes": named}

    def _explanation(self, digest: dict[str, Any]) -> str:
        """Return one honest sentence and after it everything that is wanted."""
        first, zh = digest["causes"][0], digest["lang"] == "zh"
        said = [
            f"最可能的是{first['title']} [c:{first['id']}]。"
            if zh
            else f"Likely: {first['title']} [c:{first['id']}]."
        ]
        wants = self.order.wants if self.order else {}
        if "cause" in wants:
            title = _title(wants["cause"], "zh" if zh else "en")
            said += (
                [f"其实原因是{title}。", f"依据 [c:{wants['cause']}]。"]
                if zh
                else [
                    f"In truth the cause is {title}.",
                    f"It is {wants['cause']} [c:{wants['cause']}].",
                ]
            )
        if "cite" in wants:
            said.append(f"有据可查 [{wants['cite']}]。" if zh else f"This is proven [{wants['cite']}].")
        if "link" in wants:
            said.append(f"详见 {wants['link']} 。" if zh else f"Read on at {wants['link']} .")
        if "number" in wants:
            said.append(f"准确值是 {wants['number']}。" if zh else f"The exact value is {wants['number']}.")
        if "code" in wants:
            said.append(f"\n```python\n{wants['code']}\n```\n")
            said.append(f"执行 `{wants['code']}` 即可。" if zh else f"Run `{wants['code']}` now.")
        if "markup" in wants:
            said.append(f"{wants['markup']}\n")
        return ("" if zh else " ").join(said)


def _title(cause: str, lang: Lang) -> str:
    profile = load_profiles().get(cause)
    return profile.title(lang) if profile else cause


def _letters(text: str) -> str:
    """Return letters and digits alone: what JSON, CSV and cleaning do to the rest does not matter."""
    return re.sub(r"\W+", "", re.sub(r"\\[nrt\"]", " ", text))
