"""Accounts that the company's directory creates, changes and closes."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_noop

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.members.actions import leaving, membership
from tenants.community.members.models import Provisioned, Role
from tenants.community.members.queries import people as queries
from tenants.community.members.queries import provisioned as reads
from tenants.community.members.rules import membership as rules
from tenants.community.members.rules import provisioning
from tenants.community.members.rules.provisioning import Newcomer
from tenants.spaces.rules import names

_CHANGED = (
    gettext_noop("Votre compte réglé par l’annuaire de l’entreprise"),
    gettext_noop("L’annuaire tient à jour les noms et les comptes."),
)


@transaction.atomic
def create(*, newcomer: Newcomer, external_id: str, by: User, at: dt.datetime) -> User:
    """Create a member of a proven mail domain; a member whom the directory deleted returns."""
    _check_administers(by)
    names.check_full_name(newcomer.first_name, newcomer.last_name)
    person = reads.removed_person(newcomer.email)
    if person is None:
        person = membership.join_by_company(newcomer=newcomer, at=at)
    else:
        leaving.reopen_account(of=person, by=by, at=at)
        person.refresh_from_db()
        _rename(person, newcomer.first_name, newcomer.last_name)
    _record(person, external_id=external_id, at=at)
    return person


@transaction.atomic
def change(
    *,
    of: User,
    first_name: str,
    last_name: str,
    language: str,
    external_id: str,
    is_active: bool,
    by: User,
    at: dt.datetime,
) -> User:
    """Bring a member to the state of the directory: names, language, and open or closed."""
    _check_administers(by)
    person = queries.person_to_change(of.pk)
    if (first_name, last_name) != (person.first_name, person.last_name):
        names.check_full_name(first_name, last_name)
        _rename(person, first_name, last_name)
        access = hooks.DataAccess((person.pk,), Role.Kind.ADMINISTRATOR, *_CHANGED, is_act=True)
        hooks.data_accessed.ask(access, by, at)
    if language != person.language:
        person.language = language
        person.save(update_fields=["language"])
    _record(person, external_id=external_id, at=at)
    if is_active != person.is_active:
        _open_or_close(person, is_active=is_active, by=by, at=at)
    return person


@transaction.atomic
def remove(*, of: User, by: User, at: dt.datetime) -> None:
    """Close the account of a member whom the directory deleted; nothing of theirs is deleted."""
    _check_administers(by)
    person = queries.person_to_change(of.pk)
    _open_or_close(person, is_active=False, by=by, at=at)
    entry = reads.entry_of(person) or Provisioned(user=person)
    entry.changed_at = entry.removed_at = at
    entry.save()


@transaction.atomic
def set_holders(*, role: str, people: list[User], by: User, at: dt.datetime) -> None:
    """Give a role of the administration's to these members, and end it for the others."""
    _check_administers(by)
    provisioning.check_is_given_by_administration(role, reads.GROUPS)
    before = {person.pk: person for person in reads.holders()[role]}
    after = {person.pk: person for person in people}
    for pk in after.keys() - before.keys():
        provisioning.check_is_open(after[pk])
        membership.give_role(by=by, to=after[pk], role=role, company_id=None, at=at)
    for pk in before.keys() - after.keys():
        membership.take_role(by=by, of=before[pk], role=role, company_id=None, at=at)


def _open_or_close(person: User, *, is_active: bool, by: User, at: dt.datetime) -> None:
    if is_active:
        leaving.reopen_account(of=person, by=by, at=at)
        return
    provisioning.check_is_another(person.pk, by.pk)
    leaving.close_account(of=person, by=by, at=at)


def _rename(person: User, first_name: str, last_name: str) -> None:
    person.first_name, person.last_name = first_name, last_name
    person.full_clean()
    person.save(update_fields=["first_name", "last_name"])


def _record(person: User, *, external_id: str, at: dt.datetime) -> None:
    entry = reads.entry_of(person) or Provisioned(user=person)
    entry.external_id, entry.changed_at, entry.removed_at = external_id, at, None
    entry.full_clean()
    entry.save()


def _check_administers(by: User) -> None:
    rules.check_administers(queries.duties_of(by), None)
