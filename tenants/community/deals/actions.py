"""Actions of members on deals: to pass one on, to say whether it works, to end it."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.accounts.queries import hold
from saas.kernel import hooks
from tenants.community.deals import queries, rules
from tenants.community.deals.models import Deal, Vote
from tenants.spaces import audiences


@transaction.atomic
def post(*, terms: rules.Terms, key: UUID | None = None, by: User, at: dt.datetime) -> Deal:
    """Pass a deal on; the same key a second time returns the first one.

    The author's row is held meanwhile, so that two clicks at once post once and count right.
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
    """Correct a deal; with another code or link its votes begin anew."""
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
    """Say whether a deal still works; somebody's later word takes the place of the earlier.

    The deal's row is held, so that the counts are those of the votes whoever votes at once.
    """
    deal = queries.for_change(deal.pk)
    rules.check_may_judge(deal, person_id=by.pk, today=timezone.localdate(at))
    Vote.objects.update_or_create(deal=deal, voter=by, defaults={"works": works, "voted_at": at})
    _count(deal)
    deal.save(update_fields=["working_count", "failing_count"])
    return deal


@transaction.atomic
def thank(*, deal: Deal, by: User, at: dt.datetime) -> None:
    """Thank somebody for a deal, also one that has ended; once is enough."""
    thing = hooks.Thanked(queries.KIND, deal.reference, deal.author_id)
    hooks.give_thanks.ask(thing, by, at)


@transaction.atomic
def conceal(*, reference: str, hidden: bool, at: dt.datetime) -> None:
    """Hide a deal from all but its author, or show it again. Nobody does this: moderation does."""
    Deal.objects.filter(reference=reference).update(hidden_at=at if hidden else None)


@transaction.atomic
def close_all_of(*, by: User, at: dt.datetime) -> int:
    """End all deals of somebody who leaves; say how many."""
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
    """Delete the deals that somebody passed on; their votes on others' stay, without a name."""
    own = Deal.objects.filter(author=by)
    gone = list(own.values_list("reference", flat=True))
    own.delete()
    return gone
