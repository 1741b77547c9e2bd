"""Actions of people on classifieds, and of the clock when their time is up."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F

from saas.accounts.models import User
from saas.accounts.queries import hold
from saas.kernel import hooks, private_pictures
from saas.kernel.notifying import settle
from saas.kernel.tasks import after_commit
from saas.kernel.web import drafts
from tenants.community.classifieds import notifications, rules, tasks
from tenants.community.classifieds.models import (
    DRAFT,
    Availability,
    Classified,
    Picture,
    Revision,
)
from tenants.community.classifieds.queries import pictures as picture_queries
from tenants.community.classifieds.queries import single as single_queries
from tenants.community.members.actions.thanks import Thanked, thank_for
from tenants.spaces import audiences, spots

Audience = Classified.Audience

MOST_AT_ONCE = 500


@transaction.atomic
def post(
    *,
    offer: rules.Offer,
    days: int,
    pictures: Sequence[Picture] = (),
    key: UUID | None = None,
    by: User,
    at: dt.datetime,
) -> Classified:
    """Create a classified; a retry with the same key returns the existing row.

    The author's row is locked, so that a double click posts a single classified and the limit of
    open classifieds is counted correctly.
    """
    hold(by)
    already = single_queries.posted_with(key, by=by) if key else None
    if already is not None:
        return already
    rules.check_may_post(single_queries.open_count_of(by, at=at))
    rules.check_days(days)
    classified = Classified(
        author=by, created_at=at, expires_at=at + dt.timedelta(days=days), idempotency_key=key
    )
    classified.company_id = audiences.employer_of(by)
    _choose_audience(classified, offer, by=by)
    _write(classified, offer)
    _show(classified, pictures)
    _publish_changes(offer.audience)
    audiences.notify_programs(
        "classified.posted", "classifieds", classified, title=classified.title, at=at
    )
    return classified


@transaction.atomic
def edit(
    *,
    classified: Classified,
    offer: rules.Offer,
    pictures: Sequence[Picture],
    by: User,
    at: dt.datetime,
) -> Classified:
    """Update a classified on the board.

    A classified shown to a single company keeps that company as its audience, even if its author
    works for another company by then.
    """
    classified = single_queries.for_change(classified.pk)
    rules.check_is_author(classified.author_id, by.pk)
    rules.check_is_open(classified, at=at)
    before = classified.audience
    _remember(classified, offer, at=at)
    if offer.audience != before:
        _choose_audience(classified, offer, by=by)
    _write(classified, offer)
    _show(classified, pictures)
    _publish_changes(before, offer.audience)
    return classified


@transaction.atomic
def close(
    *,
    classified: Classified,
    outcome: str,
    closed_with: User | None = None,
    by: User,
    at: dt.datetime,
) -> Classified:
    """Take a classified off the board and keep how it ended; twice the same changes nothing."""
    classified = single_queries.for_change(classified.pk)
    rules.check_is_author(classified.author_id, by.pk)
    rules.check_outcome(outcome)
    if classified.outcome == outcome:
        return classified
    rules.check_is_open(classified, at=at)
    held_for = classified.reserved_for_id
    classified.closed_at = at
    classified.outcome = outcome
    classified.reserved_for = None
    classified.closed_with = closed_with if outcome == Classified.Outcome.HERE else None
    classified.full_clean()
    classified.save()
    if held_for is not None and rules.is_gone_for(classified, held_for):
        classified.author = by
        notifications.notify_gone(classified, held_for, at=at)
    settle(rules.about(classified.reference), at=at)
    _publish_changes(classified.audience)
    audiences.notify_programs(
        "classified.closed", "classifieds", classified, title=classified.title, at=at
    )
    return classified


@transaction.atomic
def thank(*, classified: Classified, by: User, at: dt.datetime) -> None:
    """Record thanks between the author and the colleague they dealt with; idempotent."""
    other = rules.other_of_two(classified, by.pk)
    thing = Thanked(single_queries.KIND, classified.reference, other)
    thank_for(thing=thing, by=by, at=at)


@transaction.atomic
def renew(*, classified: Classified, by: User, at: dt.datetime) -> Classified:
    """Renew a classified for another month, even if it has just expired."""
    hold(by)
    classified = single_queries.for_change(classified.pk)
    rules.check_is_author(classified.author_id, by.pk)
    rules.check_may_renew(classified, at=at)
    if not rules.is_open(classified, at=at):
        rules.check_may_post(single_queries.open_count_of(by, at=at))
    classified.expires_at = rules.renewed_until(classified.expires_at, at=at)
    classified.closed_at = None
    classified.outcome = ""
    classified.reminded_at = None
    classified.full_clean()
    classified.save()
    settle(rules.about(classified.reference), at=at)
    _publish_changes(classified.audience)
    return classified


@transaction.atomic
def reserve(*, reference: str, person_id: int, by: User, at: dt.datetime) -> None:
    """Reserve a classified for a person after a meeting is agreed; idempotent."""
    classified = single_queries.to_reserve(reference)
    if classified is None or not rules.is_reservable(classified.kind):
        return
    rules.check_may_reserve(classified, person_id, by=by.pk, at=at)
    classified.reserved_for_id = person_id
    classified.save(update_fields=["reserved_for"])


@transaction.atomic
def release(*, reference: str, person_id: int, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Release a classified reserved for a person; do nothing if it is not reserved for them."""
    classified = single_queries.to_reserve(reference)
    if classified is None or classified.reserved_for_id != person_id:
        return
    if by.pk != person_id:
        rules.check_is_author(classified.author_id, by.pk)
    classified.reserved_for = None
    classified.save(update_fields=["reserved_for"])


