"""A single gathering, for its page and for the actions on it."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.display.people import tone_of
from saas.kernel.values import cells
from tenants.community.gatherings import rules, wording
from tenants.community.gatherings.models import BudgetLine, Gathering, Participation
from tenants.community.gatherings.queries.board import drawn_places
from tenants.spaces import places
from tenants.spaces.audiences import Audience, seen_by
from tenants.spaces.queries.own import own_space

KIND = "gathering"
MOST_DATES = 6
State = Participation.State


class Person(NamedTuple):
    """A participant or a person on the waiting list, as colleagues see them."""

    card: hooks.PersonCard
    tone: str


class Payer(NamedTuple):
    """A council's contribution: the council (in a park), the amount and its description."""

    council: str
    cents: int
    words: str


class Detail(NamedTuple):
    """All that a gathering's page shows."""

    gathering: Gathering
    kind: str
    symbol: str
    state: str
    ahead: bool
    full: bool
    free: int | None
    drawn: list[bool]
    organiser: hooks.PersonCard | None
    tone: str
    mine: str
    turn: int
    coming: list[Person]
    waiting: list[Person]
    paid: list[Payer]
    may_pay: bool
    comes_back: str
    dates: list[Gathering]
    seen: str


def find(reference: str, *, viewer: User) -> Gathering | None:
    """Return a gathering by its public reference if the viewer may see it."""
    found = Gathering.objects.filter(seen_by(viewer, author="organiser"), reference=reference)
    return found.select_related("organiser", "series").first()


def standing(gathering: Gathering, *, viewer: User) -> str:
    """Return a mark of what moves on a gathering's page, for pages that watch it."""
    rows = Participation.objects.filter(gathering=gathering).order_by()
    counted = rows.aggregate(
        all=Count("pk"),
        coming=Count("pk", filter=Q(state=State.COMING)),
        mine=Count("pk", filter=Q(person=viewer)),
    )
    changed = f"{gathering.changed_at:%m%d%H%M%S}{'x' if gathering.cancelled_at else ''}"
    return "-".join([*(str(count) for count in counted.values()), changed])


def own(reference: str, *, by: User) -> Gathering | None:
    """Find a gathering that its organiser is about to change; refuse anybody else."""
    gathering = find(reference, viewer=by)
    if gathering is not None:
        rules.check_is_organiser(gathering, by.pk)
    return gathering


def detail(gathering: Gathering, *, viewer: User, at: dt.datetime) -> Detail:
    """Return the participants, the waiting list, contributions and the other dates of a series."""
    rows = list(Participation.objects.filter(gathering=gathering))
    cards = hooks.cards_of([gathering.organiser_id, *(row.person_id for row in rows)])
    waiting = [row for row in rows if row.state == State.WAITING]
    turns = [row.person_id for row in waiting]
    ahead = rules.is_ahead(gathering, at=at)
    return Detail(
        gathering=gathering,
        kind=gathering.get_kind_display(),
        symbol=rules.SYMBOLS[gathering.kind],
        state=wording.state_of(gathering, at=at),
        ahead=ahead,
        full=rules.is_full(gathering),
        free=None if gathering.places is None else max(0, gathering.places - gathering.taken),
        drawn=drawn_places(gathering),
        organiser=cards.get(gathering.organiser_id),
        tone=tone_of(gathering.organiser_id),
        mine=next((row.state for row in rows if row.person_id == viewer.pk), ""),
        turn=turns.index(viewer.pk) + 1 if viewer.pk in turns else 0,
        coming=_people((row for row in rows if row.state == State.COMING), cards),
        waiting=_people(waiting, cards),
        paid=_payers_of(gathering),
        may_pay=ahead and any(d.role in rules.COUNCIL_ROLES for d in hooks.duties_of(viewer)),
        comes_back=gathering.series.get_rhythm_display() if gathering.series else "",
        dates=_other_dates(gathering, at=at),
        seen=wording.seen_in_words(gathering.audience),
    )


def sheet_of(gathering: Gathering) -> list[list[str]]:
    """Return the participants and the waiting list as rows of a sheet, in their order."""
    rows = list(Participation.objects.filter(gathering=gathering).order_by("joined_at", "pk"))
    cards = hooks.cards_of(row.person_id for row in rows)
    shown = [(row, cards[row.person_id]) for row in rows if row.person_id in cards]
    words = [_("Nom"), _("Entreprise"), _("Équipe"), _("Participation"), _("Depuis")]
    return [
        words,
        *(
            [
                *(cells.text(word) for word in (card.short_name, card.company, card.team)),
                row.get_state_display(),
                cells.moment(row.joined_at),
            ]
            for row, card in shown
        ),
    ]


