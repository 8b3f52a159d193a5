"""The file of people: what it holds, what it refuses, and that it is replaced as a whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from lossclinic import InputError
from lossclinic.cli import main
from lossclinic.doors import passwords
from lossclinic.doors.passwords import PasswordFile, hashed

CHEAP = (4, 8, 1)


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PasswordFile:
    monkeypatch.setattr(passwords, "hashed", lambda password: hashed(password, CHEAP))
    file = PasswordFile(tmp_path / "people")
    file.put("ann", "correct horse")
    file.put("李雷", "密码足够长就可以了")
    return file


def test_only_the_right_password_is_right(people: PasswordFile) -> None:
    assert people.right("ann", "correct horse")
    assert people.right("李雷", "密码足够长就可以了")
    for name, password in (("ann", "Correct horse"), ("ann", ""), ("bob", "correct horse"), ("", "")):
        assert not people.right(name, password)


def test_the_same_password_typed_another_way_is_the_same(people: PasswordFile) -> None:
    people.put("zoe", "café au lait")
    assert people.right("zoe", "cafe\N{COMBINING ACUTE ACCENT} au lait")


def test_the_file_holds_no_password_and_is_its_owners_alone(people: PasswordFile) -> None:
    text = people.path.read_text()
    assert "horse" not in text
    assert stat.S_IMODE(people.path.stat().st_mode) == 0o600
    assert not people.readable_by_others()
    people.path.chmod(0o644)
    assert people.readable_by_others()


def test_hashes_of_the_same_password_differ_and_cost_what_they_should() -> None:
    first, second = hashed("correct horse"), hashed("correct horse")
    assert first != second
    assert first.startswith("scrypt:15:8:3:")


def test_who_is_taken_out_or_changes_the_password_is_out_at_once(people: PasswordFile) -> None:
    watching = PasswordFile(people.path)
    before = watching.seal("ann")
    people.put("ann", "another password")
    os.utime(people.path, ns=(1, 1))
    assert before is not None
    assert watching.seal("ann") not in (None, before)
    people.remove("ann")
    assert watching.seal("ann") is None
    with pytest.raises(InputError, match="no user 'ann'"):
        people.remove("ann")


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("a b", "long enough", "a name has"),
        ("a:b", "long enough", "a name has"),
        ("ann", "short", "5 characters"),
    ],
)
def test_what_cannot_be_used_is_one_line(people: PasswordFile, name: str, password: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        people.put(name, password)
    assert "\n" not in str(caught.value)
    assert caught.value.text.zh != caught.value.text.en


def test_a_line_that_is_no_entry_is_named(people: PasswordFile) -> None:
    people.path.write_text(people.path.read_text() + "bob:secret\n")
    with pytest.raises(InputError, match="line 3 is no entry"):
        people.entries()


def test_a_failed_write_leaves_the_file_as_it_was(
    people: PasswordFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(passwords.os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        people.put("bob", "long enough")
    assert list(PasswordFile(people.path).entries()) == ["ann", "李雷"]
    assert [path.name for path in people.path.parent.iterdir()] == ["people"]


def test_the_command_line_puts_in_lists_and_takes_out(tmp_path: Path) -> None:
    file = str(tmp_path / "people")
    runner = CliRunner()
    put = runner.invoke(main, ["user", file, "ann", "--lang", "zh"], input="correct horse\n")
    assert (put.exit_code, put.output) == (0, f"{file}：ann 可以登录\n")
    assert PasswordFile(Path(file)).right("ann", "correct horse")
    assert runner.invoke(main, ["user", file]).output == "ann\n"
    assert runner.invoke(main, ["user", file, "ann", "--remove"]).exit_code == 0
    again = runner.invoke(main, ["user", file, "ann", "--remove", "--lang", "en"])
    assert (again.exit_code, again.stderr) == (2, f"lossclinic: {file}: no user 'ann'\n")
