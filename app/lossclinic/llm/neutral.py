"""A digest without anything that a log or a document words: what is written there cannot reach the ranking.

Column names become roles, passages of documents stay out, a configured value stays if it is a number or one plain word.
What is left are lossclinic's own sentences, numbers, and the words of the person who asks.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from lossclinic.llm.digest import Digest
from lossclinic.llm.observed import Observed
from lossclinic.llm.thinned import Thinned
from lossclinic_kb.facts import Fact
from lossclinic_kb.run import Run

_WORD = re.compile(r"[a-z0-9]{1,16}")


def neutral(digest: Digest, run: Run | None) -> Digest:
    """Return a digest in which log and documents speak by numbers alone; ids stay what they are."""
    names = _roles(run)
    facts = {name: value for name, value in digest.configuration.items() if _plain(value)}
    kept = [each for each in digest.observations if each.kind != "fact" or each.ref in facts]
    return replace(
        digest,
        observations=tuple(_renamed(each, names) for each in kept),
        curves=tuple(_curve(each, names) for each in digest.curves),
        configuration=facts,
        framework=digest.framework if "framework" in facts else "",
        passages=(),
    )


def _plain(value: Fact) -> bool:
    return not isinstance(value, str) or _WORD.fullmatch(value) is not None


def _roles(run: Run | None) -> dict[str, str]:
    """Return what each column is called instead, longest names first."""
    seen: Counter[str] = Counter()
    names: dict[str, str] = {}
    for each in run.series if run else ():
        seen[each.role] += 1
        names[each.name] = each.role if seen[each.role] == 1 else f"{each.role}_{seen[each.role]}"
    return dict(sorted(names.items(), key=lambda pair: -len(pair[0])))


def _renamed(each: Observed, names: dict[str, str]) -> Observed:
    if each.kind != "symptom" or not names:
        return each
    known = re.compile("|".join(_bounded(name) for name in names if name))
    return replace(each, text=known.sub(lambda found: names.get(found[0], "series"), each.text))


def _bounded(name: str) -> str:
    """Return a pattern for a column name that is no part of a longer one."""
    before = r"(?<![A-Za-z0-9_])" if re.match(r"\w", name, re.ASCII) else ""
    after = r"(?![A-Za-z0-9_])" if re.search(r"\w$", name, re.ASCII) else ""
    return f"{before}{re.escape(name)}{after}"


def _curve(each: Thinned, names: dict[str, str]) -> Thinned:
    known = {name[: len(each.name)]: role for name, role in names.items()}
    return replace(each, name=known.get(each.name, each.role))
