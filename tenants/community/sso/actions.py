"""How the company's own way in is set up, tested and opened, and how people come in by it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from saas.accounts.models import User, as_any
from saas.accounts.notices.actions import queue_notice
from saas.accounts.notices.rules import Kind
from saas.kernel import hooks, sealed, tokens
from saas.kernel.errors import Refused
from saas.kernel.people import ways_in
from saas.kernel.tasks import FIRST, after_commit
from saas.kernel.web import rate_limit
from tenants.community.sso import queries, rules, tasks
from tenants.community.sso.models import Identity, Provider
from tenants.spaces.rules.addresses import ADMINISTRATOR, check_runs_the_space

_ALL_MAY_COME = gettext_noop(
    "Qui tient le fournisseur d’identité de l’entreprise dit qui vous êtes, et peut ainsi ouvrir "
    "les comptes de ses domaines."
)
# In the log that each member reads: what was done, and what it means for them.
_LOGGED = {
    Provider.Mode.OFF: (
        gettext_noop("Connexion par l’entreprise éteinte"),
        gettext_noop("On entre de nouveau par mot de passe ou par lien seulement."),
    ),
    Provider.Mode.OFFERED: (gettext_noop("Connexion par l’entreprise proposée"), _ALL_MAY_COME),
    Provider.Mode.REQUIRED: (gettext_noop("Connexion par l’entreprise exigée"), _ALL_MAY_COME),
}
_CHANGED = (gettext_noop("Connexion par l’entreprise réglée autrement"), _ALL_MAY_COME)
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
    name: str,
    issuer: str,
    client_id: str,
    secret: str,
    domains: Iterable[str],
    by: User,
    at: dt.datetime,
) -> Provider:
    """Say which provider the company has; a new one is off until it is tested.

    A new secret alone changes nothing else: secrets expire, and nobody is shut out meanwhile.
    """
    _check_runs(by)
    found = queries.provider(lock=True) or Provider()
    plain = rules.normal_issuer(issuer, local=settings.OIDC_LOCAL_PROVIDERS)
    is_new = (found.issuer, found.client_id) != (plain, client_id)
    if not secret and (is_new or not found.secret):
        raise Refused(_("Collez le secret de l’application."), field="secret")
    was_open = found.mode != Provider.Mode.OFF
    found.name, found.issuer, found.client_id = name, plain, client_id
    found.domains = rules.check_domains(domains, queries.domains_to_cover())
    if secret:
        found.secret = sealed.seal(rules.PURPOSE, secret)
    if is_new:
        found.mode, found.tested_at = Provider.Mode.OFF, None
        found.worked_at, found.failed_at, found.failure = None, None, ""
    found.full_clean()
    found.save()
    if was_open:
        _log(_LOGGED[Provider.Mode.OFF] if is_new else _CHANGED, by=by, at=at)
    return found


@transaction.atomic
def record_test(*, vouched: rules.Vouched, by: User, at: dt.datetime) -> Provider:
    """Keep that the provider let somebody through the whole way, of whom it said who they are."""
    _check_runs(by)
    found = _held()
    rules.check_covered(vouched.email, queries.covered(found))
    found.tested_at = found.worked_at = at
    found.save(update_fields=["tested_at", "worked_at"])
    return found


@transaction.atomic
def switch(*, mode: str, by: User, at: dt.datetime) -> Provider:
    """Offer the company's own way in, require it of its domains, or close it."""
    _check_runs(by)
    found = _held()
    if mode != Provider.Mode.OFF:
        rules.check_is_tested(found)
    if mode != found.mode:
        found.mode = mode
        found.full_clean()
        found.save(update_fields=["mode"])
        _log(_LOGGED[Provider.Mode(mode)], by=by, at=at)
    return found


