"""The demo's deals, with the colleagues' feedback."""

import datetime as dt

from django.utils import timezone

from infra.demo.seed.rows.deals import ROWS, DealRow
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.deals import actions, rules
from tenants.spaces.models import Tenant


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> None:
    """Pass deals on and vote on them; the third space stays empty."""
    with schema.inside(tenant.schema_name):
        colleagues = list(User.objects.filter(is_active=True).order_by("pk"))
        for number, row in enumerate(ROWS.get(tenant.slug, ())):
            _post(row, people, colleagues, at=at - dt.timedelta(hours=5 + 31 * number))


def _post(row: DealRow, people: list[User], colleagues: list[User], *, at: dt.datetime) -> None:
    author = people[row.author % len(people)]
    terms = rules.Terms(
        category=row.category,
        title=row.title,
        description=row.text,
        code=row.code,
        link=row.link,
        ends_on=timezone.localdate(at) + dt.timedelta(days=row.days),
        on_screens=True,
    )
    deal = actions.post(terms=terms, by=author, at=at)
    others = [person for person in colleagues if person.pk != author.pk]
    for number, voter in enumerate(others[: row.yes + row.no]):
        actions.vote(deal=deal, works=number < row.yes, by=voter, at=at)
    for giver in others[: row.yes // 2]:
        actions.thank(deal=deal, by=giver, at=at)
