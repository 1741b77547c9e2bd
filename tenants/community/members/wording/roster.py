"""Sentences about a line of a list of staff, and about the changes by a list."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.kernel.display.writing import num, shortdate


class Outcome(NamedTuple):
    """Counts of the changes by a confirmed list, and the members affected."""

    invited: int
    changed: int
    closed: int
    of_council: int
    withdrawn: int
    left_over: int
    members: list[int]


def account_is_closed() -> str:
    """Return the sentence that the person of a line has left, and how to reopen the account."""
    return _("Ce compte a été fermé. Pour le rouvrir\u00a0: Collègues, Comptes fermés.")


def works_elsewhere() -> str:
    """Return the sentence that an address belongs to a person outside the company."""
    return _(
        "Cette personne est ici sans être de votre entreprise\u00a0: l’administration du parc peut "
        "la rattacher."
    )


def invited_elsewhere() -> str:
    """Return the sentence that another company's list invited the address first."""
    return _("Une autre entreprise du parc a déjà invité cette adresse.")


def differences(pairs: Iterable[tuple[str, str, str]]) -> str:
    """Return the differences of a line: for each label the current value and the list's value."""
    return " · ".join(
        _("%(label)s\u00a0: %(before)s → %(after)s")
        % {"label": label, "before": before or "—", "after": after or "—"}
        for label, before, after in pairs
        if before != after
    )


def outcome(done: Outcome, *, day: dt.date | None) -> list[str]:
    """Return the changes by a confirmed list, a sentence for each kind."""
    written = {"day": shortdate(day) if day else ""}
    sentences = (
        (done.invited, _invited(done.invited, later=day is not None)),
        (
            done.changed,
            ngettext("%(many)s ligne est à jour.", "%(many)s lignes sont à jour.", done.changed),
        ),
        *_ended(done),
        (
            done.left_over,
            ngettext(
                "%(many)s changement reste à faire\u00a0: envoyez la même liste de nouveau.",
                "%(many)s changements restent à faire\u00a0: envoyez la même liste de nouveau.",
                done.left_over,
            ),
        ),
    )
    return [sentence % {"many": num(many), **written} for many, sentence in sentences if many]


def _invited(many: int, *, later: bool) -> str:
    if later:
        return ngettext(
            "%(many)s invitation part le %(day)s à 8\u00a0h.",
            "%(many)s invitations partent le %(day)s à 8\u00a0h.",
            many,
        )
    return ngettext("%(many)s invitation part.", "%(many)s invitations partent.", many)


def _ended(done: Outcome) -> list[tuple[int, str]]:
    return [
        (
            done.closed,
            ngettext("%(many)s compte est fermé.", "%(many)s comptes sont fermés.", done.closed),
        ),
        (
            done.of_council,
            ngettext(
                "%(many)s fermeture attend l’accord du CSE.",
                "%(many)s fermetures attendent l’accord du CSE.",
                done.of_council,
            ),
        ),
        (done.withdrawn, withdrawn(done.withdrawn)),
    ]


def withdrawn(many: int) -> str:
    """Return the sentence that invitations were withdrawn."""
    return ngettext(
        "%(many)s invitation est retirée.", "%(many)s invitations sont retirées.", many
    ) % {"many": num(many)}


def leaving_all(many: int, words: str) -> str:
    """Return the label that ticks people missing from a list; `words` limit them by a search."""
    values = {"many": num(many), "words": words}
    if words:
        return _("Cocher les %(many)s absents trouvés par «\u00a0%(words)s\u00a0»") % values
    return _("Cocher les %(many)s absents, venus par une liste ou non") % values
