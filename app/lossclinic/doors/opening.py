"""Where the server listens, and how it tells who comes: decided before anything is loaded."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lossclinic.doors.limits import ServerLimits
from lossclinic.doors.passwords import PasswordFile
from lossclinic.doors.who import Anyone, ByHeader, ByPassword, Entry, signing_key
from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Text

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Opening:
    """What the command line says of it.

    Attributes:
        auth: File of people and their hashed passwords.
        auth_header: Header in which a reverse proxy names the person.
        trusted_proxies: Addresses and networks from which that header is believed.
        open_to_anyone: Whether everybody who reaches the address may come in.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    auth: Path | None = None
    auth_header: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    open_to_anyone: bool = False

    def entry(self, limits: ServerLimits) -> Entry:
        """Return the way of telling who comes.

        Raises:
            InputError: Others can reach the address and nothing says who may come in, or two things do.
        """
        if self.auth is not None and self.auth_header is not None:
            raise InputError(
                Text(
                    "--auth and --auth-header: give one of them",
                    "--auth 和 --auth-header 只能选一个",
                )
            )
        if self.auth is not None:
            return self._by_password(self.auth, limits)
        if self.auth_header is not None:
            return ByHeader(self.auth_header, self.trusted_proxies or ("127.0.0.1", "::1"))
        if self.host not in LOOPBACK and not self.open_to_anyone:
            raise InputError(
                Text(
                    f"{self.host} can be reached by others: say who may come in with --auth FILE (people and passwords, see"
                    " `lossclinic user`) or --auth-header NAME (a proxy says who), or stay on 127.0.0.1; with"
                    " --open-to-anyone everybody who reaches it can use it",
                    f"{self.host} 能被别人访问：用 --auth 文件（用户与密码，见 `lossclinic user`）或 --auth-header 名称"
                    "（由代理说明身份）限定谁能进来，或只用 127.0.0.1；加上 --open-to-anyone 则任何能访问的人都可使用",
                )
            )
        return Anyone()

    def _by_password(self, path: Path, limits: ServerLimits) -> Entry:
        file = PasswordFile(path)
        if not file.entries():
            raise InputError(
                Text(
                    f"{path}: nobody is in it: put somebody in with `lossclinic user {path} NAME`",
                    f"{path}：里面没有用户：用 `lossclinic user {path} 用户名` 添加",
                )
            )
        return ByPassword(file, signing_key(), limits.session_hours)

    def hosts(self, entry: Entry) -> frozenset[str] | None:
        """Return the names under which the server may be asked for; None for any.

        Without a login, another site whose name leads to this machine could otherwise read what the chat shows.
        """
        return frozenset(LOOPBACK) if isinstance(entry, Anyone) and self.host in LOOPBACK else None

    def remarks(self, entry: Entry) -> Iterator[Text]:
        """Yield what whoever starts the server should know of the risk."""
        if self.host in LOOPBACK:
            return
        if isinstance(entry, Anyone):
            yield Text(
                "everybody who reaches this address can use it, see the documents added to it, and add more",
                "任何能访问这个地址的人都可以使用，看到并添加文档",
            )
        if isinstance(entry, ByPassword):
            yield Text(
                "passwords cross the network as they are unless a proxy with TLS is in front",
                "如果前面没有启用 TLS 的代理，密码会在网络上明文传输",
            )
            if entry.file.readable_by_others():
                yield Text(
                    f"{entry.file.path}: others on this machine can read it: chmod 600",
                    f"{entry.file.path}：本机其他用户可以读取：请 chmod 600",
                )


def check_free(host: str, port: int) -> None:
    """Return if the port can be listened on.

    Raises:
        InputError: It is taken, or the address is not one of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(
                Text(
                    f"port {port} on {host} cannot be used ({reason}): stop what uses it, or choose another with --port",
                    f"{host} 的端口 {port} 不能使用（{reason}）：停掉占用它的程序，或用 --port 换一个",
                )
            ) from None
