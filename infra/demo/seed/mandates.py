"""Minutes of elections in the demo: two confirmed, a pending and a refused document."""

import datetime as dt

from billing.councils.actions.mandates import (
    Elected,
    Minutes,
    confirm_mandate,
    refuse_mandate,
    submit_mandate,
)
from billing.models import Council, CouncilMandate
from infra.demo.seed.staff import first_operator
from infra.demo.seed.world import MOULINS, NORD
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.values.mailboxes import mailbox_of
from tenants.community.members.models import Role
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Tenant

# A PDF of a single blank page: the minutes themselves are fiction.
BLANK = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
ELECTED_BEFORE, FOUR_YEARS = dt.timedelta(days=40), dt.timedelta(days=4 * 365)
REFUSED_DAYS_AGO = 4
REASON = "La page signée par le bureau de vote manque\u00a0: joignez le procès-verbal entier."
# The two elected members of each council with played payments, by the slug of its space.
ELECTED = {
    "trois-moulins": ("Delphine", "Hugo"),
    "sillage": ("Aïcha", "Rose"),
}


def confirm(council: Council, tenant: Tenant, *, at: dt.datetime) -> SpaceActor:
    """Submit the minutes of a council, confirm them, and return its treasurer."""
    mandate, by = _submit(council, tenant, ELECTED[tenant.slug], at=at)
    confirm_mandate(mandate=mandate, by=first_operator(), at=at)
    return by


def treasurer(tenant: Tenant) -> SpaceActor:
    """Return the treasurer of a space's confirmed council."""
    with schema.inside(tenant.schema_name):
        return _actor(tenant, _person(ELECTED[tenant.slug][0]))


def leave_open(tenants: dict[str, Tenant], *, company_id: int, at: dt.datetime) -> None:
    """Leave the minutes of a council pending, and refuse those of another."""
    park, north = tenants[MOULINS.slug], tenants[NORD.slug]
    waits = Council.objects.get(tenant=park, company_id=company_id)
    _submit(waits, park, ("Théo", "Mehdi"), at=at - dt.timedelta(days=2, hours=6))
    refused_at = at - dt.timedelta(days=REFUSED_DAYS_AGO)
    council = Council.objects.get(tenant=north)
    mandate, _by = _submit(council, north, ("Jeanne", "Malik"), at=refused_at)
    later = refused_at + dt.timedelta(hours=3)
    refuse_mandate(mandate=mandate, reason=REASON, by=first_operator(), at=later)


def _submit(
    council: Council, tenant: Tenant, names: tuple[str, str], *, at: dt.datetime
) -> tuple[CouncilMandate, SpaceActor]:
    kinds = (Role.Kind.TREASURER, Role.Kind.SECRETARY)
    with schema.inside(tenant.schema_name):
        people = [_person(name) for name in names]
        for person, kind in zip(people, kinds, strict=True):
            role = {"user": person, "role": kind, "company_id": council.company_id}
            Role.objects.get_or_create(**role, defaults={"given_at": at})
        keeper, secretary = (
            Elected(one.reference, one.display_name, mailbox_of(one.email)) for one in people
        )
        by = _actor(tenant, people[0])
    elected_on = (at - ELECTED_BEFORE).date()
    with schema.in_public():
        mandate = submit_mandate(
            council=council,
            treasurer=keeper,
            secretary=secretary,
            minutes=Minutes(BLANK, "pdf", elected_on, elected_on + FOUR_YEARS),
            by=by,
            at=at,
        )
    return mandate, by


def _person(first_name: str) -> User:
    return User.objects.filter(first_name=first_name).earliest("pk")


def _actor(tenant: Tenant, person: User) -> SpaceActor:
    return SpaceActor(tenant.schema_name, person.reference, person.display_name, "treasurer")
