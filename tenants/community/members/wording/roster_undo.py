"""Sentences about a list of staff that was undone."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.kernel.display.writing import num

MOST_NAMED = 10


class Undone(NamedTuple):
    """The counts of an undone list, and the names of the people who joined meanwhile."""

    withdrawn: int
    restored: int
    reopened: int
    stayed: list[str]


def undone(done: Undone) -> list[str]:
    """Return what an undo changed, a sentence for each kind."""
    counted = (
        (
            done.withdrawn,
            ngettext(
                "%(many)s invitation est retirée\u00a0: son lien n’ouvre plus rien.",
                "%(many)s invitations sont retirées\u00a0: leurs liens n’ouvrent plus rien.",
                done.withdrawn,
            ),
        ),
        (
            done.restored,
            ngettext(
                "%(many)s ligne est comme avant.",
                "%(many)s lignes sont comme avant.",
                done.restored,
            ),
        ),
        (
            done.reopened,
            ngettext(
                "%(many)s compte est rouvert, sans ses rôles ni ce qui s’est réglé à la fermeture.",
                "%(many)s comptes sont rouverts, sans leurs rôles ni ce qui s’est réglé à la "
                "fermeture.",
                done.reopened,
            ),
        ),
    )
    sentences = [words % {"many": num(many)} for many, words in counted if many]
    return [*sentences, *_of_stayed(done.stayed)] or [_("Rien n’était encore à défaire.")]


def _of_stayed(names: list[str]) -> list[str]:
    if not names:
        return []
    listed = ", ".join(names[:MOST_NAMED]) + ("…" if len(names) > MOST_NAMED else "")
    words = ngettext(
        "%(many)s personne est déjà entrée et reste\u00a0: %(names)s.",
        "%(many)s personnes sont déjà entrées et restent\u00a0: %(names)s.",
        len(names),
    )
    return [words % {"many": num(len(names)), "names": listed}]
