"""Where the table in a text begins, what separates its cells, and whether it has a header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.cells import kind_of
from lossclinic_ingest.logs.tables.columns import meaning_of

RUNS_OF_BLANKS = " "
WIDE_BLANKS = "  "
SEPARATORS = ("\t", ";", "|", "，", ",", WIDE_BLANKS, RUNS_OF_BLANKS)
"""In the order of preference where two fit equally well: a comma may also be a decimal comma, a blank anything."""

HEAD_LINES = 80  # lines on which the layout is judged; a preamble longer than that is not a table's
LONGEST_LINE = 200_000  # characters; ten thousand columns, or a line that is no row
_COMMENT = ("#", "//")
_RULE = re.compile(r"[\s|+:=─━┼┿│┃╇╈╞╪╡├┤┌┬┐└┴┘-]+")  # the lines that draw a table
_DECLARED = re.compile(r"sep=(.)")  # what Excel writes in front
_TWO_WORDS = re.compile(
    r"\b(train(?:ing)?|valid(?:ation)?|val|eval(?:uation)?|test|learning|grad(?:ient)?|global) "
    r"(loss|acc(?:uracy)?|rate|norm|step)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Layout:
    """How to cut a text into cells.

    Attributes:
        separator: One of `SEPARATORS`.
        header: The names, or None where the table has none.
        start: Index of the first line of data.
        ignored: Lines before the table that are neither blank, comments nor its header.
        width: Cells in most rows.
    """

    separator: str
    header: tuple[str, ...] | None
    start: int
    ignored: int
    width: int


def split(line: str, separator: str) -> list[str]:
    """Return the cells of one line."""
    if separator == RUNS_OF_BLANKS:
        return line.split()
    if separator == WIDE_BLANKS:
        return re.split(r"\s{2,}", line.strip())
    if separator == "|":
        line = line.replace("│", "|").replace("┃", "|").strip()
        line = line[line.startswith("|") : len(line) - line.endswith("|")]
    if '"' not in line:
        return line.split(separator)
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:  # a cell larger than any cell of a log
        return line.split(separator)


def is_noise(line: str) -> bool:
    """Whether the line is blank, a comment or a drawn rule."""
    return (
        not line or line.isspace() or line.lstrip().startswith(_COMMENT) or _RULE.fullmatch(line) is not None
    )


def find_layout(lines: list[str]) -> Layout | None:
    """Return the layout of the table that `lines` hold, or None if they hold none."""
    declared = _DECLARED.fullmatch(lines[0].strip()) if lines else None
    numbered = [
        (i, line)
        for i, line in enumerate(lines[: 4 * HEAD_LINES])
        if len(line) <= LONGEST_LINE and not is_noise(line)
    ]
    numbered = numbered[bool(declared) :][:HEAD_LINES]
    candidates = (declared[1],) if declared else SEPARATORS
    best, best_score = None, 0.0
    for separator in candidates:
        rows = [(i, split(line, separator)) for i, line in numbered]
        score, width = _fit(rows)
        if score > best_score + 1e-9:
            best_score, best = score, (separator, rows, width)
    if best is None and len(numbered) > 1:
        rows = [(i, [line.strip()]) for i, line in numbered]
        score, width = _fit(rows, least=1)
        best = (
            (",", rows, width) if score > 0.5 else None
        )  # half: one header and one value do not make a curve
    return None if best is None else _with_header(lines, *best)


def _fit(rows: list[tuple[int, list[str]]], least: int = 2) -> tuple[float, int]:
    """Return how well rows cut in this way make a table of numbers, 0 to 1, and its width."""
    data = [cells for _, cells in rows if _is_data(cells) and len(cells) >= least]
    if not data:
        return 0.0, 0
    width, agreeing = Counter(map(len, data)).most_common(1)[0]
    alike = [cells for cells in data if len(cells) == width]
    numbers = sum(kind_of(cell) == "number" for cells in alike for cell in cells)
    marks = sum(kind_of(cell) == "missing" for cells in alike for cell in cells)
    share = numbers / (agreeing * width - marks)
    return share * (agreeing / len(rows)) ** 0.5, width  # the root: prose around a table is forgiven


def _is_data(cells: list[str]) -> bool:
    """Whether a line holds values: at least one number, and words in at most half of its cells."""
    kinds = [kind_of(cell) for cell in cells]
    return "number" in kinds and kinds.count("words") <= 0.5 * len(kinds)


def _with_header(lines: list[str], separator: str, rows: list[tuple[int, list[str]]], width: int) -> Layout:
    first = next(k for k, (_, cells) in enumerate(rows) if _is_data(cells) and len(cells) >= min(2, width))
    start = rows[first][0]
    best, best_score = None, -1
    for k, (i, cells) in enumerate(rows[:first]):
        names = _names(cells, lines[i], separator, width)
        if names is None:
            continue
        score = sum(axis_of(name) is not None or meaning_of(name).known for name in names)
        if score > best_score:
            best, best_score = (k, names), score
    if best is not None:
        return Layout(separator, best[1], start, first - 1, width)
    return Layout(separator, _commented(lines[:start], separator, width), start, first, width)


def _names(cells: list[str], line: str, separator: str, width: int) -> tuple[str, ...] | None:
    """Return the cells of a line as column names, or None if it is no header."""
    if separator == RUNS_OF_BLANKS and len(cells) != width:
        cells = split(_TWO_WORDS.sub(r"\1_\2", line.strip()), separator)
        if len(cells) != width:
            return None
    names = tuple(" ".join(cell.strip().strip("\"'").split()) for cell in cells)
    if any(kind_of(name) == "number" for name in names) or not any(names):
        return None
    if width > 1 and len(names) < 2 and len(names) * 2 != width:
        return None  # a title line; one name over two cells may be a decimal comma
    return None if names[-1].endswith((":", "：", ".", "。", "?", "？", "!")) else names


def _commented(before: list[str], separator: str, width: int) -> tuple[str, ...] | None:
    """Return the header that stands in the last comment, as `numpy.savetxt` writes it."""
    comments = [line.strip().lstrip("#/ ").strip() for line in before if line.lstrip().startswith(_COMMENT)]
    if not comments or not comments[-1]:
        return None
    names = _names(split(comments[-1], separator), comments[-1], separator, width)
    return names if names is not None and len(names) == width else None
