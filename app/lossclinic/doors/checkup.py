"""What `lossclinic doctor` says of the server: where it listens, who comes in, how much is taken on, and its home."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final

from lossclinic.doors.limits import current
from lossclinic.doors.running import Running, running
from lossclinic_ingest.logs.limits import setting
from lossclinic_kb.errors import LossclinicError
from lossclinic_kb.home import own_folder
from lossclinic_kb.text import Text

_LOW: Final = 1_000_000_000
"""Bytes of free disk below which an index, or documents of some size, no longer fit."""
_WHO: Final = {
    "anyone": Text("whoever reaches it", "任何能访问的人"),
    "header": Text("whom the proxy in front names", "由前面的代理说明的用户"),
    "password": Text("who logs in", "登录的用户"),
}
Line = tuple[bool, Text]


def lines() -> Iterator[Line]:
    """Yield whether something is as it should be, and what it is."""
    yield from _servers()
    yield _limits()
    yield from _home()


def _servers() -> Iterator[Line]:
    try:
        found = running()
    except LossclinicError:
        found = []  # without a home; `_home` says so
    if not found:
        yield (
            True,
            Text(
                "server: none runs; `lossclinic ui` listens on 127.0.0.1 alone unless --host says otherwise, and then asks who"
                " may come in",
                "服务：没有在运行；`lossclinic ui` 默认只监听 127.0.0.1，用 --host 对外开放时必须说明谁能进来",
            ),
        )
    for server in found:
        yield _server(server)


def _server(server: Running) -> Line:
    host = server.address.removeprefix("http://").rpartition(":")[0]
    exposed = server.kind == "anyone" and host not in ("127.0.0.1", "localhost", "[::1]")
    who = _WHO.get(server.kind, Text(server.kind, server.kind))
    bounded = Text("", "") if server.memory_bounded else Text("; its memory is not bounded", "；内存没有上限")
    return not exposed, Text(
        f"server: {server.address} (process {server.pid}), open to {who.en}{bounded.en}",
        f"服务：{server.address}（进程 {server.pid}），可访问者：{who.zh}{bounded.zh}",
    )


def _limits() -> Line:
    try:
        limits = ", ".join(f"{setting(name)}={value}" for name, value in asdict(current()).items())
    except LossclinicError as error:
        return False, Text(f"server limits: {error.text.en}", f"服务限制：{error.text.zh}")
    more = Text("", "")
    if sys.platform != "linux":
        more = Text("; this system cannot bound the memory of a process", "；本系统不能限制进程的内存")
    return True, Text(f"server limits: {limits}{more.en}", f"服务限制：{limits}{more.zh}")


def _home() -> Iterator[Line]:
    try:
        home = own_folder()
    except LossclinicError as error:
        yield False, Text(f"home: {error.text.en}", f"数据目录：{error.text.zh}")
        return
    there = next(each for each in (home, *home.parents) if each.exists())
    free = shutil.disk_usage(there).free
    room = f"{free / 1e9:.1f} GB"
    if not os.access(there, os.W_OK | os.X_OK) or not there.is_dir():
        yield (
            False,
            Text(
                f"home: {home} cannot be written: what is there is used, but no index is built, no document or feedback kept;"
                " LOSSCLINIC_HOME names another folder",
                f"数据目录：{home} 不可写：已有内容仍可用，但不能建索引，也不能保存文档和反馈；可用 LOSSCLINIC_HOME 换一个目录",
            ),
        )
    elif free < _LOW:
        yield (
            False,
            Text(
                f"home: {home}, only {room} free: free the disk before documents are added or the index is built",
                f"数据目录：{home}，只剩 {room}：添加文档或建索引前请先清理磁盘",
            ),
        )
    else:
        yield True, Text(f"home: {home}, can be written, {room} free", f"数据目录：{home}，可写，剩余 {room}")
    yield from _foreign(home)


def _foreign(home: Path) -> Iterator[Line]:
    """Warn of a home that others may write: what lies in it is believed."""
    if os.name == "posix" and home.is_dir() and home.stat().st_mode & 0o022:
        yield (
            False,
            Text(
                f"home: others on this machine can write to {home}: chmod go-w",
                f"数据目录：本机其他用户可以写入 {home}：请 chmod go-w",
            ),
        )
