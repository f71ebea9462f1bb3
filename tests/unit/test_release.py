"""Which version runs is read from what git has written down, without asking git."""

from __future__ import annotations

from pathlib import Path

import pytest

from webform.release import commit_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", "utf-8")


@pytest.mark.parametrize(
    "files",
    [
        {"HEAD": COMMIT},
        {"HEAD": "ref: refs/heads/main", "refs__heads__main": COMMIT},
        {"HEAD": "ref: refs/heads/main", "packed-refs": f"# pack-refs\n{COMMIT} refs/heads/main"},
    ],
    ids=["detached", "branch", "packed"],
)  # fmt: skip
def test_the_commit_of_a_checkout(tmp_path: Path, files: dict[str, str]) -> None:
    """On a branch, packed or not, and off any branch."""
    write(tmp_path / ".git", **files)
    assert commit_of(tmp_path) == COMMIT[:12]


def test_the_commit_of_a_work_tree(tmp_path: Path) -> None:
    """A checkout whose repository lies elsewhere."""
    write(tmp_path / "repo", refs__heads__room=COMMIT)
    write(tmp_path / "repo" / "worktrees" / "room", HEAD="ref: refs/heads/room", commondir="../..")
    write(tmp_path / "tree", **{".git": "gitdir: ../repo/worktrees/room"})
    assert commit_of(tmp_path / "tree") == COMMIT[:12]


@pytest.mark.parametrize("files", [{}, {"HEAD": "ref: refs/heads/gone", "packed-refs": ""}])
def test_no_repository_stops_nobody(tmp_path: Path, files: dict[str, str]) -> None:
    """A copy without git runs as well, and says that it does not know."""
    write(tmp_path / ".git", **files)
    assert commit_of(tmp_path) == "unknown"
