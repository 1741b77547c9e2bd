"""How the company's own way in is set up, tested and opened, and how people come in by it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from saas.accounts.models import User
from saas.accounts.notices.actions import queue_notice
from saas.accounts.notices.rules import Kind
from saas.kernel import hooks
from saas.kernel.errors import Refused
from saas.kernel.secrets import sealed, tokens
from saas.kernel.tasks import FIRST, after_commit
from saas.kernel.web import rate_limit
from tenants.community.members.actions import by_groups
from tenants.community.members.actions.membership import join_by_company
from tenants.community.members.queries import people as member_queries
from tenants.community.members.rules.provisioning import Granted, Newcomer
from tenants.community.sso import queries, tasks
from tenants.community.sso.gateway import saml
from tenants.community.sso.models import Identity, Provider
from tenants.community.sso.rules import groups as group_rules
from tenants.community.sso.rules import setting_up
from tenants.community.sso.rules import signing_in as rules
from tenants.spaces.rules.addresses import ADMINISTRATOR

_ALL_MAY_COME = gettext_noop(
    "Qui tient le fournisseur d’identité de l’entreprise dit qui vous êtes, et peut ainsi ouvrir "
    "les comptes de ses domaines."
)
# For the log that each member can read: the change, and its effect on them.
_LOGGED = {
    Provider.Mode.OFF: (
        gettext_noop("Connexion par l’entreprise éteinte"),
        gettext_noop("On entre de nouveau par mot de passe ou par lien seulement."),
    ),
    Provider.Mode.OFFERED: (gettext_noop("Connexion par l’entreprise proposée"), _ALL_MAY_COME),
    Provider.Mode.REQUIRED: (gettext_noop("Connexion par l’entreprise exigée"), _ALL_MAY_COME),
}
_PROPOSED = (
    gettext_noop("Connexion par l’entreprise : proposition de l’exiger"),
    gettext_noop("Une deuxième personne de l’administration doit confirmer."),
)
_CHANGED = (gettext_noop("Connexion par l’entreprise réglée autrement"), _ALL_MAY_COME)
_GROUPS = (
    gettext_noop("Rôles donnés par les groupes de l’entreprise réglés autrement"),
    gettext_noop("Qui tient le fournisseur d’identité peut donner ces rôles, jamais ceux du CSE."),
)
_SIGNED_IN = (
    gettext_noop("Connexion par le fournisseur d’identité de l’entreprise"),
    gettext_noop("Le fournisseur a dit que c’est vous."),
)
_UNBOUND = (
    gettext_noop("Votre compte délié du fournisseur d’identité de l’entreprise"),
    gettext_noop("La prochaine connexion par l’entreprise le lie de nouveau."),
)


@transaction.atomic
def describe(
    *,
    number: int | None = None,
    company_id: int | None = None,
    name: str,
    issuer: str,
    client_id: str,
    secret: str,
    domains: Iterable[str],
    by: User,
    at: dt.datetime,
) -> Provider:
    """Save a provider of the space or of a company; a new provider is off until it is tested.

    A new secret alone changes no other setting: secrets expire, and members can sign in meanwhile.
    """
    found = _to_describe(number, company_id, by=by)
    plain = setting_up.normal_issuer(issuer, local=settings.OIDC_LOCAL_PROVIDERS)
    known = (found.kind, found.issuer, found.client_id)
    is_new = known != (Provider.Kind.OIDC, plain, client_id)
    if not secret and (is_new or not found.secret):
        raise Refused(_("Collez le secret de l’application."), field="secret")
    if secret:
        found.secret = sealed.seal(rules.PURPOSE, secret)
    found.kind, found.issuer, found.client_id = Provider.Kind.OIDC, plain, client_id
    return _save(found, name=name, domains=domains, is_new=is_new, by=by, at=at)


@transaction.atomic
def send_metadata(
    *,
    number: int | None,
    company_id: int | None,
    typed: dict[str, Any],
    by: User,
    at: dt.datetime,
) -> None:
    """Queue the reading of pasted metadata. If the job is lost, they are pasted again."""
    _to_describe(number, company_id, by=by)
    key = rules.metadata_key(by.pk)
    queries.forget_way(key)
    question = {"number": number, "company_id": company_id, "typed": typed}
    queries.store_way("asked", key, {**question, "at": at.timestamp()})
    after_commit(tasks.read_metadata, by.pk, priority=FIRST)


@transaction.atomic
def describe_saml(
    *,
    number: int | None = None,
    company_id: int | None = None,
    name: str,
    metadata: saml.Metadata,
    attributes: dict[str, str],
    domains: Iterable[str],
    by: User,
    at: dt.datetime,
) -> Provider:
    """Save a SAML provider from its metadata; a new provider is off until it is tested.

    New certificates of the same entity change no other setting: they expire, as secrets do.
    """
    found = _to_describe(number, company_id, by=by)
    is_new = (found.kind, found.issuer) != (Provider.Kind.SAML, metadata.issuer)
    found.kind, found.issuer, found.client_id = Provider.Kind.SAML, metadata.issuer, ""
    found.page, found.certificates = metadata.page, metadata.certificates
    found.attributes = {kind: typed for kind, typed in attributes.items() if typed}
    return _save(found, name=name, domains=domains, is_new=is_new, by=by, at=at)


def _to_describe(number: int | None, company_id: int | None, *, by: User) -> Provider:
    """Return and lock the provider to change, or a new provider of an owner."""
    if number is not None:
        return _held(number, by=by)
    _check_sets_up(by, company_id)
    setting_up.check_has_room(len(queries.providers_of([company_id])))
    return Provider(company_id=company_id)


def _save(
    found: Provider,
    *,
    name: str,
    domains: Iterable[str],
    is_new: bool,
    by: User,
    at: dt.datetime,
) -> Provider:
    """Save a description; a new provider is off, and its health is unknown."""
    was_open = found.mode != Provider.Mode.OFF
    found.name = name
    found.domains = setting_up.check_domains(domains, queries.domains_to_cover(found.company_id))
    if is_new:
        found.mode, found.tested_at = Provider.Mode.OFF, None
        found.worked_at, found.failed_at, found.failure = None, None, ""
    found.full_clean()
    found.save()
    if was_open:
        _log(_LOGGED[Provider.Mode.OFF] if is_new else _CHANGED, by=by, at=at)
    return found


@transaction.atomic
def record_test(
    *, number: int, vouched: rules.Vouched, origin: str = "", by: User, at: dt.datetime
) -> Provider:
    """Record that a provider completed a test sign-in at a host, with the person's identity."""
    found = _held(number, by=by)
    rules.check_covered(vouched.email, queries.covered(found))
    found.tested_at = found.worked_at = at
    found.origin = origin
    found.save(update_fields=["tested_at", "worked_at", "origin"])
    return found


