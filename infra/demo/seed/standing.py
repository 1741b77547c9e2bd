"""Proofs of the demo's spaces: two by DNS, a call, a pending and a refused proof."""

import datetime as dt
import json
import random
from functools import partial

from django.conf import settings

from infra.demo.seed import waiting
from infra.demo.seed.cast import OPERATOR
from infra.demo.seed.world import FORGERY, LAC, MOULINS, NORD, SILLAGE, Space
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.offers import adoption_hooks
from tenants.community.notifications.models import Habits
from tenants.spaces import hosts
from tenants.spaces.actions import standing as actions
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import SpaceStanding, Tenant
from tenants.spaces.provisioning import OWNER
from tenants.spaces.queries import standing as queries
from tenants.spaces.rules import standing as rules

# A tenth of the members has not come for a month.
COMES = 0.9
PROVEN_DAYS_AGO = 399


def settle(at: dt.datetime) -> None:
    """Prove the demo's spaces except two, and count each space's members of the last 30 days."""
    with schema.in_public():
        operator = User.objects.get(email=OPERATOR)
        for space in (MOULINS, SILLAGE):
            _prove_by_dns(space, at)
        actions.prove(
            tenant=_tenant(NORD),
            way=SpaceStanding.Way.CALL,
            note="Standard rappelé au numéro du SIREN\u00a0: M. Roux a confirmé.",
            by=operator,
            at=at,
        )
        _ask(LAC, at=at - dt.timedelta(days=1))
        actions.refuse(
            tenant=_tenant(FORGERY),
            note="Le SIREN est celui d’une autre entreprise, qui ne vous connaît pas.",
            by=operator,
            at=at,
        )
    proven = SpaceStanding.objects.using(OWNER).filter(state=SpaceStanding.State.PROVEN)
    proven.update(decided_at=at - dt.timedelta(days=PROVEN_DAYS_AGO))
    for tenant in Tenant.objects.all():
        count(tenant, at)


def _tenant(space: Space) -> Tenant:
    return Tenant.objects.get(slug=space.slug)


def _actor(space: Space) -> SpaceActor:
    first_name, last_name, _email = space.founder
    schema_name = _tenant(space).schema_name
    return SpaceActor(schema_name, "M-DEMO01", f"{first_name} {last_name}", "administrator")


def _prove_by_dns(space: Space, at: dt.datetime) -> None:
    """Write the proof as the owner of a domain does, and let the product's worker find it."""
    tenant = _tenant(space)
    standing = queries.standing_of(tenant.schema_name)
    if standing is None:
        raise RuntimeError(f"{space.slug} has no standing")
    domain = queries.domains_of(tenant)[0]
    write_dns(rules.record_name(domain), rules.record_text(standing.token))
    actions.check_dns(by=_actor(space), at=at)
    waiting.until(f"the proof of {space.slug}", partial(is_proven, tenant))


def is_proven(tenant: Tenant) -> bool:
    """Return True once a space is proven."""
    return SpaceStanding.objects.filter(tenant=tenant, state=SpaceStanding.State.PROVEN).exists()


def write_dns(name: str, text: str) -> None:
    """Add a TXT record to the file that replaces DNS in the demo."""
    path = settings.DATA_DIR / "dns.json"
    records = json.loads(path.read_text()) if path.exists() else {}
    records.setdefault(name, []).append(text)
    path.write_text(json.dumps(records))


def _ask(space: Space, *, at: dt.datetime) -> None:
    actions.ask_for_proof(
        way=SpaceStanding.Way.LETTER,
        contact="Mme Vasseur, gestion du parc, le matin",
        by=_actor(space),
        at=at,
    )


def count(tenant: Tenant, at: dt.datetime) -> None:
    """Let most members of a space have come this month, and count them as its clock does."""
    chance = random.Random(tenant.slug)  # noqa: S311 - the same town each time, not a secret
    with schema.inside(tenant.schema_name):
        known = Habits.objects.values("person")
        Habits.objects.bulk_create(
            Habits(person=person, came_at=at - dt.timedelta(days=chance.randrange(1, 28)))
            for person in User.objects.filter(is_active=True).exclude(pk__in=known).order_by("pk")
            if chance.random() < COMES
        )
        active = sum(adoption_hooks.active_members.ask(at))
    with schema.in_public():
        actions.record_active(tenant_schema=tenant.schema_name, members=active, at=at)
    hosts.forget()
