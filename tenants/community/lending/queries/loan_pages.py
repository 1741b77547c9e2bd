"""Loans for pages: the list, a single loan, and a hand-over."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.display.people import tone_of
from saas.kernel.display.tiles import Tile
from saas.kernel.private_pictures import Photo, photos_of
from saas.kernel.values import cells
from tenants.community.lending.models import (
    DamageNote,
    LendingPicture,
    Loan,
    WaitingListEntry,
)
from tenants.community.lending.queries import people, things
from tenants.community.lending.queries.loans import MOST_LISTED, of_sides, waits_of
from tenants.community.lending.rules import codes, slots
from tenants.community.lending.rules import loans as rules
from tenants.community.lending.wording import loans as wording

MOST_ENDED = 20
MOST_ON_A_SHEET = 5000


class LoanLine(NamedTuple):
    """A loan in the list of a party."""

    loan: Loan
    url: str
    title: str
    name: str
    person_tone: str
    state: str
    tone: str
    lends: bool
    due: bool
    overdue: bool
    place: str


class MyLoans(NamedTuple):
    """A person's loans as borrower and lender, and their waiting list entries; tasks come first."""

    to_do: list[LoanLine]
    borrowed: list[LoanLine]
    lent: list[LoanLine]
    waiting: list[WaitingListEntry]
    ended: list[LoanLine]
    tiles: list[Tile]


class Damage(NamedTuple):
    """A damage note with its pictures, as a loan's page shows it."""

    note: DamageNote
    photos: list[Photo]


class LoanPage(NamedTuple):
    """The content of a loan's page for a party."""

    loan: Loan
    lends: bool
    other: hooks.PersonCard | None
    name: str
    tone: str
    state: str
    badge: str
    step: str
    overdue: bool
    verbs: frozenset[str]
    ends: list[tuple[str, dt.datetime]]
    damages: list[Damage]
    ending: str


def my_loans(person: User, *, at: dt.datetime) -> MyLoans:
    """Return a person's loans as borrower and lender, and their waiting list entries."""
    councils = people.councils_of(person)
    sides = of_sides(person, councils)
    rows = list(sides.filter(ended_at=None).order_by("ends_at")[:MOST_LISTED])
    ended = sides.exclude(ended_at=None).order_by("-ended_at")[:MOST_ENDED]
    over = list(ended)
    cards = hooks.cards_of([*(row.borrower_id for row in (*rows, *over)), *_owners((*rows, *over))])
    lines = [line_of(row, person, cards, at=at) for row in rows]
    return MyLoans(
        to_do=[line for line in lines if line.due],
        borrowed=[line for line in lines if not line.lends and not line.due],
        lent=[line for line in lines if line.lends and not line.due],
        waiting=waits_of(person),
        ended=[line_of(row, person, cards, at=at) for row in over],
        tiles=things.mine(person, councils),
    )


def sheet_of(person: User, *, at: dt.datetime) -> list[list[str]]:
    """Return a person's loans as borrower and lender, as rows of a sheet, the latest first."""
    rows = list(of_sides(person).order_by("-starts_at", "-pk")[:MOST_ON_A_SHEET])
    cards = hooks.cards_of([*(row.borrower_id for row in rows), *_owners(rows)])
    lines = [line_of(row, person, cards, at=at) for row in rows]
    words = [_("Référence"), _("Objet"), _("Sens"), _("Avec"), _("Du"), _("Au"), _("Rendu")]
    return [[*words, _("État")], *(_cells(line) for line in lines)]


def _cells(line: LoanLine) -> list[str]:
    loan = line.loan
    words = [line.title, _("Prêt") if line.lends else _("Emprunt"), line.name]
    moments = [loan.starts_at, loan.ends_at, loan.returned_at]
    texts = [cells.text(word) for word in words]
    return [loan.reference, *texts, *(cells.moment(one) for one in moments), line.state]


def _owners(rows: Sequence[Loan]) -> list[int]:
    return [row.thing.owner_id for row in rows if row.thing.owner_id]


