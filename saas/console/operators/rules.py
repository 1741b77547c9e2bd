"""Refusals about the accounts of Troovon's operators."""

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused


def check_may_remove(*, is_self: bool, others: int) -> None:
    """Raise Refused if an operator removes themselves, or if no other operator is left."""
    if is_self:
        raise Refused(_("Un autre opérateur vous retire, ou la machine elle-même."))
    if others == 0:
        raise Refused(_("C’est le dernier opérateur\u00a0: ajoutez-en un autre d’abord."))


def check_second_look(*, vouched: bool, others: int) -> None:
    """Raise Refused if an operator confirms people after vouching for them.

    They recorded a role from a document, or removed a second factor. A sole operator may confirm.
    """
    if vouched and others:
        raise Refused(
            _(
                "Vous avez inscrit un rôle de ce CSE ou retiré un second facteur de ces personnes"
                "\u00a0: un autre opérateur confirme."
            )
        )


def check_known[P](person: P | None) -> P:
    """Return the person of an address. Raises Refused if the shop has no member with it."""
    if person is None:
        raise Refused(_("Personne de ce commerce n’a cette adresse."), field="email")
    return person


def check_may_reset(*, is_self: bool) -> None:
    """Raise Refused if an operator resets their own second factor: their page removes it."""
    if is_self:
        raise Refused(_("Retirez le vôtre depuis «\u00a0Mes sessions\u00a0», avec un code."))
