"""Files sealed in chunks: what comes out is what went in, or nothing does."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webform.records import chunks
from webform.records.chunks import CHUNK, TAG, BrokenFile, SealingWriter, new_secret, open_chunks

NAME = "Zm9v"
SIZES = st.one_of(st.integers(0, 300), st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7]))
SECRET = new_secret()


def sealed(plain: bytes, secret: bytes = SECRET, name: str = NAME, pieces: int = 1) -> bytes:
    """The file as it lies on the disk, written in so many pieces."""
    target = io.BytesIO()
    writer = SealingWriter(target, secret, name)
    step = max(1, -(-len(plain) // pieces))
    for start in range(0, len(plain), step):
        writer.write(plain[start : start + step])
    writer.close()
    assert writer.size == len(plain)
    return target.getvalue()


def opened(file: bytes, secret: bytes = SECRET, name: str = NAME) -> bytes:
    return b"".join(open_chunks(io.BytesIO(file), secret, name))


def parts(file: bytes) -> list[bytes]:
    return [file[start : start + CHUNK + TAG] for start in range(0, len(file), CHUNK + TAG)]


@given(SIZES, st.integers(1, 5))
def test_what_was_sealed_comes_out_again(size: int, pieces: int) -> None:
    """Of whatever size, and in however many pieces it was written."""
    plain = bytes(n % 251 for n in range(size))
    file = sealed(plain, pieces=pieces)
    assert opened(file) == plain
    assert len(file) == size + TAG * len(parts(file))


@given(SIZES, st.data())
def test_any_changed_byte_is_noticed(size: int, data: st.DataObject) -> None:
    """One bit anywhere is enough."""
    file = bytearray(sealed(bytes(size)))
    place = data.draw(st.integers(0, len(file) - 1))
    file[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BrokenFile):
        opened(bytes(file))


@given(SIZES, st.data())
def test_any_removed_byte_is_noticed(size: int, data: st.DataObject) -> None:
    """At the end, in the middle, or all of them."""
    file = sealed(bytes(size))
    start = data.draw(st.integers(0, len(file) - 1))
    end = data.draw(st.integers(start + 1, len(file)))
    with pytest.raises(BrokenFile):
        opened(file[:start] + file[end:])


@given(st.permutations(range(4)), st.integers(0, 3))
def test_chunks_that_moved_or_are_gone_are_noticed(order: list[int], left: int) -> None:
    """Each chunk opens at its own place alone, and a file that was cut after a whole chunk is not whole."""
    whole = parts(sealed(bytes(range(256)) * (CHUNK // 256) * 4))
    assert len(whole) == 4
    if order != [0, 1, 2, 3]:
        with pytest.raises(BrokenFile):
            opened(b"".join(whole[place] for place in order))
    with pytest.raises(BrokenFile):
        opened(b"".join(whole[:left]))


def test_a_chunk_of_another_file_is_noticed() -> None:
    """Neither another name nor another secret opens it, and the same place of another file does not stand in."""
    first, second = sealed(b"one"), sealed(b"two", name="YmFy")
    with pytest.raises(BrokenFile):
        opened(second)
    with pytest.raises(BrokenFile):
        opened(first, secret=new_secret())


def test_nothing_comes_out_before_its_chunk_was_checked() -> None:
    """What was good up to a broken chunk comes out; of that chunk not a byte does."""
    whole = parts(sealed(bytes(3 * CHUNK)))
    broken = bytearray(whole[1])
    broken[-1] ^= 1
    coming = open_chunks(io.BytesIO(whole[0] + bytes(broken) + whole[2]), SECRET, NAME)
    assert next(coming) == bytes(CHUNK)
    with pytest.raises(BrokenFile):
        next(coming)


def test_the_plain_is_not_in_the_file() -> None:
    """Sealed is sealed, and the same file twice is two different ones."""
    plain = b"my neighbour" * 100
    assert b"neighbour" not in sealed(plain)
    assert sealed(plain, secret=new_secret()) != sealed(plain, secret=new_secret())


def test_a_nonce_is_never_used_twice() -> None:
    """Position and end make it different for each chunk of a file."""
    nonces = [chunks._nonce(number, last) for number in range(1000) for last in (False, True)]
    assert len(set(nonces)) == 2000
    assert {len(nonce) for nonce in nonces} == {12}