@transaction.atomic
def hold_for(*, classified: Classified, person: User, by: User, at: dt.datetime) -> None:
    """Reserve the author's classified for a colleague and notify that colleague; idempotent."""
    rules.check_is_author(classified.author_id, by.pk)
    if classified.reserved_for_id != person.pk:
        reserve(reference=classified.reference, person_id=person.pk, by=by, at=at)
        notifications.notify_held(classified, person.pk, at=at)


@transaction.atomic
def set_free(*, classified: Classified, by: User, at: dt.datetime) -> bool:
    """Release the author's classified and notify the colleague; return True if it was reserved."""
    rules.check_is_author(classified.author_id, by.pk)
    held_for = single_queries.for_change(classified.pk).reserved_for_id
    if held_for is None:
        return False
    release(reference=classified.reference, person_id=held_for, by=by, at=at)
    notifications.notify_released(classified, held_for, at=at)
    return True


@transaction.atomic
def expire(*, at: dt.datetime) -> int:
    """Close expired classifieds and return their number. Called by the clock only."""
    some = list(single_queries.to_expire(at=at)[:MOST_AT_ONCE])
    due = single_queries.to_expire(at=at).filter(pk__in=some)  # skips rows renewed meanwhile
    _publish_changes(*due.values_list("audience", flat=True).distinct())
    return due.update(closed_at=F("expires_at"), outcome=Classified.Outcome.EXPIRED)


@transaction.atomic
def conceal(*, reference: str, hidden: bool, at: dt.datetime) -> None:
    """Hide a classified from all members except its author, or show it again.

    Called by moderation only.
    """
    Classified.objects.filter(reference=reference).update(hidden_at=at if hidden else None)
    hooks.offers_changed.ask()


@transaction.atomic
def close_all_of(*, by: User, at: dt.datetime) -> int:
    """Close all classifieds of a leaver and return their number.

    Reservations for the leaver are released.
    """
    Classified.objects.filter(reserved_for=by, closed_at=None).update(reserved_for=None)
    rows = Classified.objects.filter(author=by, closed_at=None)
    return rows.update(closed_at=at, outcome=Classified.Outcome.NONE)


@transaction.atomic
def receive_picture(*, upload: private_pictures.Upload, by: User, at: dt.datetime) -> Picture:
    """Keep a picture as its uploader's draft; a job re-encodes it and deletes the original."""
    picture = private_pictures.receive(Picture, upload, uploader_id=by.pk, at=at)
    after_commit(tasks.prepare_picture, picture.pk)
    return picture