@transaction.atomic
def switch(*, number: int, mode: str, by: User, at: dt.datetime) -> Provider:
    """Offer a company's own way in, require it of its domains, or close it.

    Where its owner has several administrators, two of them require it: the first proposes, another
    confirms within a week.
    """
    found = _held(number, by=by)
    if mode != Provider.Mode.OFF:
        setting_up.check_is_tested(found)
    others = _administrators(found.company_id) - {by.pk}
    if mode == Provider.Mode.REQUIRED != found.mode and setting_up.must_wait(found, others, at=at):
        found.proposed_by, found.proposed_at = by, at
        found.save(update_fields=["proposed_by", "proposed_at"])
        _log(_PROPOSED, by=by, at=at)
    elif mode != found.mode:
        found.mode, found.proposed_by, found.proposed_at = mode, None, None
        found.full_clean()
        found.save(update_fields=["mode", "proposed_by", "proposed_at"])
        _log(_LOGGED[Provider.Mode(mode)], by=by, at=at)
    return found


@transaction.atomic
def map_groups(
    *,
    number: int,
    claim: str,
    groups: dict[str, str],
    by: User,
    at: dt.datetime,
) -> Provider:
    """Save the groups at a provider that give roles of its owner, from the next sign-ins on."""
    found = _held(number, by=by)
    found.groups = group_rules.checked(claim, groups)
    found.save(update_fields=["groups"])
    _log(_GROUPS, by=by, at=at)
    return found