@transaction.atomic
def remove(*, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Forget the provider and its secret; whom it knew stays bound, should it come back."""
    _check_runs(by)
    found = _held()
    rules.check_is_off(found)
    found.delete()


@transaction.atomic
def unbind(*, email: str, by: User, at: dt.datetime) -> User:
    """Let the provider name anew who a member is, as after it gave them another account."""
    _check_runs(by)
    person = queries.person_at(email)
    gone = Identity.objects.filter(user=person, issuer=_held().issuer).delete()[0] if person else 0
    if not person or not gone:
        raise Refused(_("Aucun compte lié n’a cette adresse ici."), field="email")
    access = hooks.DataAccess((person.pk,), ADMINISTRATOR, *_UNBOUND, is_act=True)
    hooks.data_accessed.ask(access, by, at)
    return person


@transaction.atomic
def count_try(*, network: str, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Count one way to the provider or back. Nobody does this: they are nobody yet."""
    rate_limit.check(
        "sso_network",
        tokens.hashed(network),
        most=rules.TRIES_OF_A_NETWORK,
        per_seconds=rules.TRY_SECONDS,
        when_silent=rate_limit.Silent.REFUSE,
    )


@transaction.atomic
def ask(*, attempt: rules.Attempt, state: str, code: str = "", at: dt.datetime) -> None:
    """Have the fetcher ask the provider: where its page is, or with a code whom it vouches for.

    Nobody does this: they are nobody yet. A job that is lost is one that the page waits for in
    vain, and the person begins again.
    """
    queries.forget_way(state)
    question = {"attempt": attempt, "code": code, "at": at.timestamp()}
    queries.store_way("asked", state, question)
    after_commit(tasks.exchange if code else tasks.describe, state, priority=FIRST)


@transaction.atomic
def recognise(*, vouched: rules.Vouched, language: str, at: dt.datetime) -> User:
    """Return the member for whom the provider vouches; whoever is new in a proven domain joins.

    Nobody does this: they become somebody by it. The provider's own word for a person counts
    before their address: one that was changed there leads to the same account here, and one that
    is given to somebody else leads into no account of another. Raises Refused.
    """
    found = _held(lock=False)
    bound = queries.identity_of(vouched.issuer, vouched.subject)
    domains = queries.covered(found)
    rules.check_covered(bound.user.email if bound else vouched.email, domains)
    person = bound.user if bound else _by_address(vouched, language=language, at=at)
    rules.check_is_open(person)
    rules.check_is_not_of_the_council(hooks.duties_of(person))
    use = {"used_at": at, "acr": vouched.acr, "proved_at": rules.proved_at(vouched)}
    if bound is None:
        rules.check_is_unbound(queries.identity_at(person, vouched.issuer))
        with _once():
            Identity.objects.create(
                user=person,
                issuer=vouched.issuer,
                subject=vouched.subject,
                bound_at=at,
                **use,
            )
        queue_notice(person=person, kind=Kind.COMPANY, at=at)
    else:
        Identity.objects.filter(pk=bound.pk).update(**use)
    due = Q(worked_at=None) | Q(worked_at__lt=at - rules.WORKED_AGAIN)
    due |= Q(failed_at__gte=F("worked_at"))
    Provider.objects.filter(due).update(worked_at=at)
    provider = urlsplit(vouched.issuer).hostname or vouched.issuer[:80]
    access = hooks.DataAccess(
        (person.pk,), ADMINISTRATOR, *_SIGNED_IN, is_act=True, by_name=provider
    )
    hooks.data_accessed.ask(access, person, at)
    return person


@transaction.atomic
def record_failure(*, kind: str, at: dt.datetime) -> None:
    """Keep when and why the provider did not do its part. Nobody does this: a sign-in does."""
    Provider.objects.update(failed_at=at, failure=kind)


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Forget whom the provider says somebody is."""
    Identity.objects.filter(user=by).delete()
    return []


def _by_address(vouched: rules.Vouched, *, language: str, at: dt.datetime) -> User:
    known = queries.person_at(vouched.email)
    if known is not None:
        return known
    newcomer = ways_in.Newcomer(vouched.email, vouched.first_name, vouched.last_name, language)
    with _once():
        [person] = ways_in.welcome.ask(newcomer, at)
    return as_any(person)


@contextmanager
def _once() -> Iterator[None]:
    """Let the second of two tabs that come back at once begin again."""
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, ValidationError):
        raise Refused(_("Cette connexion vient d’aboutir ailleurs. Recommencez.")) from None


def _held(*, lock: bool = True) -> Provider:
    return rules.check_there(queries.provider(lock=lock))


def _check_runs(by: User) -> None:
    check_runs_the_space(hooks.duties_of(by), is_park=queries.is_park())


def _log(words: tuple[str, str], *, by: User, at: dt.datetime) -> None:
    hooks.data_accessed.ask(hooks.DataAccess(None, ADMINISTRATOR, *words, is_act=True), by, at)
