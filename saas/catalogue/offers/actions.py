"""How a merchant makes an offer, a space gives a code of it, and the till takes the code."""

import datetime as dt
import secrets
import uuid
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries import team as merchants
from saas.catalogue.offers import queries, rules, tasks
from saas.catalogue.offers.models import CODE_LENGTH, Offer, OfferDay, Till, Voucher
from saas.catalogue.placements.rules.campaigns import today
from saas.catalogue.placements.rules.reviews import SEEN_WITHIN, check_reason
from saas.kernel.errors import Refused
from saas.kernel.tasks import after_commit
from saas.kernel.web import rate_limit
from tenants.spaces.models import Tenant


@transaction.atomic
def make(*, terms: rules.Terms, by: User, at: dt.datetime) -> Offer:
    """Make an offer: spaces around the shop see it once operators have, or at once if trusted."""
    shop = rules.check_shop(merchants.shop_of(by))
    Merchant.objects.select_for_update().get(pk=shop.pk)
    rules.check_room(open_count=queries.open_count(shop, today=today(at)))
    rules.check_terms(terms, today=today(at))
    offer = Offer(merchant=shop, created_at=at, decision_mailed_at=at, **terms._asdict())
    _ask_for_review(offer, shop, at=at)
    offer.full_clean()
    offer.save()
    return offer


@transaction.atomic
def change(*, offer: Offer, terms: rules.Terms, by: User, at: dt.datetime) -> Offer:
    """Correct an offer that runs, or is to run; codes that were given stay valid."""
    found = _own(offer, by)
    rules.check_not_over(found, today=today(at))
    rules.check_terms(terms, today=today(at))
    says = (found.title, found.conditions)
    for name, value in terms._asdict().items():
        setattr(found, name, value)
    if says != (found.title, found.conditions):
        _ask_for_review(found, Merchant.objects.get(pk=found.merchant_id), at=at)
    found.full_clean()
    found.save()
    return found


def _ask_for_review(offer: Offer, shop: Merchant, *, at: dt.datetime) -> None:
    """Have operators read the words of an offer, before it is shown or after."""
    offer.subjects = rules.subjects_of(offer.title, offer.conditions, category=shop.category)
    at_once = shop.trusted_at is not None and not offer.subjects
    offer.review = Offer.Review.APPROVED if at_once else Offer.Review.WAITING
    offer.reviewed_at = at if at_once else None
    offer.review_due_at, offer.review_reason = at + SEEN_WITHIN, ""
    offer.seen_at = offer.seen_by = None


@transaction.atomic
def approve_offer(*, offer: Offer, by: User, at: dt.datetime) -> Offer:
    """Approve an offer: spaces around its shop show it. Called for an operator."""
    found = Offer.objects.select_for_update().get(pk=offer.pk)
    rules.check_may_decide(found)
    if found.review == Offer.Review.WAITING:
        found.review, found.reviewed_at, found.decision_mailed_at = Offer.Review.APPROVED, at, None
        after_commit(tasks.mail_decision, found.pk)
    found.seen_at, found.seen_by = at, by
    found.save()
    return found


@transaction.atomic
def refuse_offer(*, offer: Offer, reason: str, by: User, at: dt.datetime) -> Offer:
    """Refuse an offer with a reason; its merchant loses trust, so later texts are reviewed first.

    Called for an operator.
    """
    found = Offer.objects.select_for_update().get(pk=offer.pk)
    rules.check_may_decide(found)
    found.review, found.review_reason = Offer.Review.REFUSED, check_reason(reason)
    found.reviewed_at = found.seen_at = at
    found.seen_by, found.decision_mailed_at = by, None
    found.save()
    Merchant.objects.filter(pk=found.merchant_id).update(trusted_at=None)
    after_commit(tasks.mail_decision, found.pk)
    return found


@transaction.atomic
def withdraw(*, offer: Offer, by: User, at: dt.datetime) -> Offer:
    """Stop an offer: no new codes; issued codes stay valid for their minutes."""
    found = _own(offer, by)
    if found.withdrawn_at is None:
        found.withdrawn_at = at
        found.save(update_fields=["withdrawn_at"])
    return found


def _own(offer: Offer, person: User) -> Offer:
    return Offer.objects.select_for_update(of=["self"]).get(
        pk=offer.pk, merchant__in=merchants.run_by(person)
    )


