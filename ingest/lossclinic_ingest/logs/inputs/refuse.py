"""Why a log cannot be read: one line each, what it is, where, and what to do."""

from __future__ import annotations

from lossclinic_ingest.logs.inputs.names import NOTE_MOST, shown
from lossclinic_ingest.logs.limits import setting
from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.text import Text

ASK = Text(
    "give a table with one column per quantity (CSV, TSV) or the trainer's own log",
    "请给每个量一列的表格（CSV、TSV），或训练框架自己写的日志",
)


def unreadable(where: str, problem: Text, advice: Text = ASK) -> UnreadableLog:
    """Return the error that says `problem` of the source called `where`, and `advice`; always one line."""
    name, said = shown(where), Text(shown(problem.en, NOTE_MOST), shown(problem.zh, NOTE_MOST))
    return UnreadableLog(Text(f"{name}: {said.en}; {advice.en}", f"{name}：{said.zh}；{advice.zh}"))


def no_such_file(path: str) -> UnreadableLog:
    """Return the error for a path that does not exist."""
    shown = path if len(path) <= 80 else path[:77] + "..."
    return unreadable(
        repr(shown),
        Text("no such file", "没有这个文件"),
        Text(
            "check the path, or paste the log with its line breaks", "请检查路径，或连同换行一起粘贴日志内容"
        ),
    )


def folder(where: str, files: int) -> UnreadableLog:
    """Return the error for a folder or archive in which no file is a log."""
    return unreadable(
        where,
        Text(
            f"no training log among its {files} file{'s' * (files > 1)}"
            if files
            else "there is no file in it",
            f"里面的 {files} 个文件都不是训练日志" if files else "里面没有文件",
        ),
        Text(
            "give the log file itself, or the folder that the logger wrote",
            "请直接给日志文件，或日志工具写出的那个文件夹",
        ),
    )


def not_readable(where: str, error: Exception) -> UnreadableLog:
    """Return the error for a file that the system would not hand over."""
    said = _first_line(error)
    return unreadable(
        where,
        Text(f"cannot be opened ({said})", f"打不开（{said}）"),
        Text("check that it may be read and is not in use", "请检查读取权限以及是否被占用"),
    )


def _first_line(error: Exception) -> str:
    """Return what the system or a library says, without what it advises behind a semicolon."""
    lines = str(error).strip().splitlines()
    return lines[0].partition(";")[0] if lines else type(error).__name__


def empty(where: str) -> UnreadableLog:
    """Return the error for a source without content."""
    return unreadable(
        where,
        Text("it is empty", "内容是空的"),
        Text("many loggers write only at the end of an epoch or at exit: wait, or flush the logger", "很多日志要到一轮结束或程序退出才落盘：请等一等，或让日志及时写盘"),
    )  # fmt: skip


def too_big(where: str, limit: int) -> UnreadableLog:
    """Return the error for a source of more than `limit` megabytes, archives counted unpacked."""
    return unreadable(
        where,
        Text(f"it holds more than {limit} MB", f"超过 {limit} MB"),
        Text(
            f"give the log alone or every n-th row, or raise {setting('log_mb')}",
            f"请只给日志，或每隔 n 行取一行；也可调大 {setting('log_mb')}",
        ),
    )


def grows_too_much(where: str, ratio: int) -> UnreadableLog:
    """Return the error for a packed file that unpacks to more than `ratio` times its size."""
    return unreadable(
        where,
        Text(f"it unpacks to more than {ratio} times its size", f"解压后超过原大小的 {ratio} 倍"),
        Text(
            f"give the log itself, unpacked, or raise {setting('ratio')}",
            f"请直接给解压后的日志，或调大 {setting('ratio')}",
        ),
    )


def too_many_files(where: str, limit: int) -> UnreadableLog:
    """Return the error for a folder or archive of more than `limit` files."""
    return unreadable(
        where,
        Text(f"there are more than {limit} files in it", f"里面的文件超过 {limit} 个"),
        Text(
            f"give the folder of one run, or raise {setting('files')}",
            f"请给单次训练的文件夹，或调大 {setting('files')}",
        ),
    )


def too_many_runs(where: str, limit: int) -> UnreadableLog:
    """Return the error for one file of more than `limit` runs, or outputs of a notebook."""
    return unreadable(
        where,
        Text(f"it holds more than {limit} runs or outputs", f"里面的训练或输出超过 {limit} 个"),
        Text(
            f"give fewer of them at once, or raise {setting('files')}",
            f"请减少一次给出的数量，或调大 {setting('files')}",
        ),
    )


def damaged_archive(where: str, error: Exception) -> UnreadableLog:
    """Return the error for an archive that cannot be unpacked."""
    said = _first_line(error)
    return unreadable(
        where,
        Text(f"the archive cannot be unpacked ({said})", f"压缩包解不开（{said}）"),
        Text(
            "pack it again without a password, or give the log itself", "请去掉密码重新打包，或直接给日志文件"
        ),
    )


def too_many_cells(where: str, cells: int, columns: int) -> UnreadableLog:
    """Return the error for a table that would not fit into memory: `cells` are millions."""
    return unreadable(
        where,
        Text(
            f"it has more than {columns} columns or {cells} million cells",
            f"超过 {columns} 列或 {cells} 百万个单元格",
        ),
        Text(
            "keep the columns of losses, rates and norms, or give every n-th row "
            f"({setting('columns')} and {setting('cells')} are the limits)",
            f"请只留损失、学习率、梯度范数等列，或每隔 n 行取一行（上限由 {setting('columns')} 和 {setting('cells')} 设定）",
        ),
    )


def nested_too_deeply(where: str) -> UnreadableLog:
    """Return the error for JSON, or a mapping, that is nested without end."""
    return unreadable(where, Text("it is nested too deeply to be a log", "嵌套过深，不像日志"))


def only_words(where: str) -> UnreadableLog:
    """Return the error for text without numbers."""
    return unreadable(where, Text("there are no numbers to follow over training", "里面没有随训练变化的数值"))


def one_row(where: str) -> UnreadableLog:
    """Return the error for a log of a single entry."""
    return unreadable(
        where,
        Text("only one row of values, and a curve needs two", "只有一行数值，画不成曲线"),
        Text("let the training run on, or log more often", "请让训练多跑一会儿，或提高记录频率"),
    )


def unknown(where: str) -> UnreadableLog:
    """Return the error for text that no reader recognises."""
    return unreadable(
        where,
        Text("this text is in no known layout of a training log", "不是已知的训练日志格式"),
    )
