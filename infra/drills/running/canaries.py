"""The relation of a canary to its reader: of their own space, shared on purpose, or a breach."""

import re
from dataclasses import dataclass
from typing import Any

PATTERN = re.compile(
    r"kanari[a-z]\d{8}|knr[a-z]\d{6}"  # written on purpose
    r"|(?<![a-z0-9])[a-z]{1,3}-[2-9a-z]{6,9}(?![a-z0-9])|(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"
)
NOBODY = ""
FOLDER = "the folder"

# Fields shown beyond the space on purpose: the readers, and the reason.
EVERYBODY = {"spaces.Tenant.name": "spaces are named to those who look for theirs"}
PUBLIC_ENTRIES = {
    "spaces.Company.name": "who joins a park says of which company",
    "spaces.EmailDomain.domain": "who joins learns which addresses let one in",
}
WITH_A_KEY = {
    "accounts.User.first_name": "a mailed link says whom it lets in",
    "accounts.User.last_name": "a mailed link says whom it lets in",
}
_CHOSEN = {
    "spaces.Site.name": "whoever has a desk chooses spaces by where they are",
    "spaces.Site.city": "whoever has a desk chooses spaces by where they are",
}
BY_KIND = {"merchant": _CHOSEN, "operator": _CHOSEN}
# Fields offered to neighbours, of the category opened by the treaty; and the offering member.
OPENED = ":things"
OFFERED = {
    "spaces.Treaty.message": "what one space writes to the other when it offers a treaty",
    "spaces.Treaty.proposed_by": "who offers a treaty, to the other space",
}
PARTNERS = {frozenset("ab")}


@dataclass(frozen=True)
class Person:
    """A reader: the space that they may read, their kind, and their cookie."""

    kind: str
    home: str
    host: str
    cookie: str = ""
    with_key_of: str = NOBODY

    @property
    def name(self) -> str:
        """Return the reader's name in findings."""
        return f"{self.kind} of {self.home or 'nowhere'} on {self.host}"


class Book:
    """All canaries of all spaces, and where each was put."""

    def __init__(self, spaces: list[dict[str, Any]]) -> None:
        self.known = {
            word: (space["letter"], where)
            for space in spaces
            for word, where in space["known"].items()
        }

    def found_in(self, text: str) -> set[str]:
        """Return the canaries in a text, in whatever case."""
        return {word for word in PATTERN.findall(text.lower()) if word in self.known}

    def breaches(self, found: set[str], person: Person, *, with_key: bool = False) -> list[str]:
        """Name the canaries that a person may not see, by where they were put."""
        return sorted(
            {
                f"{where} of {letter}"
                for letter, where in (self.known[word] for word in found)
                if letter != person.home
                and not _is_open(where, person)
                and not (
                    letter == person.with_key_of and _is_public_entry(where, with_key=with_key)
                )
                and not _is_agreed(letter, where, person)
            }
        )


def _is_open(where: str, person: Person) -> bool:
    return where in EVERYBODY or where in BY_KIND.get(person.kind, {})


def _is_public_entry(where: str, *, with_key: bool) -> bool:
    return where in PUBLIC_ENTRIES or (with_key and where.removesuffix(OPENED) in WITH_A_KEY)


def _is_agreed(letter: str, where: str, person: Person) -> bool:
    """Return True if a treaty between two spaces shows this to the other space's members."""
    if person.kind == FOLDER:  # offered pictures are public files with names that cannot be guessed
        return where.endswith(OPENED)
    if not person.home or frozenset({letter, person.home}) not in PARTNERS:
        return False
    return where in OFFERED or where.endswith(OPENED)
