"""Which version of the program this is: the commit of the checkout that it was started from."""

from __future__ import annotations

from pathlib import Path

from .settings import CHECKOUT

SHOWN = 12


def commit_of(checkout: Path) -> str:
    """The commit that is checked out, as git has written it down; "unknown" where it has not.

    Git itself is not asked: it refuses to tell whoever does not own the checkout.
    """
    try:
        git = checkout / ".git"
        if git.is_file():  # a work tree of a repository elsewhere
            git = checkout / git.read_text("utf-8").removeprefix("gitdir:").strip()
        head = (git / "HEAD").read_text("utf-8").strip()
        return (_of_branch(git, head.removeprefix("ref: ")) if head.startswith("ref: ") else head)[:SHOWN]
    except (OSError, UnicodeError):
        return "unknown"


def _of_branch(git: Path, branch: str) -> str:
    common = git / (git / "commondir").read_text("utf-8").strip() if (git / "commondir").is_file() else git
    if (common / branch).is_file():
        return (common / branch).read_text("utf-8").strip()
    packed = (line.split() for line in (common / "packed-refs").read_text("utf-8").splitlines())
    return next((words[0] for words in packed if words[1:] == [branch]), "unknown")


PROGRAM = commit_of(CHECKOUT)  # read once: what runs is what was there when it was started
