"""Keys, seals, blind indexes and keyed hashes."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from webform.records.sealed import BrokenKeys, CannotOpen, Keys, make_keys, normalise, rotate


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keys.json"


def test_only_the_owner_reads_the_key_file(file: Path) -> None:
    """Keys lie in a file that nobody else on the machine can open."""
    make_keys(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def _make_or_load(path: Path) -> bytes:
    try:
        return make_keys(path).root
    except FileExistsError:
        return b""


def test_two_first_starts_agree_on_one_key_file(file: Path) -> None:
    """Of many processes that make keys at once exactly one does, and the file stays that one's."""
    with ProcessPoolExecutor(4) as processes:
        made = [root for root in processes.map(_make_or_load, [file] * 12) if root]
    assert made == [Keys.load(file).root]


def test_what_is_sealed_can_be_opened_and_not_read(file: Path) -> None:
    """A seal hides its words, differs each time, and gives them back."""
    keys = make_keys(file)
    first, second = keys.seal(b"number 14"), keys.seal(b"number 14")
    assert first != second
    assert b"number" not in first
    assert keys.open(first) == keys.open(second) == b"number 14"


@pytest.mark.parametrize("place", [0, 2, 8, 20, -1])
def test_a_changed_seal_is_refused(file: Path, place: int) -> None:
    """One changed byte anywhere, in the key's id as well, and the value is not opened."""
    keys = make_keys(file)
    sealed = bytearray(keys.seal(b"number 14"))
    sealed[place] ^= 1
    with pytest.raises(CannotOpen):
        keys.open(bytes(sealed))


@pytest.mark.parametrize("rubbish", [b"", b"\x01", b"\x01abcd", b"plain words of nobody"])
def test_rubbish_is_refused_in_the_same_way(file: Path, rubbish: bytes) -> None:
    """What was never sealed is refused like what was changed."""
    with pytest.raises(CannotOpen):
        make_keys(file).open(rubbish)


def test_a_new_key_seals_and_the_old_one_still_opens(file: Path) -> None:
    """After rotation the newest key seals, and everything that was sealed before stays readable."""
    old = make_keys(file)
    before = old.seal(b"before")
    new = rotate(file)
    assert new.ids[:-1] == old.ids
    assert new.open(before) == b"before"
    assert not new.sealed_by_newest(before)
    assert new.sealed_by_newest(new.seal(b"after"))
    with pytest.raises(CannotOpen):
        old.open(new.seal(b"after"))


def test_rotation_changes_no_index_hash_or_cookie(file: Path) -> None:
    """Look-ups, keyed hashes and sessions live through a rotation."""
    old, new = make_keys(file), rotate(file)
    assert old.keyed_hash("draft", "a") == new.keyed_hash("draft", "a")
    assert old.flask_secret() == new.flask_secret()


def test_each_purpose_has_its_own_key(file: Path) -> None:
    """The same value hashed for two purposes, or by two installations, gives hashes that say nothing of each other."""
    keys, others = make_keys(file), make_keys(file.with_name("others.json"))
    hashes = {keys.keyed_hash("draft", "a"), keys.keyed_hash("chain", "a"), others.keyed_hash("draft", "a")}
    assert len(hashes) == 3
    assert keys.flask_secret() != keys.keyed_hash("flask secret key", "")


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[]",
        "{}",
        '{"root": "", "keys": []}',
        '{"root": "AAAA", "keys": [{"id": "00000000", "secret": "AAAA"}]}',
    ],
)
def test_a_damaged_key_file_says_so(file: Path, damage: str) -> None:
    """A key file that can't be used is refused with its path and what to do."""
    make_keys(file)
    file.write_text(damage, "utf-8")
    with pytest.raises(BrokenKeys, match=f"{file}.*ring the file back"):
        Keys.load(file)


def test_a_missing_key_file_says_so(tmp_path: Path) -> None:
    """Without keys the reader is told to run set-up."""
    with pytest.raises(BrokenKeys, match="flask setup"):
        Keys.load(tmp_path / "none.json")


def test_a_broken_ring_is_never_rotated(file: Path) -> None:
    """Rotation leaves a file that it can't read as it is."""
    make_keys(file)
    file.write_text(json.dumps({"root": "x"}), "utf-8")
    with pytest.raises(BrokenKeys):
        rotate(file)
    assert json.loads(file.read_text("utf-8")) == {"root": "x"}


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email", " Ann.Example@Example.ORG ", "ann.example@example.org"),
        ("surname", "O’Brien-Smith", "obriensmith"),
        ("surname", "O'BRIEN SMITH", "obriensmith"),
        ("surname", "Łukasiewiczé", "łukasiewicze"),
        ("postcode", "sm4 5dx", "SM45DX"),
        ("phone", "+44 20 8274 4901", "02082744901"),
        ("phone", "0044 (0)20 8274 4901", "02082744901"),
        ("phone", "+44 (0) 20-8274-4901", "02082744901"),
        ("phone", "020 8274 4901", "02082744901"),
        ("reference", "k7qm–24xd", "K7QM24XD"),
        ("reference", " K7QM 24XD", "K7QM24XD"),
    ],
)
def test_spelling_that_does_not_matter_is_gone(kind: str, one: str, other: str) -> None:
    """Two ways to write the same thing are looked up alike."""
    assert normalise(kind, one) == normalise(kind, other) == other  # type: ignore[arg-type]  # kinds from a table
