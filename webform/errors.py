"""The few exceptions that carry words for the person who meets them."""

from __future__ import annotations


class NotReady(Exception):
    """The service can't start. Carries everything that is wrong, so that it is mended in one go."""

    def __init__(self, faults: tuple[str, ...]):
        self.faults = faults
        super().__init__("\n".join(faults))


class Refusal(Exception):
    """What was asked for can't be done. The words are shown to the person who asked, with what they can do instead."""

    def __init__(self, words: str):
        self.words = words
        super().__init__(words)