def _people(rows: Iterable[Participation], cards: dict[int, hooks.PersonCard]) -> list[Person]:
    ids = [row.person_id for row in rows if row.person_id in cards]
    return [Person(cards[person_id], tone_of(person_id)) for person_id in ids]


def _payers_of(gathering: Gathering) -> list[Payer]:
    companies = places.here().companies
    lines = BudgetLine.objects.filter(gathering=gathering).order_by("pk")
    names = {company_id: company.name for company_id, company in companies.items()}
    return [Payer(names.get(line.company_id or 0, ""), line.cents, line.words) for line in lines]


def _other_dates(gathering: Gathering, *, at: dt.datetime) -> list[Gathering]:
    if gathering.series_id is None:
        return []
    dates = Gathering.objects.filter(
        series=gathering.series_id, cancelled_at=None, hidden_at=None, starts_at__gt=at
    )
    return list(dates.exclude(pk=gathering.pk).order_by("starts_at")[:MOST_DATES])


def plan_of(gathering: Gathering) -> rules.Plan:
    """Return the current plan of a gathering."""
    return rules.Plan(*(getattr(gathering, name) for name in rules.Plan._fields))


def zone() -> zoneinfo.ZoneInfo:
    """Return the time zone of the space, for the local time of a series."""
    return zoneinfo.ZoneInfo(own_space().time_zone)


def announced_with(key: UUID, *, by: User) -> Gathering | None:
    """Return the gathering that a person has already announced with a form's key, if any."""
    return Gathering.objects.filter(idempotency_key=key, organiser=by).first()


def ahead_of(person: User, *, at: dt.datetime) -> int:
    """Count the future dates organised by a person."""
    return Gathering.objects.filter(organiser=person, cancelled_at=None, starts_at__gt=at).count()


def for_change(gathering_id: int) -> Gathering:
    """Lock and return a gathering before a change."""
    return Gathering.objects.select_for_update().get(pk=gathering_id)


def following_for_change(gathering: Gathering) -> list[Gathering]:
    """Take a date of a series and those that follow, the earliest first."""
    if gathering.series_id is None:
        return []
    rows = Gathering.objects.filter(
        series=gathering.series_id, starts_at__gte=gathering.starts_at, cancelled_at=None
    )
    return sorted(rows.select_for_update().order_by("pk"), key=lambda one: one.starts_at)


def organised_ahead(person: User, *, at: dt.datetime) -> list[Gathering]:
    """Lock and return the future gatherings organised by a person."""
    rows = Gathering.objects.filter(organiser=person, cancelled_at=None, ends_at__gt=at)
    return list(rows.select_for_update().order_by("pk"))


def attended_ahead(person: User, *, at: dt.datetime) -> list[Gathering]:
    """Lock and return a person's future gatherings, as a participant or on the waiting list.

    Cancelled gatherings are skipped.
    """
    rows = Gathering.objects.filter(
        participations__person=person, cancelled_at=None, starts_at__gt=at
    )
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def attended_elsewhere(person: User, company_id: int | None, *, at: dt.datetime) -> list[Gathering]:
    """Lock and return a person's future gatherings restricted to another company."""
    return [
        one
        for one in attended_ahead(person, at=at)
        if one.audience == Audience.COMPANY
        and one.company_id != company_id
        and one.organiser_id != person.pk
    ]


def budget_line(gathering: Gathering, company_id: int | None) -> BudgetLine | None:
    """Return a council's contribution to a gathering, if any."""
    return BudgetLine.objects.filter(gathering=gathering, company_id=company_id).first()


def subject(kind: str, reference: str, viewer: User) -> hooks.Subject | None:
    """Return the subject of a conversation if the viewer may see it."""
    if kind != KIND:
        return None
    found = find(reference, viewer=viewer)
    if found is None:
        return None
    now = timezone.now()
    return hooks.Subject(
        kind=KIND,
        id=found.pk,
        title=found.title,
        url=found.get_absolute_url(),
        owner_id=found.organiser_id,
        picture_url=None,
        state=wording.state_of(found, at=now),
        open=rules.is_ahead(found, at=now),
    )


def judged(kind: str, reference: str) -> hooks.Judged | None:
    """Return the text of a gathering for moderation."""
    found = Gathering.objects.filter(reference=reference).first() if kind == KIND else None
    if found is None:
        return None
    return hooks.Judged(
        kind=KIND,
        title=found.title,
        text=found.description,
        owner_id=found.organiser_id,
        url=found.get_absolute_url(),
        hidden=found.hidden_at is not None,
    )
