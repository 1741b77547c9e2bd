"""Tasks of the proof of spaces: DNS is asked, administrators and operators are told."""

import datetime as dt

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks, pending_mail, schema
from saas.kernel.tasks import PublicTask, TenantTask, after_commit
from tenants.spaces import hosts, notifications
from tenants.spaces.models import Change, SpaceStanding, Tenant
from tenants.spaces.queries import standing as queries
from tenants.spaces.resolver import CannotAskError, resolver
from tenants.spaces.rules import standing as rules

DNS = "DNS"
_State = SpaceStanding.State


@shared_task(base=PublicTask)
def check_space(tenant_id: int) -> None:
    """Ask DNS whether a mail domain of a space carries its text, and keep the answer."""
    tenant = Tenant.objects.get(pk=tenant_id)
    standing = queries.standing_of(tenant.schema_name)
    if standing is None or standing.state == _State.PROVEN:
        return
    proven, failure = _asked(standing.token, queries.domains_of(tenant))
    _record_answer(tenant, proven=proven, failure=failure, at=timezone.now())


def _asked(token: str, domains: list[str]) -> tuple[str, str]:
    """Return the domain proven by DNS, or the reason why there is no proof."""
    failure = rules.NO_DOMAIN
    for domain in domains:
        try:
            failure = rules.lacks(token, resolver().texts(rules.record_name(domain)))
        except CannotAskError:
            failure = rules.UNREACHABLE
        if not failure:
            return domain, ""
    return "", failure


@transaction.atomic
def _record_answer(tenant: Tenant, *, proven: str, failure: str, at: dt.datetime) -> None:
    standing = queries.held_standing(tenant)
    standing.checked_at, standing.failure = at, failure
    if not proven or standing.state == _State.PROVEN:
        standing.save(update_fields=["checked_at", "failure"])
        return
    standing.state, standing.way = _State.PROVEN, SpaceStanding.Way.DNS
    standing.proven_domain, standing.note = proven, ""
    standing.decided_by, standing.decided_at, standing.mailed_at = DNS, at, None
    if not standing.flagged:
        standing.due_at = None
    standing.save()
    Change.objects.create(tenant=tenant, what=Change.What.VERIFIED, after=proven, by=DNS, at=at)
    hosts.forget()
    with schema.inside(tenant.schema_name):
        after_commit(mail_decision, standing.pk)


@shared_task(base=TenantTask)
def mail_decision(standing_id: int) -> None:
    """Mail a space's administrators the decision on its proof, with the reason for a refusal."""
    here = schema.current()
    known = set(hooks.administrators.collect())
    people = list(User.objects.filter(pk__in=known, is_active=True).order_by("pk"))

    def mail(standing: SpaceStanding) -> None:
        with schema.inside(here):
            for person in people:
                notifications.mail_standing(standing, person)

    with schema.in_public():
        waiting = queries.decisions_to_mail().filter(tenant__schema_name=here)
        pending_mail.send_once(waiting, standing_id, mail)
