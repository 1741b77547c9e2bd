"""Counting of views, monthly amounts for the council, answers to reports, and offer codes."""

import datetime as dt
import secrets
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.catalogue.merchants.models import PublishedMerchant
from saas.catalogue.offers import queries as offer_queries
from saas.catalogue.offers.actions import give_code
from saas.catalogue.offers.models import PublishedOffer, Rhythm
from saas.catalogue.offers.rules import check_has_one_left
from saas.catalogue.placements.actions.reports import record_report
from saas.catalogue.placements.queries import reports as report_queries
from saas.kernel import schema
from saas.kernel.database import rows
from saas.kernel.errors import Refused
from saas.kernel.offers.digest_hooks import Carried
from saas.kernel.offers.shelf_hooks import Served
from saas.kernel.tasks import call_after_commit
from tenants.community.neighbourhood import notifications, rules, wording
from tenants.community.neighbourhood.models import (
    CouncilMonth,
    DailySalt,
    HeldVoucher,
    MemberReport,
    OfferSalt,
    PlacementEvent,
    ShopMark,
)
from tenants.community.neighbourhood.queries import (
    council,
    flights,
    live,
    marks,
    offers,
    reported,
)


@transaction.atomic
def count(*, references: Collection[str], kind: str, by: User, at: dt.datetime) -> None:
    """Count placements that a member viewed or clicked: once a day each, if they are running.

    What the people of a shop see of its own placements is not counted.
    """
    counted = flights.of_others(live.running_now(references, at), by)
    _count([Carried(by.pk, reference) for reference in counted], kind=kind, at=at)
    if kind == PlacementEvent.Kind.VIEW and counted:
        day = timezone.localdate(at)
        call_after_commit(lambda: live.note_seen(sorted(counted), person_id=by.pk, day=day))


@transaction.atomic
def count_carried(*, carried: Collection[Carried], at: dt.datetime) -> None:
    """Count as viewed the placements in digests that were sent. Called by the digests' job.

    A digest sent to people of a shop is not counted for the shop's own placement.
    """
    running = flights.running_among({one.reference for one in carried}, at)
    counted = flights.carried_to_others(carried, running)
    _count(counted, kind=PlacementEvent.Kind.VIEW, at=at)


def _count(carried: Collection[Carried], *, kind: str, at: dt.datetime) -> None:
    if not carried:
        return
    day = timezone.localdate(at)
    key = _key_of(day)
    records = [
        {
            "flight_reference": one.reference,
            "day": day,
            "kind": kind,
            "pseudonym": rules.pseudonym(key, one.person_id),
            "at": at,
        }
        for one in carried
    ]
    rows.insert_many(PlacementEvent, records, returning=["flight_reference"])


def _key_of(day: dt.date) -> bytes:
    if key := live.key_of(day):
        return key
    salt, is_new = DailySalt.objects.get_or_create(
        day=day, defaults={"key": secrets.token_bytes(32)}
    )
    if not is_new:  # it is committed: a transaction that fails leaves no other key behind
        live.keep_key(bytes(salt.key), day=day)
    return bytes(salt.key)


@transaction.atomic
def count_served(*, served: Served, by: User, at: dt.datetime) -> None:
    """Count that a member opened or borrowed the medium of a placement on the shelf."""
    count(references=[served.reference], kind=PlacementEvent.Kind(served.kind), by=by, at=at)


@transaction.atomic
def forget_members(*, at: dt.datetime) -> None:
    """Delete the keys that link counts to members, then old counts.

    Called by the scheduled task.
    """
    DailySalt.objects.filter(day__lte=(at - DailySalt.RETENTION).date()).delete()
    PlacementEvent.objects.filter(day__lte=(at - PlacementEvent.RETENTION).date()).delete()


@transaction.atomic
def take_code(*, offer: PublishedOffer, by: User, at: dt.datetime) -> HeldVoucher:
    """Give a member a code of an offer; a member with a valid code keeps it.

    In public it is a code of this space; the member is recorded only here, by keyed hash.
    """
    day, ends_on = timezone.localdate(at), offer.ends_on
    is_daily = offer.rhythm == Rhythm.DAILY
    salt, _made = OfferSalt.objects.get_or_create(
        offer_reference=offer.reference,
        period=day.isoformat() if is_daily else "",
        defaults={"key": secrets.token_bytes(32), "ends_on": day if is_daily else ends_on},
    )
    if not is_daily and salt.ends_on < ends_on:  # its merchant has made it longer
        salt.ends_on = ends_on
        salt.save(update_fields=["ends_on"])
    own: dict[str, Any] = {"salt": salt, "pseudonym": rules.pseudonym(bytes(salt.key), by.pk)}
    _row, is_first = HeldVoucher.objects.get_or_create(**own)
    held = HeldVoucher.objects.select_for_update().get(**own)
    check_has_one_left(offer.rhythm, has_used=held.voucher_id is None and not is_first)
    here = schema.current()
    with schema.in_public():
        voucher = give_code(
            offer_reference=offer.reference,
            tenant_schema=here,
            instead_of=held.voucher_id,
            at=at,
        )
    held.voucher_id = voucher.pk
    held.save(update_fields=["voucher_id"])
    return held


