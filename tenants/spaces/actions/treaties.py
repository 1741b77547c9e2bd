"""Treaties of two spaces, and the copies that they share."""

import datetime as dt
import uuid
from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, transaction

from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Enquiry, SharedItem, Tenant, Treaty, TreatyClause
from tenants.spaces.queries import treaties as queries
from tenants.spaces.rules import treaties as rules

_COPIED = [name for name in rules.Copy._fields if name != "reference"]
MOST_AT_ONCE = 500


@transaction.atomic
def propose(
    *,
    address: str,
    gives: Collection[str],
    takes: Collection[str],
    message: str,
    by: SpaceActor,
    at: dt.datetime,
) -> Treaty:
    """Propose a treaty to another space; of two concurrent proposals the first wins.

    A treaty lists the categories that each side shows the other.
    """
    me = queries.space_of(by.schema_name)
    other = rules.check_other(me, queries.space_answering_at(address))
    rules.check_clauses(gives, takes)
    rules.check_message(message)
    if queries.is_open_between(me, other):
        raise rules.treaty_exists()
    treaty = Treaty(
        proposer=me, partner=other, message=message, proposed_by=by.name, proposed_at=at
    )
    treaty.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            treaty.save()
    except IntegrityError as error:
        raise rules.treaty_exists() from error
    TreatyClause.objects.bulk_create(
        [TreatyClause(treaty=treaty, giver=me, category=one) for one in sorted(set(gives))]
        + [TreatyClause(treaty=treaty, giver=other, category=one) for one in sorted(set(takes))]
    )
    return treaty


@transaction.atomic
def accept(*, reference: str, by: SpaceActor, at: dt.datetime) -> Treaty:
    """Let a treaty be in force from now on; twice is once."""
    treaty = _taken(reference, by)
    rules.check_may_answer(treaty, by.schema_name)
    if treaty.state == Treaty.State.ACCEPTED:
        return treaty
    return _answer(treaty, Treaty.State.ACCEPTED, by=by, at=at)


@transaction.atomic
def decline(*, reference: str, by: SpaceActor, at: dt.datetime) -> Treaty:
    """Decline a proposal; a new proposal is still possible."""
    treaty = _taken(reference, by)
    rules.check_may_answer(treaty, by.schema_name)
    return _answer(treaty, Treaty.State.DECLINED, by=by, at=at)


@transaction.atomic
def withdraw_proposal(*, reference: str, by: SpaceActor, at: dt.datetime) -> Treaty:
    """Withdraw a proposal without an answer."""
    treaty = _taken(reference, by)
    rules.check_may_withdraw(treaty, by.schema_name)
    rules.check_waits(treaty)
    return _end(treaty, Treaty.State.WITHDRAWN, by=by, at=at)


@transaction.atomic
def revoke(*, reference: str, by: SpaceActor, at: dt.datetime) -> Treaty:
    """End a treaty: once this is committed, neither side reads anything of the other."""
    treaty = _taken(reference, by)
    if treaty.state == Treaty.State.REVOKED:
        return treaty
    rules.check_is_in_force(treaty)
    return _end(treaty, Treaty.State.REVOKED, by=by, at=at)


@transaction.atomic
def begin_sharing(*, schema_name: str, at: dt.datetime) -> rules.Opened:  # noqa: ARG001 - says when
    """Start a job's turn to share copies; return the turn and the categories open under treaties.

    The offered items are read after this. Only the space's job calls this.
    """
    turn = uuid.uuid4()
    giver = queries.space_of(schema_name)
    Tenant.objects.filter(pk=giver.pk).update(sharing_turn=turn)
    return rules.Opened(turn, queries.categories_given(giver))


@transaction.atomic
def share(
    *,
    schema_name: str,
    turn: UUID,
    copies: Collection[rules.Copy],
    pictures: dict[str, str],
    at: dt.datetime,  # noqa: ARG001 - each action says when
) -> rules.PictureChanges:
    """Replace the shared copies of a space; return the required changes of pictures.

    Only the job with the latest turn may do so, because an older job has read older rows. Items
    that no treaty opens are left out. `pictures` maps each item to its picture, set after its file
    is stored. Only the space's job calls this.
    """
    giver = queries.lock_space(schema_name)
    if giver.sharing_turn != turn:
        return rules.PictureChanges([], [])
    given = queries.categories_given(giver, hold=True)
    lying = queries.copies_of(giver)
    wanted = {copy.reference: copy for copy in copies if copy.category in given}
    gone = [item for reference, item in lying.items() if reference not in wanted]
    other_picture = [
        item
        for reference, item in lying.items()
        if reference in wanted and item.picture not in {"", pictures.get(reference, "")}
    ]
    SharedItem.objects.filter(pk__in=[item.pk for item in gone]).delete()
    SharedItem.objects.filter(pk__in=[item.pk for item in other_picture]).update(picture="")
    _lay(giver, [one for one in wanted.values() if not _is_same(lying.get(one.reference), one)])
    shown = {reference for reference, item in lying.items() if item.picture}
    shown -= {item.reference for item in other_picture}
    return rules.PictureChanges(
        removed=[item.picture for item in (*gone, *other_picture) if item.picture],
        missing=[reference for reference in wanted if reference in pictures.keys() - shown],
    )


