"""Who somebody is: nobody in particular, whom the proxy in front names, or who logged in with a password."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request

from lossclinic.doors.passwords import PasswordFile
from lossclinic_kb.errors import InputError
from lossclinic_kb.home import own_folder
from lossclinic_kb.text import Text

COOKIE: Final = "lossclinic"
_PROGRAMS: Final = 1000
Kind = Literal["anyone", "header", "password"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Visitor:
    """Somebody who may come in.

    Attributes:
        name: Theirs, or "" where nobody asks for one.
        address: Where they come from.
    """

    name: str
    address: str

    @property
    def client(self) -> str:
        """By what limits are counted: the person, else the address."""
        return f"user {self.name}" if self.name else self.address


class Entry(Protocol):
    """A way of telling who somebody is."""

    kind: Kind

    def visitor(self, request: Request) -> Visitor | None:
        """Return who asks, or None for somebody who may not come in."""


class Anyone:
    """Whoever reaches the address."""

    kind: Kind = "anyone"

    def visitor(self, request: Request) -> Visitor | None:
        """Return a visitor without a name."""
        return Visitor("", address_of(request))


class ByHeader:
    """Whom a reverse proxy names, if the request comes from one that is trusted.

    Args:
        header: In which the proxy writes the name.
        proxies: Addresses and networks that are believed.

    Raises:
        InputError: One is no address.
    """

    kind: Kind = "header"

    def __init__(self, header: str, proxies: Sequence[str]) -> None:
        self.header = header
        self.proxies = tuple(_network(proxy) for proxy in proxies)

    def visitor(self, request: Request) -> Visitor | None:
        """Return whom the header names; None where it is missing, given twice, or comes from elsewhere."""
        named = request.headers.getlist(self.header)
        if not self._trusted(address_of(request)) or len(named) != 1 or not named[0].strip():
            return None
        return Visitor(named[0].strip()[:200], address_of(request))

    def _trusted(self, address: str) -> bool:
        try:
            known = ipaddress.ip_address(address)
        except ValueError:
            return False
        mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
        return any((mapped or known) in network for network in self.proxies)


class ByPassword:
    """Who logged in; a signed cookie says so, until it expires or the password changes.

    Args:
        file: The people.
        key: To sign with.
        hours: For which a cookie holds.
    """

    kind: Kind = "password"

    def __init__(self, file: PasswordFile, key: str, hours: int) -> None:
        self.file = file
        self.seconds = hours * 3600
        self._known: dict[bytes, tuple[str, str]] = {}
        self._signed = URLSafeTimedSerializer(key, salt="lossclinic-login")

    def visitor(self, request: Request) -> Visitor | None:
        """Return whom the cookie names; None where it is missing, forged, too old, or the person was taken out."""
        try:
            name, seal = self._signed.loads(request.cookies.get(COOKIE, ""), max_age=self.seconds)
            known = isinstance(name, str) and seal is not None and self.file.seal(name) == seal
        except (
            BadSignature,
            ValueError,
            TypeError,
        ):  # an InputError is a ValueError: the file of people is gone
            return None
        return Visitor(name, address_of(request)) if known else None

    def by_basic(self, given: str) -> str | None:
        """Return the name of a program that sends user and password by HTTP Basic authentication, else None.

        What was right stays so without being hashed again, until the password changes: a program sends it every time.

        Raises:
            InputError: The file of people cannot be read.
        """
        known = hashlib.sha256(given.encode()).digest()
        name, seal = self._known.get(known, ("", ""))
        if name and self.file.seal(name) == seal:
            return name
        try:
            name, _, password = (
                base64.b64decode(given.removeprefix("Basic "), validate=True).decode().partition(":")
            )
        except ValueError:
            return None
        if not self.file.right(name, password):
            return None
        if len(self._known) >= _PROGRAMS:
            self._known.clear()
        self._known[known] = (name, self.file.seal(name) or "")
        return name

    def let_in(self, name: str, password: str) -> str | None:
        """Return the cookie for somebody with the right password, else None."""
        if not self.file.right(name, password):
            return None
        return self._signed.dumps([name, self.file.seal(name)])


def address_of(request: Request) -> str:
    """Return the address of the other end of the connection."""
    return request.client.host if request.client else ""


def signing_key(home: Path | None = None) -> str:
    """Return the key that cookies are signed with: kept, so that nobody need log in again after a restart.

    Where the folder cannot be written it is a new one each time.
    """
    path = (home or own_folder()) / "login.key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
    except OSError:  # there already, or the folder is read-only: reading tells which
        pass
    try:
        kept = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        kept = ""
    return kept if len(kept) == 64 else secrets.token_hex(32)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise InputError(
            Text(
                f"--trusted-proxy {text}: no address and no network, such as 10.0.0.5 or 10.0.0.0/24",
                f"--trusted-proxy {text}：不是地址，也不是网段，例如 10.0.0.5 或 10.0.0.0/24",
            )
        ) from None
