"""Refusals when an operator changes the administration of a space by a paper."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from saas.accounts.models import User, normal_email
from saas.kernel.errors import Refused
from tenants.community.members.models import Role


def check_changes_something(*changes: bool) -> None:
    """Raise Refused if a form neither appoints nor ends."""
    if not any(changes):
        raise Refused(_("Nommez qui administre désormais, ou qui ne le fait plus."))


def check_listed(held: Sequence[Role], role_id: int | None) -> Role | None:
    """Return the role that ends. Raises Refused: it has ended meanwhile."""
    found = next((role for role in held if role.pk == role_id), None)
    if role_id is not None and found is None:
        raise Refused(_("Cette personne n’administre plus l’espace."), field="ended")
    return found


def check_is_not_both(email: str, leaving: Role | None) -> None:
    """Raise Refused if a person is to take their own place."""
    if leaving is not None and normal_email(email) == leaving.user.email:
        raise Refused(_("C’est la même personne."), field="email")


def check_account_is_open(person: User) -> User:
    """Return a person. Raises Refused if their account is closed."""
    if not person.is_active:
        raise Refused(
            _("Le compte de cette adresse est fermé\u00a0: nommez une autre personne."),
            field="email",
        )
    return person


def check_is_named(first_name: str, last_name: str) -> None:
    """Raise Refused if a new member has no name."""
    if not (first_name and last_name):
        field = "last_name" if first_name else "first_name"
        raise Refused(
            _("Cette adresse n’est pas encore membre\u00a0: écrivez prénom et nom."), field=field
        )


def logged_name(person: User) -> str:
    """Return a person as the log of a space keeps them."""
    return f"{person.display_name} ({person.reference})"
