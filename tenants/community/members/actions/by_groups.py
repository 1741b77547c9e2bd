"""Roles that follow a person's groups at their company's identity provider."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_noop

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.tasks import after_commit
from tenants.community.members import tasks
from tenants.community.members.models import Role
from tenants.community.members.queries import by_groups as queries
from tenants.community.members.queries import people
from tenants.community.members.queries import provisioned as reads
from tenants.community.members.rules import provisioning as rules
from tenants.community.members.rules.provisioning import Granted

_GIVEN = (
    gettext_noop("Un rôle donné par le fournisseur d’identité de l’entreprise"),
    gettext_noop("Votre groupe dans l’entreprise donne ce rôle, tant que vous en êtes."),
)
_TAKEN = (
    gettext_noop("Un rôle repris par le fournisseur d’identité de l’entreprise"),
    gettext_noop("Vous n’êtes plus du groupe qui donne ce rôle."),
)


@transaction.atomic
def follow(*, of: User, granted: Granted, at: dt.datetime) -> None:
    """Give and take back the roles that a provider derives from a member's groups.

    Called by a sign-in. Roles given here by a person are never taken; the last administrator of
    the space or of the company keeps the role. A company gives roles to its own people only.
    """
    rules.check_are_given_by_administration(granted.roles, reads.GROUPS)
    if not granted.roles and not queries.given_by_provider(of, granted):
        return
    person = people.person_to_change(of.pk)
    is_theirs = granted.company_id in (None, people.company_of(person))
    wanted = granted.roles if is_theirs else frozenset[str]()
    held = queries.held(person, granted.company_id)
    for role in sorted(wanted - held.keys()):
        _give(person, role, granted, at=at)
    for role in sorted(held.keys() - wanted):
        row = held[role]
        if row.provider_id == granted.provider_id and _may_end(row):
            row.delete()
            _log(_TAKEN, person, granted, at=at)


def _give(person: User, role: str, granted: Granted, *, at: dt.datetime) -> None:
    given = Role(
        user=person,
        role=role,
        company_id=granted.company_id,
        provider_id=granted.provider_id,
        given_at=at,
    )
    given.full_clean()
    given.save()
    after_commit(tasks.mail_role, given.pk)
    _log(_GIVEN, person, granted, at=at)


def _may_end(row: Role) -> bool:
    """Return False for the role of the last administrator of the space or of a company."""
    if row.role != Role.Kind.ADMINISTRATOR:
        return True
    return queries.has_other_administrator(row)


def _log(words: tuple[str, str], person: User, granted: Granted, *, at: dt.datetime) -> None:
    access = hooks.DataAccess(
        (person.pk,), Role.Kind.ADMINISTRATOR, *words, is_act=True, by_name=granted.by_name
    )
    hooks.data_accessed.ask(access, person, at)