@transaction.atomic
def show_picture(
    *,
    schema_name: str,
    reference: str,
    name: str,
    at: dt.datetime,  # noqa: ARG001 - each action says when
) -> bool:
    """Set the picture of a copy after its file is stored; return True if the copy still exists.

    Only the space's job calls this.
    """
    giver = queries.space_of(schema_name)
    return bool(SharedItem.objects.filter(tenant=giver, reference=reference).update(picture=name))


@transaction.atomic
def delete_closed_copies(*, at: dt.datetime) -> list[str]:  # noqa: ARG001 - each action says when
    """Delete copies that no treaty opens and return their pictures.

    Only the clock and the job after the end of a treaty call this.
    """
    closed = list(queries.copies_nobody_may_see()[:MOST_AT_ONCE])
    SharedItem.objects.filter(pk__in=[item.pk for item in closed]).delete()
    return [item.picture for item in closed if item.picture]


@transaction.atomic
def leave_enquiry(
    *,
    schema_name: str,
    giver_id: int,
    reference: str,
    content: rules.EnquiryContent,
    at: dt.datetime,
) -> str:
    """Deliver an enquiry to another space; idempotent. Return that space's schema.

    The first message of a thread needs a shared item, and the others a treaty in force.
    Only the job of the writer's space calls this.
    """
    asker = queries.space_of(schema_name)
    if content.thread == reference:
        item = queries.shown_to(asker, giver_id=giver_id, reference=content.item_reference)
        rules.check_is_shown(is_shown=item is not None)
    else:
        rules.check_is_shown(is_shown=queries.is_in_force_between(asker, giver_id))
    Enquiry.objects.get_or_create(
        asker_tenant=asker,
        reference=reference,
        defaults={"tenant_id": giver_id, "sent_at": at, **content._asdict()},
    )
    return queries.schema_of(giver_id)


@transaction.atomic
def take_enquiry(
    *,
    schema_name: str,
    enquiry_id: int,
    at: dt.datetime,  # noqa: ARG001 - each action says when
) -> str:
    """Delete a delivered enquiry; return the schema of its sender, or an empty text if it is gone.

    Only the space's job calls this.
    """
    enquiry = queries.enquiry_to_take(enquiry_id, schema_name=schema_name)
    if enquiry is None:
        return ""
    enquiry.delete()
    return str(enquiry.asker_tenant.schema_name)


@transaction.atomic
def take_back_enquiries(
    *,
    schema_name: str,
    references: Collection[str],
    at: dt.datetime,  # noqa: ARG001 - each action says when
) -> int:
    """Delete a person's enquiries that are not taken yet; return their number.

    Only the erasure of the sender calls this.
    """
    lying = Enquiry.objects.filter(asker_tenant__schema_name=schema_name, reference__in=references)
    return lying.delete()[0]


@transaction.atomic
def forget_enquiries(*, at: dt.datetime) -> list[tuple[str, str]]:
    """Delete old enquiries that were not taken; return their spaces and references.

    The senders are notified with them. Only the clock calls this.
    """
    old = list(queries.old_enquiries(at=at).select_related("asker_tenant")[:MOST_AT_ONCE])
    Enquiry.objects.filter(pk__in=[one.pk for one in old]).delete()
    return [(one.asker_tenant.schema_name, one.reference) for one in old]


def _taken(reference: str, by: SpaceActor) -> Treaty:
    treaty = queries.treaty_to_change(reference, schema_name=by.schema_name)
    if treaty is None:
        raise rules.no_such_treaty()
    return treaty


def _answer(treaty: Treaty, state: str, *, by: SpaceActor, at: dt.datetime) -> Treaty:
    rules.check_waits(treaty)
    treaty.state, treaty.answered_by, treaty.answered_at = state, by.name, at
    treaty.mailed_at = None
    treaty.save(update_fields=["state", "answered_by", "answered_at", "mailed_at"])
    return treaty


def _end(treaty: Treaty, state: str, *, by: SpaceActor, at: dt.datetime) -> Treaty:
    treaty.state, treaty.ended_by, treaty.ended_at = state, by.name, at
    treaty.ended_by_space, treaty.mailed_at = queries.space_of(by.schema_name), None
    treaty.save(update_fields=["state", "ended_by", "ended_at", "ended_by_space", "mailed_at"])
    return treaty


def _lay(giver: Tenant, copies: list[rules.Copy]) -> None:
    SharedItem.objects.bulk_create(
        [SharedItem(tenant=giver, **copy._asdict()) for copy in copies],
        update_conflicts=True,
        unique_fields=["tenant", "reference"],
        update_fields=_COPIED,
    )


def _is_same(item: SharedItem | None, copy: rules.Copy) -> bool:
    return item is not None and all(getattr(item, name) == getattr(copy, name) for name in _COPIED)
