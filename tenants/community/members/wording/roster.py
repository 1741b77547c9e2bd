"""Sentences about a line of a list of staff, and about what a list changed."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.kernel.display.writing import num, shortdate


class Outcome(NamedTuple):
    """Counts of what a confirmed list has changed, and the members of whom something was."""

    invited: int
    changed: int
    closed: int
    of_council: int
    withdrawn: int
    left_over: int
    members: list[int]


def account_is_closed() -> str:
    """Say that the person of a line has left, and how they come back."""
    return _("Ce compte a été fermé. Pour le rouvrir\u00a0: Collègues, Comptes fermés.")


def works_elsewhere() -> str:
    """Say that an address belongs to somebody of another company, or of none yet."""
    return _(
        "Cette personne est ici sans être de votre entreprise\u00a0: l’administration du parc peut "
        "la rattacher."
    )


def invited_elsewhere() -> str:
    """Say that another company's list invited an address first."""
    return _("Une autre entreprise du parc a déjà invité cette adresse.")


def differences(pairs: Iterable[tuple[str, str, str]]) -> str:
    """Say what a list writes otherwise: each time a label, what stands here, what stands there."""
    return " · ".join(
        _("%(label)s\u00a0: %(before)s → %(after)s")
        % {"label": label, "before": before or "—", "after": after or "—"}
        for label, before, after in pairs
        if before != after
    )


def outcome(done: Outcome, *, day: dt.date | None) -> list[str]:
    """Say what a confirmed list has changed, one sentence for each kind."""
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
    """Say that invitations open nothing any more."""
    return ngettext(
        "%(many)s invitation est retirée.", "%(many)s invitations sont retirées.", many
    ) % {"many": num(many)}
