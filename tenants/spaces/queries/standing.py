"""Queries on the proof of spaces: their row, their queue, and their unsent mails."""

import datetime as dt
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from saas.kernel.secrets import tokens
from tenants.spaces.models import Company, EmailDomain, InvitationStop, SpaceStanding, Tenant
from tenants.spaces.queries.reach import Reach, reach_of
from tenants.spaces.rules import standing as rules
from tenants.spaces.wording import standing as wording

MOST_AT_ONCE = 200
_State = SpaceStanding.State
_BY_HAND = (SpaceStanding.Way.LETTER, SpaceStanding.Way.CALL)
_DECIDED = (_State.PROVEN, _State.REFUSED)


def standing_of(schema_name: str) -> SpaceStanding | None:
    """Return the standing of a space; a space without a row is new."""
    found = SpaceStanding.objects.select_related("tenant")
    return found.filter(tenant__schema_name=schema_name).first()


def held_standing(tenant: Tenant) -> SpaceStanding:
    """Lock and return the standing of a space; create it if needed."""
    SpaceStanding.objects.bulk_create([SpaceStanding(tenant=tenant)], ignore_conflicts=True)
    rows = SpaceStanding.objects.select_for_update(of=("self",)).select_related("tenant")
    return rows.get(tenant=tenant)


def decided_by_operators() -> QuerySet[SpaceStanding]:
    """Return the proofs that operators decided, the newest first."""
    rows = SpaceStanding.objects.filter(state__in=_DECIDED, way__in=_BY_HAND) | (
        SpaceStanding.objects.filter(state=_State.REFUSED)
    )
    return rows.select_related("tenant").order_by("-decided_at", "-pk")


def sirens_of(tenant: Tenant) -> list[str]:
    """Return the SIRENs of a space's companies."""
    rows = Company.objects.filter(tenant=tenant, left_at=None).exclude(siren="")
    return list(rows.values_list("siren", flat=True))


def domains_of(tenant: Tenant) -> list[str]:
    """Return the mail domains of a space, in their order."""
    rows = EmailDomain.objects.filter(tenant=tenant).order_by("domain")
    return list(rows.values_list("domain", flat=True))


def waiting() -> QuerySet[SpaceStanding]:
    """Return the open spaces that wait for an operator's look, the earliest deadline first.

    They asked for a letter or a call, or have words in their names that a person reads first.
    """
    rows = SpaceStanding.objects.filter(tenant__state=Tenant.State.ACTIVE)
    waiting_rows = rows.filter(state=_State.ASKED)
    waiting_rows |= rows.exclude(flagged="").exclude(state=_State.REFUSED)
    return waiting_rows.select_related("tenant").order_by("due_at", "pk")


def due_checks(at: dt.datetime) -> list[int]:
    """Return the unproven spaces that are due for a DNS check by the clock."""
    begun = SpaceStanding.objects.filter(
        tenant__state=Tenant.State.ACTIVE,
        checked_at__lte=at - rules.RECHECKED_AFTER,
        tenant__created_at__gt=at - rules.RECHECKED_FOR,
    )
    rows = begun.exclude(state=_State.PROVEN).order_by("checked_at")
    return list(rows.values_list("tenant_id", flat=True)[:MOST_AT_ONCE])


def decisions_to_mail() -> QuerySet[SpaceStanding]:
    """Return decided proofs of open spaces, for a single mail to their administrators."""
    rows = SpaceStanding.objects.filter(state__in=_DECIDED, tenant__state=Tenant.State.ACTIVE)
    return rows.select_related("tenant")


def unmailed_decisions(at: dt.datetime) -> list[tuple[int, str]]:
    """Return decisions if their mail may have been lost, each with the schema of its space."""
    late = decisions_to_mail().filter(mailed_at=None, decided_at__lt=at - dt.timedelta(minutes=5))
    return list(late.values_list("pk", "tenant__schema_name")[:MOST_AT_ONCE])


def is_stopped(email: str) -> bool:
    """Return True if an address wants no invitation."""
    return bool(stopped([email]))


def stopped(emails: list[str]) -> set[str]:
    """Return those of some addresses that want no invitation of any space."""
    by_hash = {address_hash(email): email for email in emails}
    rows = InvitationStop.objects.filter(address_hash__in=by_hash)
    return {by_hash[each] for each in rows.values_list("address_hash", flat=True)}


def address_hash(email: str) -> str:
    """Return the stored hash of an address that opted out of invitations."""
    return tokens.hashed(f"invitation-stop:{email.strip().casefold()}")


class Record(NamedTuple):
    """A TXT record that proves a space by a mail domain."""

    name: str
    value: str


class StandingPage(NamedTuple):
    """The proof of a space for its administrators, and its reach for merchants."""

    standing: SpaceStanding
    records: list[Record]
    why: str
    reach: Reach
    left: rules.Allowance
    has_siren: bool
    least_members: int = rules.LEAST_MEMBERS
    new_a_day: int = rules.NEW_A_DAY

    @property
    def may_ask(self) -> bool:
        """Whether an operator may be asked for a letter or a call."""
        return self.standing.state in {_State.NEW, _State.REFUSED} and self.has_siren


def standing_page(schema_name: str, *, at: dt.datetime) -> StandingPage:
    """Return the page of a space's proof for its administrators."""
    tenant = Tenant.objects.get(schema_name=schema_name)
    standing = standing_of(schema_name) or SpaceStanding(tenant=tenant)
    return StandingPage(
        standing=standing,
        records=[
            Record(rules.record_name(domain), rules.record_text(standing.token))
            for domain in domains_of(tenant)
        ],
        why=wording.why_unproven(standing.failure),
        reach=reach_of([tenant.pk])[tenant.pk],
        left=rules.allowance(standing, today=timezone.localdate(at), at=at),
        has_siren=bool(sirens_of(tenant)),
    )