@transaction.atomic
def remove(*, number: int, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Delete a provider and its secret; its identities stay bound, in case it is added again."""
    found = _held(number, by=by)
    setting_up.check_is_off(found)
    found.delete()


@transaction.atomic
def unbind(*, number: int, email: str, by: User, at: dt.datetime) -> User:
    """Unbind a member's identity, to let the provider bind another account of theirs."""
    found = _held(number, by=by)
    person = queries.person_at(email)
    bound = queries.identity_at(found, person) if person else None
    if person is None or bound is None:
        raise Refused(_("Aucun compte lié n’a cette adresse ici."), field="email")
    bound.delete()
    _give_roles(found, person, [], at=at)
    access = hooks.DataAccess((person.pk,), ADMINISTRATOR, *_UNBOUND, is_act=True)
    hooks.data_accessed.ask(access, by, at)
    return person


@transaction.atomic
def count_try(*, network: str, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Count an attempt to reach or return from the provider. There is no `by` before a sign-in."""
    rate_limit.check(
        "sso_network",
        tokens.hashed(network),
        most=rules.TRIES_OF_A_NETWORK,
        per_seconds=rules.TRY_SECONDS,
        when_silent=rate_limit.Silent.REFUSE,
    )


@transaction.atomic
def ask(*, attempt: rules.Attempt, state: str, code: str = "", at: dt.datetime) -> None:
    """Queue a request to the provider: its login page, or with a code the person's identity.

    There is no `by` before a sign-in. If the job is lost, the page times out and the person begins
    again.
    """
    queries.forget_way(state)
    question = {"attempt": attempt, "code": code, "at": at.timestamp()}
    queries.store_way("asked", state, question)
    after_commit(tasks.exchange if code else tasks.describe, state, priority=FIRST)


@transaction.atomic
def begin_saml(*, attempt: rules.Attempt, state: str, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Open an attempt to a SAML response, posted by a browser without its session.

    There is no `by` before a sign-in.
    """
    queries.forget_way(state)
    queries.store_way("begun", state, {"attempt": attempt})


@transaction.atomic
def receive_saml(*, state: str, response: str, at: dt.datetime) -> None:
    """Queue the verification of a posted response, once for each attempt. Raises Refused.

    There is no `by`: the person is identified by the job.
    """
    begun = queries.way_of("begun", state) or rules.begin_again()
    attempt = rules.check_attempt(begun["attempt"], at=at)
    if not 0 < len(response) <= saml.LONGEST_RESPONSE:
        rules.begin_again()
    ask(attempt=attempt, state=state, code=response, at=at)


@transaction.atomic
def recognise(*, number: int, vouched: rules.Vouched, language: str, at: dt.datetime) -> User:
    """Return the member identified by a provider; a new person in a proven domain joins.

    There is no `by`: the person is identified here. The provider's subject counts before the
    address: after a change of address it leads to the same account here, and an address reassigned
    to another person opens no existing account. Raises Refused.
    """
    found = rules.check_there(queries.open_provider(number))
    bound = queries.identity_of(found, vouched.subject)
    domains = queries.covered(found)
    rules.check_covered(bound.user.email if bound else vouched.email, domains)
    person = bound.user if bound else _by_address(vouched, language=language, at=at)
    rules.check_is_open(person)
    rules.check_is_not_of_the_council(hooks.duties_of(person))
    use = {"used_at": at, "acr": vouched.acr, "proved_at": rules.proved_at(vouched)}
    if bound is None:
        rules.check_is_unbound(queries.identity_at(found, person))
        with _once():
            Identity.objects.create(
                user=person,
                company_id=found.company_id,
                issuer=found.issuer,
                subject=vouched.subject,
                bound_at=at,
                **use,
            )
        queue_notice(person=person, kind=Kind.COMPANY, at=at)
    else:
        Identity.objects.filter(pk=bound.pk).update(**use)
    due = Q(worked_at=None) | Q(worked_at__lt=at - rules.WORKED_AGAIN)
    due |= Q(failed_at__gte=F("worked_at"))
    Provider.objects.filter(due, pk=found.pk).update(worked_at=at)
    access = hooks.DataAccess(
        (person.pk,), ADMINISTRATOR, *_SIGNED_IN, is_act=True, by_name=_host_of(found)
    )
    hooks.data_accessed.ask(access, person, at)
    _give_roles(found, person, vouched.roles, at=at)
    return person


@transaction.atomic
def record_failure(*, number: int, kind: str, at: dt.datetime) -> None:
    """Save the time and reason of a provider's failure. Called by a sign-in."""
    Provider.objects.filter(pk=number).update(failed_at=at, failure=kind)


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete a person's identities at the provider."""
    Identity.objects.filter(user=by).delete()
    return []


def _give_roles(found: Provider, person: User, roles: list[str] | None, *, at: dt.datetime) -> None:
    """Bring a person's roles to those of their groups, unless the provider left these out."""
    if roles is not None:
        given = frozenset(roles)
        granted = Granted(found.pk, found.company_id, given, _host_of(found))
        by_groups.follow(of=person, granted=granted, at=at)


def _host_of(found: Provider) -> str:
    return urlsplit(found.issuer).hostname or found.issuer[:80]


def _by_address(vouched: rules.Vouched, *, language: str, at: dt.datetime) -> User:
    known = queries.person_at(vouched.email)
    if known is not None:
        return known
    newcomer = Newcomer(vouched.email, vouched.first_name, vouched.last_name, language)
    with _once():
        return join_by_company(newcomer=newcomer, at=at)


@contextmanager
def _once() -> Iterator[None]:
    """Let the second of two tabs that come back at once begin again."""
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, ValidationError):
        raise Refused(_("Cette connexion vient d’aboutir ailleurs. Recommencez.")) from None


def _held(number: int, *, by: User) -> Provider:
    """Return and lock a provider that a person may set up. Raises NotAllowed, Refused."""
    found = queries.provider(number, lock=True)
    _check_sets_up(by, found.company_id if found else None)
    return rules.check_there(found)


def _check_sets_up(by: User, company_id: int | None) -> None:
    setting_up.check_sets_up(hooks.duties_of(by), company_id, is_park=queries.is_park())


def _administrators(company_id: int | None) -> set[int]:
    """Return the ids of the administrators of a provider's owner."""
    if company_id is None:
        return set(member_queries.administrator_ids())
    return set(member_queries.company_administrator_ids(company_id))


def _log(words: tuple[str, str], *, by: User, at: dt.datetime) -> None:
    hooks.data_accessed.ask(hooks.DataAccess(None, ADMINISTRATOR, *words, is_act=True), by, at)