def line_of(
    loan: Loan, person: User, cards: dict[int, hooks.PersonCard], *, at: dt.datetime
) -> LoanLine:
    """Return a loan as a line for a party."""
    lends = loan.borrower_id != person.pk
    overdue = rules.is_overdue(loan, at=at)
    answers = loan.state == Loan.State.REQUESTED or loan.extension_until is not None
    near = loan.state == Loan.State.ACCEPTED and loan.starts_at <= at + slots.QUARTER
    other = loan.borrower_id if lends else loan.thing.owner_id
    card = cards.get(other or 0)
    return LoanLine(
        loan=loan,
        url=loan.get_absolute_url(),
        title=loan.thing.title,
        name=_other_name(loan, card, lends=lends),
        person_tone=tone_of(other or 0),
        state=wording.state_in_words(loan, at=at),
        tone=rules.tone_of_loan(loan, at=at),
        lends=lends,
        due=overdue or near or (lends and answers) or (not lends and loan.state == Loan.State.OUT),
        overdue=overdue,
        place=loan.thing.place,
    )


def _other_name(loan: Loan, card: hooks.PersonCard | None, *, lends: bool) -> str:
    """Return the name of the other party, even if it has left and has no card."""
    if card is not None:
        return card.short_name
    person = loan.borrower if lends else loan.thing.owner
    return person.short_name if person else things.council_name(loan.thing.company_id)


def loan_page(loan: Loan, *, viewer: User, zone: dt.tzinfo, at: dt.datetime) -> LoanPage:
    """Return a loan with its other party, the possible steps, and the reported damage."""
    lends = loan.borrower_id != viewer.pk
    other = loan.borrower_id if lends else loan.thing.owner_id
    cards = hooks.cards_of([other] if other else [])
    card = cards.get(other or 0)
    line = line_of(loan, viewer, cards, at=at)
    return LoanPage(
        loan=loan,
        lends=lends,
        other=card,
        name=line.name,
        tone=tone_of(other or 0),
        state=line.state,
        badge=line.tone,
        step=codes.step_of(loan),
        overdue=line.overdue,
        verbs=rules.verbs_of(loan, lends=lends, at=at),
        ends=_ends_to_choose(loan, zone=zone, at=at) if not lends else [],
        damages=damages_of(loan),
        ending=wording.ended(loan.state),
    )


def damages_of(loan: Loan) -> list[Damage]:
    """List the damages told of a loan, in two statements."""
    pictures = list(LendingPicture.objects.filter(damage_note__loan=loan))
    return [
        Damage(note, photos_of(one for one in pictures if one.damage_note_id == note.pk))
        for note in DamageNote.objects.filter(loan=loan).select_related("author")
    ]


def _ends_to_choose(
    loan: Loan, *, zone: dt.tzinfo, at: dt.datetime
) -> list[tuple[str, dt.datetime]]:
    """List the possible new ends of a loan: some quarters, hours or a day more."""
    base = max(loan.ends_at, slots.floor_quarter(at))
    longest = slots.end_of(loan.starts_at, loan.thing.longest_minutes, zone)
    ends = [slots.end_of(base, minutes, zone) for minutes in (15, 30, 60, 120, 1440)]
    return [(end.isoformat(), end) for end in ends if end <= longest]


class HandoverPage(NamedTuple):
    """A hand-over for a party: the thing, the other party, and the party's own code."""

    loan: Loan
    lends: bool
    name: str
    step: str
    figures: str
    may_tap: bool


def handover_page(loan: Loan, *, viewer: User, at: dt.datetime) -> HandoverPage:
    """Bring the next hand-over of a loan."""
    lends = loan.borrower_id != viewer.pk
    other = loan.borrower_id if lends else loan.thing.owner_id
    card = hooks.cards_of([other] if other else []).get(other or 0)
    step = codes.step_of(loan)
    return HandoverPage(
        loan=loan,
        lends=lends,
        name=_other_name(loan, card, lends=lends),
        step=step,
        figures=codes.figures(loan, step, viewer.pk) if step else "",
        may_tap=bool({"hand_over", "give_back"} & rules.verbs_of(loan, lends=lends, at=at)),
    )
