"""The demo's things, and a lived-in week of loans, made through the product's own actions."""

import datetime as dt
import zoneinfo

from django.core.files.base import ContentFile

from infra.demo.pictures import art
from infra.demo.seed.community.board import PICTURE_WIDTH
from infra.demo.seed.rows.lending import LOANS, THINGS, WAITS, LoanRow, ThingRow
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.lending.actions import loans as loan_actions
from tenants.community.lending.actions import things as thing_actions
from tenants.community.lending.actions import times as time_actions
from tenants.community.lending.models import LendingPicture, Loan, Thing
from tenants.community.lending.queries import people as queries
from tenants.community.lending.rules import loans as rules
from tenants.community.lending.rules import slots
from tenants.community.lending.rules.slots import LoanSlot
from tenants.spaces.models import OwnSite, Tenant

FULL_STORY = "trois-moulins"


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> list[Thing]:
    """Create the members' and the council's things and a week of loans; return the things."""
    with schema.inside(tenant.schema_name):
        site = OwnSite.objects.first()
        things = [
            _offer(row, people, site=site, at=at - dt.timedelta(days=9, hours=5 * number))
            for number, row in enumerate(THINGS.get(tenant.slug, ()))
        ]
        if tenant.slug == FULL_STORY:
            _let_a_week_pass(things, people, zone=zoneinfo.ZoneInfo(tenant.time_zone), at=at)
    return things


def _offer(row: ThingRow, people: list[User], *, site: OwnSite | None, at: dt.datetime) -> Thing:
    keeper = _council_member(people) if row.owner is None else people[row.owner % len(people)]
    councils = queries.councils_of(keeper) if row.owner is None else []
    return thing_actions.offer(
        description=rules.Description(
            title=row.title,
            description=row.text,
            condition=row.condition,
            whereabouts=row.whereabouts,
            place=row.place,
            site_id=site.pk if site else None,
            deposit=row.deposit,
            longest_minutes=row.longest,
            lends_at_once=row.at_once,
            audience=row.audience,
            on_screens=bool(row.art) and row.audience != "company",
        ),
        pictures=[_draw(row, keeper, at)] if row.art else [],
        of_council=row.owner is None,
        council_company_id=councils[0] if councils else None,
        by=keeper,
        at=at,
    )


def _council_member(people: list[User]) -> User:
    return next(person for person in people if queries.councils_of(person))


def _draw(row: ThingRow, keeper: User, at: dt.datetime) -> LendingPicture:
    drawn = art.png(row.art, sum(row.title.encode()), PICTURE_WIDTH)
    upload = ContentFile(drawn, name=f"{row.art}.png")
    return thing_actions.receive_picture(upload=upload, by=keeper, at=at)


def _let_a_week_pass(
    things: list[Thing], people: list[User], *, zone: dt.tzinfo, at: dt.datetime
) -> None:
    for row in LOANS:
        _lend(row, things, people, zone=zone, at=at)
    for wait in WAITS:
        time_actions.wait(
            thing=_named(wait.thing, things),
            slot=_slot(wait.begins, wait.lasts, at=at),
            zone=zone,
            by=people[wait.person],
            at=at,
        )
    outs = Loan.objects.select_related("borrower").filter(state=Loan.State.OUT)
    late = outs.get(thing=_named("Scie sauteuse", things))
    until = late.ends_at + 4 * slots.QUARTER
    time_actions.extend(loan=late, until=until, zone=zone, by=late.borrower, at=at)
    broken = Loan.objects.get(thing=_named("Vidéoprojecteur", things))
    lender = people[8]
    time_actions.report_damage(
        loan=broken, text="La télécommande ne répond plus.", pictures=[], by=lender, at=at
    )
    time_actions.remind(at=at)


def _lend(
    row: LoanRow, things: list[Thing], people: list[User], *, zone: dt.tzinfo, at: dt.datetime
) -> None:
    thing, borrower = _named(row.thing, things), people[row.borrower]
    slot = _slot(row.begins, row.lasts, at=at)
    requested_at = min(at, slot.starts_at) - dt.timedelta(hours=3)
    keeper = thing.owner or _council_member(people)
    loan = loan_actions.request(thing=thing, slot=slot, zone=zone, by=borrower, at=requested_at)
    if row.until == "requested":
        return
    if loan.state == Loan.State.REQUESTED:
        loan = loan_actions.accept(loan=loan, by=keeper, at=requested_at + slots.QUARTER)
    if row.until == "accepted":
        return
    loan = loan_actions.hand_over(loan=loan, by=borrower, at=slot.starts_at)
    if row.until == "out":
        return
    loan = loan_actions.give_back(loan=loan, by=keeper, at=slot.ends_at - slots.QUARTER)
    if row.until == "thanked":
        loan_actions.thank(loan=loan, by=borrower, at=slot.ends_at)


def _named(beginning: str, things: list[Thing]) -> Thing:
    return next(thing for thing in things if thing.title.startswith(beginning))


def _slot(begins: int, lasts: int, *, at: dt.datetime) -> LoanSlot:
    starts = slots.floor_quarter(at) + begins * slots.QUARTER
    return LoanSlot(starts, starts + lasts * slots.QUARTER)
