"""A file of people and their hashed passwords, one `name:scrypt:log2 n:r:p:salt:hash` a line."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
import tempfile
import threading
import unicodedata
from pathlib import Path
from typing import Final

from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Text

_COST: Final = (15, 8, 3)
"""log2 of n, r and p of scrypt, as OWASP recommends: 32 MB and a quarter of a second of one core a try."""
_SHORTEST: Final = 8
"""Characters of a password, as NIST SP 800-63B has it."""
_LONGEST: Final = 1000
_NAME = re.compile(r"[^\s:,\x00-\x1f]{1,64}")
_LINE = re.compile(r"([^\s:]+):scrypt:(\d{1,2}):(\d{1,2}):(\d{1,2}):([\w+/=]+):([\w+/=]+)")
_at_work = threading.Semaphore(2)  # more tries at once would only take memory from the answers


class PasswordFile:
    """The people who may come in. Read again whenever it has changed, so that whoever is taken out is out at once.

    Args:
        path: Of the file; it need not be there before the first person is put in.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] | None = None
        self._held: dict[str, str] = {}

    def entries(self) -> dict[str, str]:
        """Return the hashed passwords by name.

        Raises:
            InputError: The file cannot be read, or a line is no entry.
        """
        try:
            seen = self.path.stat()
            stamp = (seen.st_mtime_ns, seen.st_size)
            if stamp != self._stamp:
                self._held, self._stamp = self._read(self.path.read_text("utf-8")), stamp
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "UTF-8"
            raise InputError(
                Text(
                    f"{self.path}: the file of passwords cannot be read ({why}): make it with `lossclinic user {self.path} NAME`",
                    f"{self.path}：密码文件无法读取（{why}）：用 `lossclinic user {self.path} 用户名` 创建",
                )
            ) from None
        return self._held

    def right(self, name: str, password: str) -> bool:
        """Whether this is the password of `name`; takes as long for a name that is not there."""
        entry = self.entries().get(name)
        same = _matches(password, entry or _NOBODY)
        return same and entry is not None

    def seal(self, name: str) -> str | None:
        """Return what changes whenever the password of `name` does; None for a name that is not there."""
        entry = self.entries().get(name)
        return None if entry is None else hashlib.sha256(entry.encode()).hexdigest()[:16]

    def put(self, name: str, password: str) -> None:
        """Add a person, or change their password.

        Raises:
            InputError: The name or the password cannot be used, or the file cannot be read or written.
        """
        if not _NAME.fullmatch(name):
            raise InputError(
                Text(
                    f"user {name!r}: a name has 1 to 64 characters, no blank, ':' or ','",
                    f"用户名 {name!r}：1 到 64 个字符，不含空格、“:” 和 “,”",
                )
            )
        if not _SHORTEST <= len(password) <= _LONGEST:
            raise InputError(
                Text(
                    f"the password has {len(password)} characters: {_SHORTEST} to {_LONGEST} are taken",
                    f"密码有 {len(password)} 个字符：允许 {_SHORTEST} 到 {_LONGEST} 个",
                )
            )
        held = dict(self.entries()) if self.path.exists() else {}
        self._write(held | {name: hashed(password)})

    def remove(self, name: str) -> None:
        """Take a person out.

        Raises:
            InputError: There is no such person, or the file cannot be read or written.
        """
        held = dict(self.entries())
        if held.pop(name, None) is None:
            raise InputError(Text(f"{self.path}: no user {name!r}", f"{self.path}：没有用户 {name!r}"))
        self._write(held)

    def readable_by_others(self) -> bool:
        """Whether other people of this machine can read the file."""
        return os.name == "posix" and bool(self.path.stat().st_mode & 0o077)

    def _read(self, text: str) -> dict[str, str]:
        held = {}
        for place, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            name, _, entry = line.strip().partition(":")
            if not _LINE.fullmatch(line.strip()):
                raise InputError(
                    Text(
                        f"{self.path}: line {place} is no entry: people are put in with `lossclinic user {self.path} NAME`",
                        f"{self.path}：第 {place} 行不是有效条目：用 `lossclinic user {self.path} 用户名` 添加",
                    )
                )
            held[name] = entry
        return held

    def _write(self, held: dict[str, str]) -> None:
        """Replace the file as a whole, for its owner's eyes alone."""
        text = "".join(f"{name}:{entry}\n" for name, entry in held.items())
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, made = tempfile.mkstemp(dir=self.path.parent, prefix=".users-")  # mode 0600
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                Path(made).replace(self.path)
            finally:
                Path(made).unlink(missing_ok=True)
        except OSError as error:
            raise InputError(
                Text(
                    f"{self.path}: cannot be written ({error.strerror})",
                    f"{self.path}：无法写入（{error.strerror}）",
                )
            ) from None


def hashed(password: str, cost: tuple[int, int, int] = _COST) -> str:
    """Return the entry of a password."""
    salt = secrets.token_bytes(16)
    parts = [str(part) for part in cost]
    return ":".join(["scrypt", *parts, _text(salt), _text(_scrypt(password, salt, cost))])


def _matches(password: str, entry: str) -> bool:
    _, log_n, r, p, salt, kept = entry.split(":")
    made = _scrypt(password[:_LONGEST], base64.b64decode(salt), (int(log_n), int(r), int(p)))
    return hmac.compare_digest(made, base64.b64decode(kept))


def _scrypt(password: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    log_n, r, p = cost
    typed = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    with _at_work:
        return hashlib.scrypt(typed, salt=salt, n=2**log_n, r=r, p=p, maxmem=2 * 128 * 2**log_n * r, dklen=32)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


_NOBODY: Final = ":".join(["scrypt", *(str(part) for part in _COST), _text(bytes(16)), _text(bytes(32))])
"""What a try for a name that is not there is compared with, so that it takes as long."""
