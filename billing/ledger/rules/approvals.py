"""Reasons for moving money, and when a second person approves it."""

from django.utils.translation import gettext as _

from saas.kernel.display.writing import eur
from saas.kernel.errors import Refused

SECOND_PERSON_ABOVE_CENTS = 50_000


def check_seen(seen_cents: int, *, cents: int) -> None:
    """Raise Refused if the amount has changed since the person saw it."""
    if seen_cents != cents:
        raise Refused(
            _(
                "Rien n’est fait\u00a0: le montant a changé depuis que la page s’est ouverte."
                " Il est maintenant de %(amount)s."
            )
            % {"amount": eur(cents)}
        )


def needs_second_person(amount_cents: int, *, unseconded_cents: int) -> bool:
    """Return True if a second person must approve a refund, given the earlier unapproved refunds.

    The limit applies to their sum: five times 499 € are not small.
    """
    return unseconded_cents + amount_cents > SECOND_PERSON_ABOVE_CENTS


def check_may_approve(*, requested_by_id: int | None, approver_id: int) -> None:
    """Raise Refused if the requester tries to approve their own request."""
    if requested_by_id == approver_id:
        raise Refused(_("Au-dessus de 500\u00a0€, une autre personne approuve le remboursement."))


def check_reason(text: str, *, field: str) -> None:
    """Raise Refused if the reason is empty."""
    if not text.strip():
        raise Refused(_("Dites pourquoi\u00a0: le motif reste dans l’historique."), field=field)
