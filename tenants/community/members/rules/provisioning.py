"""People and roles that a company vouches for, and the limits of its directory."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused


class Newcomer(NamedTuple):
    """Person without an account, vouched for by the company."""

    email: str
    first_name: str
    last_name: str
    language: str


class Granted(NamedTuple):
    """The roles that a provider gives a person by their groups, of the space or of a company."""

    provider_id: int
    company_id: int | None
    roles: frozenset[str]
    by_name: str


def check_is_given_by_administration(role: str, given: Collection[str]) -> None:
    """Raise NotAllowed for a council's role: the council gives it."""
    if role not in given:
        raise NotAllowed(_("Les rôles du CSE se donnent au CSE, jamais par l’annuaire."))


def check_are_given_by_administration(roles: Iterable[str], given: Collection[str]) -> None:
    """Raise NotAllowed if a council's role is among these."""
    for role in roles:
        check_is_given_by_administration(role, given)


def check_is_another(person_id: int, by_id: int) -> None:
    """Raise NotAllowed if the directory closes the account in whose name it acts."""
    if person_id == by_id:
        raise NotAllowed(
            _(
                "Ce jeton agit au nom de ce compte\u00a0: il ne peut pas le fermer. Donnez d’abord "
                "un jeton à une autre personne de l’administration."
            )
        )


def check_is_open(person: User) -> None:
    """Raise Refused for a role of a closed account."""
    if not person.is_active:
        raise Refused(_("Ce compte est fermé\u00a0: il ne reçoit pas de rôle."))
