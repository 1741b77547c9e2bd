"""Actions of people on gatherings, and of the clock the day before."""

import datetime as dt
import uuid
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.accounts.queries import hold
from saas.accounts.rules import token_for
from saas.kernel import hooks
from saas.kernel.notifying import settle
from saas.kernel.secrets import tokens
from tenants.community.gatherings import rules
from tenants.community.gatherings.models import (
    BudgetLine,
    CalendarLink,
    Gathering,
    Participation,
    Series,
)
from tenants.community.gatherings.notifications import (
    Change,
    GatheringEvent,
    notify_people,
)
from tenants.community.gatherings.queries import people as people_queries
from tenants.community.gatherings.queries import reminders as reminder_queries
from tenants.community.gatherings.queries import single as single_queries
from tenants.spaces import audiences, spots

Audience = audiences.Audience
State = Participation.State

MOST_AT_ONCE = 500


@transaction.atomic
def announce(
    *,
    plan: rules.Plan,
    repeat: rules.Repeat | None = None,
    audience: str = Audience.SPACE,
    key: UUID | None = None,
    by: User,
    at: dt.datetime,
) -> Gathering:
    """Create a gathering, or each date of a series, and return the first.

    Its organiser participates in all dates. A retry with the same key returns the existing row.
    """
    hold(by)
    already = single_queries.announced_with(key, by=by) if key else None
    if already is not None:
        return already
    _check(plan, at=at)
    rules.check_audience(audience, audiences.audiences_for(by), audiences.categories_given())
    dates, series = _dates_of(plan, repeat)
    rules.check_may_announce(single_queries.ahead_of(by, at=at), len(dates))
    company_id = audiences.employer_of(by) if audience == Audience.COMPANY else None
    first, *later = (
        Gathering(
            **plan._replace(starts_at=starts_at, ends_at=ends_at)._asdict(),
            series=series,
            organiser=by,
            audience=audience,
            company_id=company_id,
            created_at=at,
            changed_at=at,
            taken=1,
        )
        for starts_at, ends_at in dates
    )
    first.idempotency_key = key
    _add([first, *later], by=by, at=at)
    _publish_changes(audience)
    _send_to_webhooks("announced", first, at=at)
    return first


@transaction.atomic
def edit(
    *,
    gathering: Gathering,
    plan: rules.Plan,
    and_following: bool = False,
    by: User,
    at: dt.datetime,
) -> Gathering:
    """Update a single date, or it and the following dates; each participant gets a single notice.

    Later dates move by as many days, to the new local time. New places go to the waiting list.
    """
    gathering, later = _to_change(gathering, and_following=and_following, by=by, at=at)
    before, zone = single_queries.plan_of(gathering), single_queries.zone()
    _check(plan, at=at)
    informed: dict[int, Gathering] = {}
    for one in (gathering, *later):
        was_at, was = one.starts_at, single_queries.plan_of(one)
        own_plan = plan
        if one is not gathering:
            own_plan = rules.moved_plan(plan, was_at, old=before.starts_at, zone=zone)
        rules.check_places(own_plan.places, taken=one.taken)
        _write(one, own_plan, at=at)
        if rules.says_something_new(was, own_plan):
            settle(rules.about(one.reference), at=at)
            _gather(informed, one)
        _fill_places(one, at=at)
    _notify_all(
        GatheringEvent.CHANGED,
        informed,
        was_at=before.starts_at,
        following=bool(later),
        by=by,
        at=at,
    )
    _publish_changes(gathering.audience)
    _send_to_webhooks("changed", gathering, at=at)
    return gathering


@transaction.atomic
def cancel(
    *, gathering: Gathering, and_following: bool = False, by: User, at: dt.datetime
) -> Gathering:
    """Cancel a date, or it and later dates; participants and waiting list get a single notice."""
    found = single_queries.for_change(gathering.pk)
    rules.check_is_organiser(found, by.pk)
    if found.cancelled_at is not None and not and_following:
        return found
    gathering, later = _to_change(found, and_following=and_following, by=by, at=at)
    _cancel([gathering, *later], by=by, at=at)
    return gathering


@transaction.atomic
def join(*, gathering: Gathering, by: User, at: dt.datetime) -> Participation:
    """Join a gathering, or its waiting list if it is full; idempotent."""
    gathering = single_queries.for_change(gathering.pk)
    already = people_queries.participation_of(by, gathering)
    if already is not None:
        return already
    rules.check_is_ahead(gathering, at=at)
    state = State.WAITING if rules.is_full(gathering) else State.COMING
    participation = Participation(gathering=gathering, person=by, state=state, joined_at=at)
    participation.full_clean()
    participation.save()
    if state == State.COMING:
        gathering.taken += 1
        gathering.save(update_fields=["taken"])
    return participation