@transaction.atomic
def forget_codes(*, at: dt.datetime) -> None:
    """Delete used and expired codes; of a used code only its existence is kept.

    Called by the scheduled task.
    """
    rows = {row.voucher_id: row for row in offers.held_codes()}
    with schema.in_public():
        over = offer_queries.over_by([each for each in rows if each], at=at)
    used = [rows[each].pk for each, was_used in over.items() if was_used]
    unused = [rows[each].pk for each, was_used in over.items() if not was_used]
    HeldVoucher.objects.filter(pk__in=used).update(voucher_id=None)
    HeldVoucher.objects.filter(pk__in=unused).delete()


@transaction.atomic
def forget_keys(*, at: dt.datetime) -> None:  # noqa: ARG001 - each action says when
    """Delete the keys of all days: in a closed space the scheduled task would not run.

    Called when the space is closed.
    """
    DailySalt.objects.all().delete()
    OfferSalt.objects.all().delete()


@transaction.atomic
def refresh_council_month(*, month: dt.date, at: dt.datetime) -> None:  # noqa: ARG001 - each action says when
    """Update a month's amounts by campaign from the ledger.

    Called by billing.
    """
    names: dict[str, str] = {}
    parts: dict[str, dict[str, int]] = {}
    for line in council.lines_of(month):
        names[line.campaign_reference] = line.merchant_name
        parts.setdefault(line.campaign_reference, {})[line.council_reference] = line.cents
    CouncilMonth.objects.filter(month=month).exclude(campaign_reference__in=list(parts)).delete()
    CouncilMonth.objects.bulk_create(
        (
            CouncilMonth(
                month=month,
                campaign_reference=reference,
                merchant_name=names[reference],
                brought_cents=sum(by_council.values()),
                by_council=by_council,
            )
            for reference, by_council in parts.items()
        ),
        update_conflicts=True,
        unique_fields=["month", "campaign_reference"],
        update_fields=["merchant_name", "brought_cents", "by_council"],
    )


@transaction.atomic
def report(
    *, subject: reported.Reportable, reason: str, words: str, by: User, at: dt.datetime
) -> MemberReport:
    """Report a merchant or an ad to Troovon: there without a name, here once for each member."""
    if reported.own_report(subject.reference, by) is not None:
        raise Refused(wording.reported_already())
    here = schema.current()
    with schema.in_public():
        thing = report_queries.thing_of(subject.reference)
        if thing is None:
            raise Refused(wording.no_longer_there())
        report = record_report(
            tenant_schema=here, thing=thing, reason=reason, words=words.strip(), at=at
        )
    own_report = MemberReport(
        person=by,
        subject_reference=subject.reference,
        title=subject.title[:80],
        report_reference=report.reference,
        reported_at=at,
    )
    own_report.full_clean()
    own_report.save()
    return own_report


@transaction.atomic
def mark(*, shop: PublishedMerchant, change: str, by: User, at: dt.datetime) -> None:
    """Recommend or follow a shop, or cease to; `change` is a key of `rules.CHANGES`.

    The people of a shop do not recommend it. Raises Refused.
    """
    column, value = rules.CHANGES[change]
    if column == "recommends" and value and flights.works_for(by, shop.pk):
        raise Refused(wording.own_shop())
    own = ShopMark.objects.select_for_update().filter(person=by, merchant_reference=shop.reference)
    mark = own.first() or ShopMark(person=by, merchant_reference=shop.reference)
    setattr(mark, column, value)
    mark.marked_at = at
    if mark.recommends or mark.follows:
        mark.full_clean()
        mark.save()
    elif mark.pk is not None:
        mark.delete()


@transaction.atomic
def move_marks(*, double: str, into: str, at: dt.datetime) -> None:  # noqa: ARG001 - each action says when
    """Move the marks of a merged shop to the shop that stays, by their references. Idempotent.

    A member's own mark of that shop stays as it is. Called by a job.
    """
    rows = ShopMark.objects.filter(merchant_reference=double)
    there = ShopMark.objects.filter(merchant_reference=into).values("person")
    rows.exclude(person__in=there).update(merchant_reference=into)
    rows.delete()


@transaction.atomic
def notify_followers(*, at: dt.datetime) -> None:
    """Notify followers of shops of offers that begin today. Idempotent. Called by a job."""
    for new in marks.new_offers(timezone.localdate(at)):
        notifications.notify_offer(new, at=at)


@transaction.atomic
def take_answers(*, at: dt.datetime) -> int:
    """Notify members of operators' answers to their reports; return how many.

    Called by a job.
    """
    waiting = reported.unanswered_reports()
    if not waiting:
        return 0
    with schema.in_public():
        outcomes = report_queries.outcomes_of_reports(
            [own_report.report_reference for own_report in waiting]
        )
    answered = [own_report for own_report in waiting if own_report.report_reference in outcomes]
    for own_report in answered:
        own_report.outcome, own_report.answer, own_report.answered_at = outcomes[
            own_report.report_reference
        ]
        own_report.save(update_fields=["outcome", "answer", "answered_at"])
        notifications.notify_answer(own_report, at=at)
    return len(answered)


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete a person's reports, marks and codes here; the rows in public contain no names."""
    MemberReport.objects.filter(person=by).delete()
    ShopMark.objects.filter(person=by).delete()
    offers.codes_of(by).delete()
    return []