@transaction.atomic
def add_picture(
    *, classified: Classified, upload: private_pictures.Upload, by: User, at: dt.datetime
) -> Picture:
    """Add a picture to the author's classified, after the existing pictures."""
    classified = single_queries.for_change(classified.pk)
    rules.check_is_author(classified.author_id, by.pk)
    rules.check_is_open(classified, at=at)
    before = picture_queries.pictures_of(classified)
    rules.check_pictures([*before, upload])
    picture = receive_picture(upload=upload, by=by, at=at)
    _show(classified, [*before, picture])
    return picture


@transaction.atomic
def save_draft(
    *, fields: Mapping[str, list[str]], key: UUID | None, by: User, at: dt.datetime
) -> bool:
    """Save an unsent form as a draft; return False if the form was posted meanwhile."""
    sent = single_queries.posted_with(key, by=by) if key else None
    if sent is None:
        drafts.save(DRAFT, fields, person_id=by.pk, at=at)
    return sent is None


@transaction.atomic
def discard_draft(*, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Delete a person's draft; its pictures are deleted later, after their retention."""
    drafts.discard(DRAFT, person_id=by.pk)


@transaction.atomic
def forget_drafts(*, at: dt.datetime) -> int:
    """Delete old pictures of unsent forms and return their number. Called by the clock only."""
    old = list(private_pictures.old_drafts(Picture, at=at)[:MOST_AT_ONCE])
    _delete(old)
    drafts.forget_old(DRAFT, at=at)
    return len(old)


def _write(classified: Classified, offer: rules.Offer) -> None:
    rules.check_title(offer.title)
    if offer.kind != Classified.Kind.SERVICE:
        hooks.check_goods.ask(offer.title)
    rules.check_price(offer.kind, offer.price_cents)
    rules.check_place(offer.site_id, spots.site_ids())
    hours = rules.hours_of(offer)
    rules.check_hours(hours)
    for name, value in offer._asdict().items():
        if name != "availability":
            setattr(classified, name, value)
    classified.price_unit = rules.unit_of(offer.kind, offer.price_unit)
    classified.service = rules.service_of(offer.kind, offer.service)
    classified.full_clean()
    classified.save()
    Availability.objects.filter(classified=classified).delete()
    Availability.objects.bulk_create(
        Availability(classified=classified, **stretch._asdict()) for stretch in hours
    )


def _remember(classified: Classified, offer: rules.Offer, *, at: dt.datetime) -> None:
    """Keep the words that are about to change, for moderators."""
    now = (classified.title, classified.description, classified.price_cents)
    if now != (offer.title, offer.description, offer.price_cents):
        title, description, price_cents = now
        Revision.objects.create(
            classified=classified,
            title=title,
            description=description,
            price_cents=price_cents,
            replaced_at=at,
        )


def _choose_audience(classified: Classified, offer: rules.Offer, *, by: User) -> None:
    if offer.audience == Audience.SPACE:
        return
    rules.check_audience(offer.audience, audiences.audiences_for(by))
    if offer.audience == Audience.NEIGHBOURS:
        rules.check_treaty_opens(offer.kind, audiences.categories_given())
    else:
        classified.company_id = audiences.employer_of(by)


def _publish_changes(*audiences: str) -> None:
    """Report a change to neighbours if the old or the new audience includes them."""
    if Audience.NEIGHBOURS in audiences:
        hooks.offers_changed.ask()


def _show(classified: Classified, chosen: Sequence[Picture]) -> None:
    rules.check_pictures(chosen)
    chosen_ids = {picture.pk for picture in chosen}
    _delete(
        [
            picture
            for picture in picture_queries.pictures_of(classified)
            if picture.pk not in chosen_ids
        ]
    )
    for position, picture in enumerate(chosen):
        picture.classified = classified
        picture.position = position
        picture.save(update_fields=["classified", "position"])


def _delete(pictures: Sequence[Picture]) -> None:
    for picture in pictures:
        after_commit(tasks.delete_files, picture.name)
        picture.delete()


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete a person's classifieds with their pictures, drafts and earlier versions."""
    own = Classified.objects.filter(author=by)
    gone = list(own.values_list("reference", flat=True))
    private_pictures.erase_of(Picture, by.pk)
    own.delete()
    drafts.discard(DRAFT, person_id=by.pk)
    return gone