@transaction.atomic
def leave(*, gathering: Gathering, by: User, at: dt.datetime) -> None:
    """Leave a gathering; the place goes to the first person on the waiting list. Idempotent."""
    gathering = single_queries.for_change(gathering.pk)
    participation = people_queries.participation_of(by, gathering)
    if participation is None:
        return
    rules.check_is_ahead(gathering, at=at)
    participation.delete()
    settle(rules.about(gathering.reference), at=at, to=[by.pk])
    _fill_places(gathering, at=at)


@transaction.atomic
def settle_leaver(*, by: User, at: dt.datetime) -> None:
    """Free a leaver's places, cancel their gatherings, delete their calendar address."""
    CalendarLink.objects.filter(person=by).delete()
    _cancel(single_queries.organised_ahead(by, at=at), by=by, at=at)
    for gathering in single_queries.attended_ahead(by, at=at):
        leave(gathering=gathering, by=by, at=at)


@transaction.atomic
def settle_move(*, by: User, company_id: int | None, at: dt.datetime) -> None:
    """Free a person's places in gatherings of their former company after a move."""
    for gathering in single_queries.attended_elsewhere(by, company_id, at=at):
        leave(gathering=gathering, by=by, at=at)


@transaction.atomic
def set_budget(
    *, gathering: Gathering, cents: int, words: str, by: User, at: dt.datetime
) -> BudgetLine:
    """Set a council's contribution to a gathering; a second call replaces the first."""
    duty = rules.council_of(hooks.duties_of(by))
    gathering = single_queries.for_change(gathering.pk)
    rules.check_is_ahead(gathering, at=at)
    rules.check_budget(cents, words)
    line = single_queries.budget_line(gathering, duty.company_id) or BudgetLine(
        gathering=gathering, company_id=duty.company_id
    )
    line.cents, line.words, line.set_by, line.set_at = cents, words.strip(), by, at
    line.full_clean()
    line.save()
    return line


@transaction.atomic
def remove_budget(*, gathering: Gathering, by: User, at: dt.datetime) -> None:
    """Remove a council's contribution to a future gathering."""
    duty = rules.council_of(hooks.duties_of(by))
    gathering = single_queries.for_change(gathering.pk)
    rules.check_is_ahead(gathering, at=at)
    BudgetLine.objects.filter(gathering=gathering, company_id=duty.company_id).delete()


@transaction.atomic
def make_calendar_link(*, by: User, at: dt.datetime) -> CalendarLink:
    """Create a person's private calendar address; it replaces the previous address, if any."""
    hold(by)
    nonce = uuid.uuid4()
    token_hash = tokens.hashed(token_for(rules.CALENDAR, nonce))
    link, _ = CalendarLink.objects.update_or_create(
        person=by, defaults={"nonce": nonce, "token_hash": token_hash, "made_at": at}
    )
    return link


