"""Consequences of a response from DNS: a name is proven, pending, or lost."""

import datetime as dt
from collections.abc import Callable

from celery import shared_task
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks, pending_mail, schema
from saas.kernel.tasks import PublicTask, TenantTask, after_commit
from tenants.spaces import hosts, notifications
from tenants.spaces.models import Change, Domain, DomainClaim, Tenant
from tenants.spaces.queries import addresses as queries
from tenants.spaces.resolver import CannotAskError, resolver
from tenants.spaces.rules import addresses as rules

DNS = "DNS"

# The owner of a name does not change with a response, and the web's role may not change it.
ANSWERED = ("checked_at", "failure", "missing_since", "proven_at", "state", "mailed_at")


@shared_task(base=PublicTask)
def check_claim(claim_id: int) -> None:
    """Ask DNS whether a name is its space's, and keep the answer."""
    claim = queries.claim(claim_id)
    if claim is None:
        return
    try:
        texts: list[str] | None = resolver().texts(rules.record_name(claim.domain))
    except CannotAskError:
        texts = None
    _record_answer(claim_id, texts, timezone.now())


@shared_task(base=TenantTask)
def mail_lost(domain: str) -> None:
    """Mail the administrators that the space no longer responds on a domain of theirs."""
    _mail_administrators(domain, queries.lost_claims(), notifications.mail_lost)


@shared_task(base=TenantTask)
def mail_missing(domain: str) -> None:
    """Warn the administrators that the proof of a domain of theirs is missing."""
    _mail_administrators(domain, queries.missing_claims(), notifications.mail_missing)


def _mail_administrators(
    domain: str, claims: QuerySet[DomainClaim], mail_person: Callable[[Tenant, str, User], None]
) -> None:
    here = schema.current()
    known = set(hooks.administrators.collect())
    people = list(User.objects.filter(pk__in=known))

    def mail(claim: DomainClaim) -> None:
        with schema.inside(here):
            for person in people:
                mail_person(claim.tenant, domain, person)

    with schema.in_public():
        waiting = claims.filter(tenant__schema_name=here, domain=domain).select_related("tenant")
        for claim in waiting:
            pending_mail.send_once(waiting, claim.pk, mail)


@transaction.atomic
def _record_answer(claim_id: int, texts: list[str] | None, at: dt.datetime) -> None:
    held = DomainClaim.objects.select_for_update(of=("self",)).select_related("tenant")
    claim = held.filter(pk=claim_id).first()
    if claim is None:
        return
    claim.checked_at = at
    claim.failure = rules.UNREACHABLE if texts is None else rules.lacks(claim, texts)
    proven = claim.state == DomainClaim.State.PROVEN
    if not claim.failure:
        claim.missing_since = None
        if not proven:
            _prove(claim, at)
    elif proven and texts is not None:
        _miss(claim, at)
    claim.save(update_fields=ANSWERED)


def _prove(claim: DomainClaim, at: dt.datetime) -> None:
    """Serve the space on the name, unless the database refuses it as proven by another space."""
    claim.state, claim.proven_at = DomainClaim.State.PROVEN, at
    try:
        with transaction.atomic():
            claim.save(update_fields=ANSWERED)
            Domain.objects.create(
                domain=claim.domain, tenant=claim.tenant, kind=Domain.Kind.CUSTOM, since=at
            )
    except IntegrityError:
        claim.state, claim.proven_at = DomainClaim.State.WAITING, None
        claim.failure = rules.TAKEN
        return
    _note(claim, Change.What.PROVEN, at)
    hosts.forget()


def _miss(claim: DomainClaim, at: dt.datetime) -> None:
    """Warn on the day that the proof goes; take the name away when it stays away."""
    if claim.missing_since is None:
        claim.missing_since, claim.mailed_at = at, None
        with schema.inside(claim.tenant.schema_name):
            after_commit(mail_missing, claim.domain)
    elif rules.is_lost(claim, at=at):
        _lose(claim, at)


def _lose(claim: DomainClaim, at: dt.datetime) -> None:
    claim.state, claim.mailed_at = DomainClaim.State.LOST, None
    Domain.objects.filter(domain=claim.domain, kind=Domain.Kind.CUSTOM).delete()
    _note(claim, Change.What.LOST, at)
    hosts.forget()
    with schema.inside(claim.tenant.schema_name):
        after_commit(mail_lost, claim.domain)


def _note(claim: DomainClaim, what: str, at: dt.datetime) -> None:
    Change.objects.create(tenant=claim.tenant, what=what, after=claim.domain, by=DNS, at=at)
