"""Tables that are already in memory: pandas and Polars frames, Arrow tables, and mappings of lists.

Frames are recognised by what they can do, so that none of those libraries is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.assemble import run_of_columns
from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.cells import Cells, read_cells
from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_ingest.logs.tables.cut import refuse_if_many, unique_names
from lossclinic_kb.run import BoolArray, FloatArray, Run
from lossclinic_kb.text import Text

DATAFRAME = "dataframe"
DEEPEST = 12
"""Levels of nesting in which quantities are looked for; what lies deeper is no log, or made to break one."""
STEPS_BETWEEN = 20
"""Nobody validates only every twentieth epoch: a column that much longer than another counts steps."""
_PLAIN = {float, type(None)}  # what JSON holds; no need of text in between
NO_VALUE = frozenset({"NAType", "NaTType", "Null"})  # pandas.NA, pandas.NaT, polars.Null


def read_frame(source: Any, name: str = "") -> Run | None:
    """Return the run that a frame holds, or None if `source` is none.

    Raises:
        UnreadableLog: It has no columns.
    """
    if hasattr(source, "iloc") and hasattr(source, "columns"):
        return _of_pandas(source, name or "the DataFrame")
    if hasattr(source, "get_column") and hasattr(source, "columns"):
        columns = {str(column): source.get_column(column).to_list() for column in source.columns}
        return run_of_mapping(DATAFRAME, name or "the DataFrame", columns)
    if hasattr(source, "to_pydict"):
        return run_of_mapping(DATAFRAME, name or "the table", source.to_pydict())
    return None


def _of_pandas(frame: Any, name: str) -> Run:
    """Read a pandas frame, whose NaN may also mean that nothing was logged."""
    names = list(unique_names([called(column) for column in frame.columns]))
    held = [frame.iloc[:, i] for i in range(len(names))]
    if frame.index.name is not None and axis_of(str(frame.index.name)):
        names.insert(0, str(frame.index.name))
        held.insert(0, frame.index)
    cells, unclear = [], []
    for column, values in zip(names, held, strict=True):
        plain = isinstance(values.dtype, np.dtype) and values.dtype.kind in "fiu"
        read = _of_floats(np.asarray(values, np.float64)) if plain else cells_of(values.tolist(), pandas=True)
        nan = np.isnan(read.values) & ~read.missing
        if plain and nan.any():
            read, sure = _split_nan(read, column)
            unclear += [] if sure else [column]
        cells.append(read)
    notes = (_nan_note(unclear),) if unclear else ()
    if not cells:
        raise refuse.empty(name)
    return run_of_columns(DATAFRAME, name, names, cells, notes=notes)


def run_of_mapping(
    reader: str,
    name: str,
    columns: Mapping[Any, Any],
    *,
    config: Mapping[str, object] | None = None,
    notes: tuple[Text, ...] = (),
) -> Run:
    """Return the run that named lists of values make.

    Args:
        reader: Id of the reader.
        name: What to call the log.
        columns: Name to values. Inner mappings become `outer/inner`; shorter lists are put at equal distances.
        config: Facts that the log states.
        notes: What the reader itself had to decide.

    Raises:
        UnreadableLog: There is no list with a value, or there are too many.
    """
    flat = dict(flattened(columns))
    lists = {key: value for key, value in flat.items() if isinstance(value, list)}
    if not lists or not any(lists.values()):
        raise refuse.empty(name)
    longest = max(map(len, lists.values()))
    refuse_if_many(name, longest * len(lists), len(lists))
    said = [*_left_out([key for key in flat if key not in lists])]
    sparse = any(len(value) < longest for value in lists.values())
    if sparse:
        lists, spread = _spread(lists)
        said.append(spread)
    cells = [cells_of(value) for value in lists.values()]
    return run_of_columns(
        reader, name, list(lists), cells, sparse=sparse, config=config, notes=(*said, *notes)
    )


def _left_out(names: Sequence[str]) -> tuple[Text, ...]:
    if not names:
        return ()
    shown = remarks.listed(names)
    return (Text(f"left out, not lists of values: {shown.en}", f"已忽略（不是数值列表）：{shown.zh}"),)


def flattened(columns: Mapping[Any, Any], prefix: str = "", depth: int = 0) -> Iterable[tuple[str, Any]]:
    """Yield name and list of every column; inner mappings, as XGBoost keeps them, become `train/logloss`.

    What is no list comes as None.
    """
    for key, value in columns.items():
        name = f"{prefix}{called(key)}"
        if isinstance(value, Mapping):
            yield from flattened(value, f"{name}/", depth + 1) if depth < DEEPEST else [(name, None)]
        elif hasattr(value, "tolist") and not isinstance(value, str | bytes):
            listed = value.tolist()
            yield name, listed if isinstance(listed, list) else None
        elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
            yield name, list(value)
        else:
            yield name, None


def called(key: Any) -> str:
    """Return the name of a column; the levels of a pandas column index are joined."""
    return "/".join(str(part) for part in key if str(part)) if isinstance(key, tuple) else str(key)


def _of_floats(values: FloatArray) -> Cells:
    nothing = np.zeros(len(values), np.bool_)
    return Cells(values, nothing, nothing)


def cells_of(values: list[Any], *, pandas: bool = False) -> Cells:
    """Read Python objects: None is missing, text follows the rules of cells, the rest is what `float` makes of it."""
    if not pandas and {type(value) for value in values} <= _PLAIN:
        missing = np.fromiter((value is None for value in values), np.bool_, len(values))
        numbers = np.array([np.nan if value is None else value for value in values], np.float64)
        return Cells(numbers, missing, np.zeros(len(values), np.bool_))
    has_text = pandas and any(isinstance(value, str) for value in values)
    return read_cells([_as_text(value, has_text) for value in values])


def _as_text(value: Any, nan_is_missing: bool) -> str:
    if value is None or type(value).__name__ in NO_VALUE:
        return ""
    if isinstance(value, str | bool):  # a flag is no quantity
        return str(value)
    try:
        number = float(value)
    except (TypeError, ValueError, RuntimeError):  # RuntimeError: a tensor of several elements
        return str(value)
    except OverflowError:
        return "inf" if value > 0 else "-inf"
    return "" if nan_is_missing and number != number else repr(number)


def _split_nan(cells: Cells, name: str) -> tuple[Cells, bool]:
    """Tell NaN that was logged from cells that pandas left empty, as well as a column alone allows.

    Values that became NaN stay NaN, so a column whose NaN all stand at its end logged them. NaN between numbers is
    how pandas shows a sparse column; then the end belongs to the run only where its NaN stretch is longer than twice
    any before: the log of a crash goes on at the same pace. A column without any number is a loss that was NaN
    from the start if it is of training, and was never logged otherwise.

    Returns:
        The column, and whether there was no doubt.
    """
    nan = np.isnan(cells.values)
    numbers = np.flatnonzero(~nan)
    if not len(numbers):
        meaning = meaning_of(name)
        trained = meaning.quantity == "loss" and meaning.split in ("", "train")
        return (cells, False) if trained else (_missing(cells, nan), False)
    gaps = [int(numbers[0])] + [int(b - a) - 1 for a, b in pairwise(numbers.tolist())]
    end = len(nan) - 1 - int(numbers[-1])
    if max(gaps) == 0:
        return cells, True
    missing = nan.copy()
    if end > 2 * max(gaps):
        missing[numbers[-1] + 1 :] = False
    return _missing(cells, missing), False


def _missing(cells: Cells, missing: BoolArray) -> Cells:
    return Cells(cells.values, missing, cells.words)


def _nan_note(names: list[str]) -> Text:
    shown = ", ".join(names)
    return Text(
        f"pandas shows NaN also where nothing was logged; NaN between the values of {shown} counts as not logged "
        "(the file itself would tell)",
        f"pandas 里没记录的格子也显示为 NaN；{shown} 中夹在数值之间的 NaN 按未记录处理（直接给文件可以分清）",
    )


def _spread(lists: dict[str, list[Any]]) -> tuple[dict[str, list[Any]], Text]:
    """Put shorter columns where they belong beside longer ones: validation every n-th epoch, as Keras keeps it."""
    longest = max(map(len, lists.values()))
    placed, short = {}, []
    for name, values in lists.items():
        every = longest // len(values) if values else 1
        column: list[Any] = [None] * longest
        column[every - 1 : every * len(values) : every] = values
        placed[name] = column
        short += [name] if len(values) < longest else []
    if not any(axis_of(name) == "epoch" or axis_of(name) == "step" for name in placed):
        shortest = min((len(values) for values in lists.values() if values), default=longest)
        counted = "step" if longest > STEPS_BETWEEN * shortest else "epoch"
        placed = {counted: [float(i) for i in range(longest)], **placed}
    shown = remarks.listed(short)
    note = Text(
        f"columns differ in length; the values of {shown.en} were placed at equal distances",
        f"各列长度不同；{shown.zh} 的数值按等间隔放置",
    )
    return placed, note
