"""Actions of members on deals: share, vote and close."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.accounts.queries import hold
from saas.kernel import hooks
from tenants.community.deals import queries, rules
from tenants.community.deals.models import Deal, Vote
from tenants.community.members.actions.thanks import Thanked, thank_for
from tenants.spaces import audiences


@transaction.atomic
def post(*, terms: rules.Terms, key: UUID | None = None, by: User, at: dt.datetime) -> Deal:
    """Create a deal; a retry with the same key returns the existing row.

    The author's row is locked, so that a double click posts a single deal and the limit of open
    deals is counted correctly.
    """
    hold(by)
    already = queries.posted_with(key, by=by) if key else None
    if already is not None:
        return already
    today = timezone.localdate(at)
    rules.check_may_post(queries.open_count_of(by, today=today))
    rules.check_terms(terms, today=today)
    deal = _write(Deal(author=by, created_at=at, idempotency_key=key), terms)
    audiences.notify_programs("deal.posted", "deals", deal, title=deal.title, at=at)
    return deal


@transaction.atomic
def edit(*, deal: Deal, terms: rules.Terms, by: User, at: dt.datetime) -> Deal:
    """Update a deal; if the code or link changes, its votes are deleted."""
    deal = queries.for_change(deal.pk)
    today = timezone.localdate(at)
    rules.check_is_author(deal.author_id, by.pk)
    rules.check_is_open(deal, today=today)
    rules.check_terms(terms, today=today)
    if rules.starts_anew(queries.terms_of(deal), terms):
        Vote.objects.filter(deal=deal).delete()
        _count(deal)
    return _write(deal, terms)


@transaction.atomic
def close(*, deal: Deal, by: User, at: dt.datetime) -> Deal:
    """End a deal before its day; twice changes nothing."""
    deal = queries.for_change(deal.pk)
    rules.check_is_author(deal.author_id, by.pk)
    if deal.closed_at is None:
        rules.check_is_open(deal, today=timezone.localdate(at))
        deal.closed_at = at
        deal.save(update_fields=["closed_at"])
    return deal


@transaction.atomic
def vote(*, deal: Deal, works: bool, by: User, at: dt.datetime) -> Deal:
    """Record a member's vote on whether a deal still works; a later vote replaces it.

    The deal's row is locked, so that the counts match the votes even for concurrent votes.
    """
    deal = queries.for_change(deal.pk)
    rules.check_may_judge(deal, person_id=by.pk, today=timezone.localdate(at))
    Vote.objects.update_or_create(deal=deal, voter=by, defaults={"works": works, "voted_at": at})
    _count(deal)
    deal.save(update_fields=["working_count", "failing_count"])
    return deal


@transaction.atomic
def thank(*, deal: Deal, by: User, at: dt.datetime) -> None:
    """Thank the author for a deal, open or closed; idempotent."""
    thing = Thanked(queries.KIND, deal.reference, deal.author_id)
    thank_for(thing=thing, by=by, at=at)


@transaction.atomic
def conceal(*, reference: str, hidden: bool, at: dt.datetime) -> None:
    """Hide a deal from all members except its author, or show it again.

    Called by moderation only.
    """
    Deal.objects.filter(reference=reference).update(hidden_at=at if hidden else None)


@transaction.atomic
def close_all_of(*, by: User, at: dt.datetime) -> int:
    """Close all deals of a leaver and return their number."""
    return Deal.objects.filter(author=by, closed_at=None).update(closed_at=at)


def _write(deal: Deal, terms: rules.Terms) -> Deal:
    hooks.check_goods.ask(terms.title)
    for name, value in terms._asdict().items():
        setattr(deal, name, value)
    deal.full_clean()
    deal.save()
    return deal


def _count(deal: Deal) -> None:
    deal.working_count, deal.failing_count = queries.votes_on(deal)


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete a person's deals; their votes on other deals stay, without a name."""
    own = Deal.objects.filter(author=by)
    gone = list(own.values_list("reference", flat=True))
    own.delete()
    return gone
