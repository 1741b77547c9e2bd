"""The demo's gatherings: a full gathering, some weekly, a past gathering, and budgets."""

import datetime as dt
import zoneinfo

from infra.demo.seed.rows.gatherings import ROWS, GatheringRow
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.gatherings import actions, rules
from tenants.community.gatherings.models import Gathering
from tenants.spaces.models import OwnSite, Tenant

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
TREASURER = 7
WEEKS = 7


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> None:
    """Create the members' gatherings and participants; the third space stays empty."""
    with schema.inside(tenant.schema_name):
        site = OwnSite.objects.first()
        for row in ROWS.get(tenant.slug, ()):
            gathering = _announce(row, people, site=site, at=at)
            for number, index in enumerate(row.joined):
                moment = gathering.created_at + dt.timedelta(minutes=11 * (number + 1))
                actions.join(gathering=gathering, by=people[index], at=moment)
            if row.budget:
                cents, words = row.budget
                actions.set_budget(
                    gathering=gathering, cents=cents, words=words, by=people[TREASURER], at=at
                )


def _announce(
    row: GatheringRow, people: list[User], *, site: OwnSite | None, at: dt.datetime
) -> Gathering:
    day = at.astimezone(PARIS).date() + dt.timedelta(days=row.days)
    repeat = rules.Repeat(row.rhythm, day + dt.timedelta(weeks=WEEKS)) if row.rhythm else None
    return actions.announce(
        plan=rules.Plan(
            kind=row.kind,
            title=row.title,
            description=row.text,
            site_id=site.pk if site else None,
            place=row.place,
            starts_at=rules.moment_of(day, dt.time.fromisoformat(row.starts), PARIS),
            ends_at=rules.moment_of(day, dt.time.fromisoformat(row.ends), PARIS),
            places=row.places,
            on_screens=row.audience != "company",
        ),
        repeat=repeat,
        audience=row.audience,
        by=people[row.organiser],
        at=at - dt.timedelta(days=12),
    )
