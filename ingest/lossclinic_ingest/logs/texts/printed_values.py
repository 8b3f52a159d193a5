"""Values as people print them that no column of a table has: counts of right answers, decimal commas in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lossclinic_ingest.logs.tables.remarks import listed
from lossclinic_ingest.logs.texts.metric_names import is_metric
from lossclinic_kb.text import Text

Record = Mapping[str, Any]

_SHARE = re.compile(r"(\d{1,12})\s?/\s?(\d{1,12})")
_THREE = re.compile(r"[+-]?\d{1,3},\d{3}%?")


def in_shares(record: Record) -> Record:
    """Return a record with counts such as `9842/10000` as shares."""
    if not any(isinstance(value, str) and "/" in value for value in record.values()):
        return record
    return {name: _share(value) if isinstance(value, str) else value for name, value in record.items()}


def _share(value: str) -> str:
    found = _SHARE.fullmatch(value)
    return repr(float(found[1]) / float(found[2])) if found and float(found[2]) else value


def with_points(records: Sequence[Record]) -> tuple[list[Record], tuple[Text, ...]]:
    """Return records whose losses and metrics have points where `2,303` can only be a decimal comma.

    With three places it might as well group thousands; but no loss of a log is without decimals while each of its
    values lies in the thousands or below one.
    """
    values = [
        (name, value)
        for record in records
        for name, value in record.items()
        if isinstance(value, str) and is_metric(name)
    ]
    grouped = {name for name, value in values if _THREE.fullmatch(value)}
    if not grouped or any("." in value for _, value in values):
        return list(records), ()
    found: list[Record] = [
        {name: value.replace(",", ".") if name in grouped else value for name, value in record.items()}
        for record in records
    ]
    shown = listed(sorted(grouped))
    return found, (Text(f"decimal commas in {shown.en}", f"{shown.zh} 里的逗号是小数点"),)