@transaction.atomic
def give_code(
    *, offer_reference: str, tenant_schema: str, instead_of: uuid.UUID | None, at: dt.datetime
) -> Voucher:
    """Issue a code of an offer to a member of a space, or return their still valid code.

    Called by the space; the member's identity is stored only there.
    """
    offer = queries.to_give(offer_reference)
    before = Voucher.objects.filter(pk=instead_of).first() if instead_of else None
    if before is not None and before.used_at is None and before.expires_at > at:
        return before
    if offer is not None and before is not None:
        rules.check_has_one_left(offer.rhythm, has_used=before.used_at is not None)
    given = queries.given_count(offer, at=at) if offer else 0
    offer = rules.check_may_give(offer, given=given, today=today(at))
    voucher = Voucher(
        code=_fresh_code(),
        offer=offer,
        tenant=Tenant.objects.get(schema_name=tenant_schema),
        expires_at=at + rules.VALID_FOR,
    )
    voucher.full_clean()
    voucher.save()
    return voucher


def _fresh_code() -> str:
    """Return an unused code. Raises Refused if ten random codes in a row are taken."""
    for _each in range(10):
        code = "".join(secrets.choice(rules.ALPHABET) for _sign in range(CODE_LENGTH))
        if not Voucher.objects.filter(code=code).exists():
            return code
    raise Refused(_("Il n’y a pas de code libre en ce moment. Réessayez dans un instant."))


@transaction.atomic
def check_code(*, typed: str, merchant: Merchant, at: dt.datetime) -> Voucher:
    """Return the voucher of a code shown at a till. Raises Refused with the reason if unusable.

    There is no `by`: the person at the till may have no account.
    """
    voucher = _shown(typed, merchant)
    return rules.check_usable(voucher, merchant_id=merchant.pk, at=at)


@transaction.atomic
def redeem(*, typed: str, redemption: uuid.UUID, merchant: Merchant, at: dt.datetime) -> Voucher:
    """Redeem a code once: the same confirmation sent again changes nothing (idempotent).

    There is no `by`: the person at the till may have no account.
    """
    voucher = _shown(typed, merchant)
    is_same = voucher is not None and voucher.redemption == redemption
    if voucher is not None and is_same and voucher.offer.merchant_id == merchant.pk:
        return voucher
    voucher = rules.check_usable(voucher, merchant_id=merchant.pk, at=at)
    voucher.used_at, voucher.redemption = at, redemption
    voucher.save(update_fields=["used_at", "redemption"])
    key = {"offer_id": voucher.offer_id, "tenant_id": voucher.tenant_id, "day": today(at)}
    _row, made = OfferDay.objects.get_or_create(**key, defaults={"uses": 1})
    if not made:
        OfferDay.objects.filter(**key).update(uses=F("uses") + 1)
    return voucher


def _shown(typed: str, merchant: Merchant) -> Voucher | None:
    """Lock and return the voucher of a code; a code of another merchant counts as a guess."""
    limit: dict[str, Any] = {"most": rules.MOST_WRONG, "per_seconds": rules.WRONG_SECONDS}
    silent, key = rate_limit.Silent.REFUSE, merchant.reference
    rate_limit.check_remaining("till", key, when_silent=silent, field="code", **limit)
    voucher = queries.to_use(rules.plain_code(typed))
    if voucher is None or voucher.offer.merchant_id != merchant.pk:
        rate_limit.check("till", key, when_silent=silent, field="code", **limit)
    return voucher


@transaction.atomic
def open_till(*, by: User, at: dt.datetime) -> Till:
    """Make a link for the shop's staff; all that were made before end."""
    shop = rules.check_shop(merchants.shop_of(by))
    till, _made = Till.objects.update_or_create(
        merchant=shop, defaults={"nonce": uuid.uuid4(), "opened_at": at}
    )
    return till


@transaction.atomic
def close_till(*, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - each action says when
    """End the link of the shop's staff; the desk itself still takes codes."""
    Till.objects.filter(merchant__in=merchants.current_of(by)).delete()


@transaction.atomic
def close_till_of(*, merchant_id: int, at: dt.datetime) -> None:  # noqa: ARG001 - each action says when
    """End the link of a shop's staff on every phone. Called when a person leaves the shop."""
    Till.objects.filter(merchant=merchant_id).delete()


@transaction.atomic
def pass_on(*, double: Merchant, into: Merchant, at: dt.datetime) -> None:
    """Pass the offers of a double that go on to the shop that stays, with their codes.

    Called by the console. Raises Refused if that shop has too many.
    """
    day = today(at)
    going_on = queries.offers_of(double).filter(withdrawn_at=None, ends_on__gte=day)
    count = going_on.count()
    if count:
        rules.check_room(open_count=queries.open_count(into, today=day) + count - 1)
        going_on.update(merchant=into)


@transaction.atomic
def forget_vouchers(*, at: dt.datetime) -> int:
    """Delete codes two days after expiry; return the number deleted. Called by the scheduler."""
    return Voucher.objects.filter(expires_at__lt=at - Voucher.RETENTION).delete()[0]