@transaction.atomic
def revoke_calendar_link(*, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - each action says when
    """Delete a person's private calendar address; calendar programs can no longer read it."""
    CalendarLink.objects.filter(person=by).delete()


@transaction.atomic
def conceal(*, reference: str, hidden: bool, at: dt.datetime) -> None:
    """Hide a gathering from all but its organiser, or show it. Called by moderation only."""
    Gathering.objects.filter(reference=reference).update(hidden_at=at if hidden else None)
    if hidden:
        settle(rules.about(reference), at=at)
    hooks.offers_changed.ask()


@transaction.atomic
def remind(*, at: dt.datetime) -> int:
    """Create reminders for participants on the day before; return their number.

    Each participant gets a single reminder. Called by the clock only.
    """
    due = reminder_queries.to_remind(at=at)[:MOST_AT_ONCE]
    people: dict[Gathering, list[int]] = {}
    for one in due:
        people.setdefault(one.gathering, []).append(one.person_id)
    for gathering, to in people.items():
        coming = Participation.objects.filter(gathering=gathering, person__in=to)
        coming.update(reminded_of=gathering.starts_at)
        notify_people(gathering, GatheringEvent.TOMORROW, to=to, at=at)
    return sum(len(to) for to in people.values())


def _add(gatherings: list[Gathering], *, by: User, at: dt.datetime) -> None:
    """Create dates, with their organiser as a participant of each."""
    gatherings[0].full_clean()
    Gathering.objects.bulk_create(gatherings)
    Participation.objects.bulk_create(
        Participation(gathering=one, person=by, state=State.COMING, joined_at=at)
        for one in gatherings
    )


def _check(plan: rules.Plan, *, at: dt.datetime) -> None:
    rules.check_title(plan.title)
    rules.check_times(plan.starts_at, plan.ends_at, at=at)
    rules.check_places(plan.places)
    rules.check_place(plan.site_id, spots.site_ids())


def _dates_of(
    plan: rules.Plan, repeat: rules.Repeat | None
) -> tuple[list[tuple[dt.datetime, dt.datetime]], Series | None]:
    if repeat is None:
        return [(plan.starts_at, plan.ends_at)], None
    zone = single_queries.zone()
    rules.check_repeat(repeat, first=plan.starts_at.astimezone(zone).date())
    dates = rules.dates_of(plan.starts_at, plan.ends_at, repeat, zone=zone)
    rules.check_comes_back(dates)
    series = Series(rhythm=repeat.rhythm, ends_on=repeat.ends_on)
    series.full_clean()
    series.save()
    return dates, series


def _to_change(
    gathering: Gathering, *, and_following: bool, by: User, at: dt.datetime
) -> tuple[Gathering, list[Gathering]]:
    """Lock a date and the following dates of its series, always in the same order."""
    rules.check_is_organiser(gathering, by.pk)
    later = single_queries.following_for_change(gathering) if and_following else []
    found = next((one for one in later if one.pk == gathering.pk), None)
    found = found or single_queries.for_change(gathering.pk)
    rules.check_is_ahead(found, at=at)
    return found, [one for one in later if one.pk != found.pk]


def _write(gathering: Gathering, plan: rules.Plan, *, at: dt.datetime) -> None:
    for name, value in plan._asdict().items():
        setattr(gathering, name, value)
    gathering.changed_at = at
    gathering.full_clean(exclude=["series", "organiser"])
    gathering.save()


def _fill_places(gathering: Gathering, *, at: dt.datetime) -> None:
    """Count the participants, and give free places to the front of the waiting list."""
    coming = people_queries.count_of_coming(gathering)
    free = None if gathering.places is None else max(0, gathering.places - coming)
    lucky = people_queries.waiting_for(gathering)[:free]
    Participation.objects.filter(pk__in=[one.pk for one in lucky]).update(state=State.COMING)
    gathering.taken = coming + len(lucky)
    gathering.save(update_fields=["taken"])
    moved_up = [one.person_id for one in lucky]
    notify_people(gathering, GatheringEvent.MOVED_UP, to=moved_up, at=at)


def _cancel(gatherings: Iterable[Gathering], *, by: User, at: dt.datetime) -> None:
    informed: dict[int, Gathering] = {}
    many = 0
    for gathering in gatherings:
        gathering.cancelled_at = gathering.changed_at = at
        gathering.save(update_fields=["cancelled_at", "changed_at"])
        settle(rules.about(gathering.reference), at=at)
        _gather(informed, gathering)
        _publish_changes(gathering.audience)
        _send_to_webhooks("cancelled", gathering, at=at)
        many += 1
    _notify_all(GatheringEvent.CANCELLED, informed, following=many > 1, by=by, at=at)


def _gather(informed: dict[int, Gathering], gathering: Gathering) -> None:
    """Add the participants and the waiting list, each with the first date of their notice."""
    for person_id in people_queries.people_of(gathering):
        informed.setdefault(person_id, gathering)


def _notify_all(
    event: GatheringEvent,
    informed: dict[int, Gathering],
    *,
    was_at: dt.datetime | None = None,
    following: bool,
    by: User,
    at: dt.datetime,
) -> None:
    people: dict[Gathering, list[int]] = {}
    for person_id, gathering in informed.items():
        if person_id != by.pk:
            people.setdefault(gathering, []).append(person_id)
    for gathering, to in people.items():
        moved = was_at is not None and was_at != gathering.starts_at and not following
        change = Change(was_at if moved else None, and_following=following)
        notify_people(gathering, event, to=to, change=change, at=at)


def _publish_changes(audience: str) -> None:
    """Report a change to neighbours if the audience includes them."""
    if audience == Audience.NEIGHBOURS:
        hooks.offers_changed.ask()


def _send_to_webhooks(what: str, gathering: Gathering, *, at: dt.datetime) -> None:
    audiences.notify_programs(
        f"gathering.{what}", "gatherings", gathering, title=gathering.title, at=at
    )


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete the gatherings that a person organised alone, and clear the others.

    A gathering with other participants, or with a council's contribution, keeps its date and kind.
    """
    own = Gathering.objects.filter(organiser=by)
    gone = list(own.values_list("reference", flat=True))
    shared = Participation.objects.filter(gathering=OuterRef("pk")).exclude(person=by)
    paid = BudgetLine.objects.filter(gathering=OuterRef("pk"))
    own.exclude(Exists(shared) | Exists(paid)).delete()
    own.update(title=_("Activité d’un ancien membre"), description="", place="", site_id=None)
    CalendarLink.objects.filter(person=by).delete()
    return gone
