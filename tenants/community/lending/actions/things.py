"""Actions of lenders on their things, and of all members on pictures."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from saas.accounts.models import User
from saas.accounts.queries import hold
from saas.kernel import hooks, private_pictures
from saas.kernel.tasks import after_commit
from saas.kernel.web import drafts
from tenants.community.lending import tasks
from tenants.community.lending.actions.steps import take_off
from tenants.community.lending.models import DRAFT, LendingPicture, Thing
from tenants.community.lending.queries import people as people_queries
from tenants.community.lending.queries import pictures as picture_queries
from tenants.community.lending.queries import things as thing_queries
from tenants.community.lending.rules import loans as rules
from tenants.spaces.audiences import (
    Audience,
    audiences_for,
    categories_given,
    employer_of,
    notify_programs,
)
from tenants.spaces.spots import site_ids

MOST_AT_ONCE = 500


@transaction.atomic
def offer(
    *,
    description: rules.Description,
    pictures: Sequence[LendingPicture] = (),
    of_council: bool = False,
    council_company_id: int | None = None,
    key: UUID | None = None,
    by: User,
    at: dt.datetime,
) -> Thing:
    """Create a thing of the member or of a council; a retry with the same key changes nothing.

    The lender's row is locked, so that a double click creates a single thing and the limit is
    counted correctly.
    """
    hold(by)
    already = thing_queries.thing_with_key(key, by=by) if key else None
    if already is not None:
        return already
    if of_council:
        rules.check_sits_on_council(council_company_id, people_queries.councils_of(by))
    else:
        rules.check_may_offer(thing_queries.count_of(by))
    thing = Thing(
        owner=None if of_council else by,
        of_council=of_council,
        company_id=council_company_id if of_council else employer_of(by),
        created_at=at,
        idempotency_key=key,
    )
    _describe(thing, description, by=by)
    _show(thing, pictures)
    _announce(description.audience)
    notify_programs("thing.offered", "things", thing, title=thing.title, at=at)
    return thing


@transaction.atomic
def describe(
    *,
    thing: Thing,
    description: rules.Description,
    pictures: Sequence[LendingPicture],
    by: User,
    at: dt.datetime,  # noqa: ARG001 - what is said of a thing has no moment
) -> Thing:
    """Update the description of a thing."""
    thing = thing_queries.thing_for_change(thing.pk)
    rules.check_hands_out(thing, by.pk, people_queries.councils_of(by))
    before = thing.audience
    _describe(thing, description, by=by)
    _show(thing, pictures)
    _announce(before, description.audience)
    return thing


@transaction.atomic
def withdraw(*, thing: Thing, by: User, at: dt.datetime) -> Thing:
    """Withdraw a thing: promised loans are cancelled, the present borrower still returns it."""
    thing = thing_queries.thing_for_change(thing.pk)
    rules.check_hands_out(thing, by.pk, people_queries.councils_of(by))
    if thing.withdrawn_at is None:
        take_off(thing=thing, at=at)
    return thing


@transaction.atomic
def lend_again(*, thing: Thing, by: User, at: dt.datetime) -> Thing:  # noqa: ARG001 - as above
    """Lend a thing again that was taken back."""
    thing = thing_queries.thing_for_change(thing.pk)
    rules.check_hands_out(thing, by.pk, people_queries.councils_of(by))
    thing.withdrawn_at = None
    thing.save(update_fields=["withdrawn_at"])
    _announce(thing.audience)
    return thing


@transaction.atomic
def conceal(*, reference: str, hidden: bool, at: dt.datetime) -> None:
    """Hide a thing from all members except its owner, or show it again.

    Called by moderation only.
    """
    Thing.objects.filter(reference=reference).update(hidden_at=at if hidden else None)
    hooks.offers_changed.ask()


@transaction.atomic
def receive_picture(
    *, upload: private_pictures.Upload, by: User, at: dt.datetime
) -> LendingPicture:
    """Keep a picture as its uploader's draft; a job re-encodes it and deletes the original."""
    picture = private_pictures.receive(LendingPicture, upload, uploader_id=by.pk, at=at)
    after_commit(tasks.prepare_picture, picture.pk)
    return picture


@transaction.atomic
def add_picture(
    *, thing: Thing, upload: private_pictures.Upload, by: User, at: dt.datetime
) -> LendingPicture:
    """Add a picture to the lender's thing, after the existing pictures."""
    thing = thing_queries.thing_for_change(thing.pk)
    rules.check_hands_out(thing, by.pk, people_queries.councils_of(by))
    before = picture_queries.pictures_of(thing)
    rules.check_pictures([*before, upload])
    picture = receive_picture(upload=upload, by=by, at=at)
    _show(thing, [*before, picture])
    return picture


@transaction.atomic
def save_draft(
    *, fields: Mapping[str, list[str]], key: UUID | None, by: User, at: dt.datetime
) -> bool:
    """Save an unsent form as a draft; return False if the form was sent meanwhile."""
    sent = thing_queries.thing_with_key(key, by=by) if key else None
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
    old = list(private_pictures.old_drafts(LendingPicture, at=at)[:MOST_AT_ONCE])
    _delete(old)
    drafts.forget_old(DRAFT, at=at)
    return len(old)


def _describe(thing: Thing, description: rules.Description, *, by: User) -> None:
    rules.check_title(description.title)
    hooks.check_goods.ask(description.title)
    rules.check_place(description.site_id, site_ids())
    if description.audience not in (Audience.SPACE, thing.audience if thing.pk else ""):
        rules.check_audience(description.audience, audiences_for(by), of_council=thing.of_council)
        if description.audience == Audience.NEIGHBOURS:
            rules.check_treaty_opens_loans(categories_given())
        elif not thing.of_council:
            thing.company_id = employer_of(by)
    for name, value in description._asdict().items():
        setattr(thing, name, value)
    thing.full_clean()
    thing.save()


def _announce(*audiences: str) -> None:
    """Report a change to neighbours if the old or the new audience includes them."""
    if Audience.NEIGHBOURS in audiences:
        hooks.offers_changed.ask()


def _show(thing: Thing, chosen: Sequence[LendingPicture]) -> None:
    rules.check_pictures(chosen)
    chosen_ids = {picture.pk for picture in chosen}
    _delete(
        [picture for picture in picture_queries.pictures_of(thing) if picture.pk not in chosen_ids]
    )
    for position, picture in enumerate(chosen):
        picture.thing = thing
        picture.position = position
        picture.save(update_fields=["thing", "position"])


def _delete(pictures: Sequence[LendingPicture]) -> None:
    for picture in pictures:
        after_commit(tasks.delete_files, picture.name)
        picture.delete()
