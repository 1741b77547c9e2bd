"""Sentences of the command, in French and in English."""

from typing import NamedTuple


class Sentence(NamedTuple):
    """A sentence in both languages."""

    fr: str
    en: str

    def in_(self, lang: str) -> str:
        """Choose the language; French unless English was asked for."""
        return self.en if lang == "en" else self.fr


class Trouble(Exception):  # noqa: N818 - it is what a person is told, not a programming error
    """The command cannot continue; the message is a sentence with the reason."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.sentence = Sentence(fr, en)


DISK_FULL = Sentence(
    "Le disque est plein : libérez au moins 500 Mo, puis relancez la commande.",
    "The disk is full: free at least 500 MB, then run the command again.",
)
