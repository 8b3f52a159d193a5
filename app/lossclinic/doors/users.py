"""The people who may log in, looked after from the command line; passwords are asked for, never given as arguments."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lossclinic.doors.passwords import PasswordFile
from lossclinic_kb.text import Lang, Text

ASKED = Text("Password", "密码")
AGAIN = Text("The same again", "再输入一次")
KEPT = Text("{}: {} may log in", "{}：{} 可以登录")
TAKEN_OUT = Text("{}: {} was taken out", "{}：已移除 {}")


def user_list(file: Path) -> str:
    """Return the names in a file, one a line.

    Raises:
        InputError: It cannot be read.
    """
    return "\n".join(PasswordFile(file).entries())


def user_changed(file: Path, name: str, *, remove: bool, lang: Lang) -> str:
    """Put somebody in with a password that is asked for, or take them out; return what was done.

    Raises:
        InputError: The name or password cannot be used, there is nobody of that name, or the file cannot be read or written.
    """
    people = PasswordFile(file)
    if remove:
        people.remove(name)
        return TAKEN_OUT(lang).format(file, name)
    people.put(name, _password(lang))
    return KEPT(lang).format(file, name)


def _password(lang: Lang) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt(ASKED(lang), hide_input=True, confirmation_prompt=AGAIN(lang), err=True))
