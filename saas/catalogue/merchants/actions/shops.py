"""How a merchant comes in, describes their shop and shows it to the spaces around."""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import User, normal_email
from saas.accounts.rules import check_password_is_strong
from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.actions import people
from saas.catalogue.merchants.actions import pictures as picture_actions
from saas.catalogue.merchants.actions import team as people_of_shop
from saas.catalogue.merchants.models import Acceptance, Merchant, OpeningHours, Signup, unidentified
from saas.catalogue.merchants.queries import shops as queries
from saas.catalogue.merchants.queries import team
from saas.catalogue.merchants.rules import advertising, identity, joining, vat
from saas.catalogue.merchants.rules import shops as rules
from saas.catalogue.merchants.rules.closures import Closures, check_closing
from saas.kernel import hooks
from saas.kernel.errors import Refused
from saas.kernel.secrets import hashing, tokens
from saas.kernel.tasks import after_commit, call_after_commit
from saas.kernel.uploads import files, pictures
from saas.kernel.values import legal
from saas.kernel.web import rate_limit

logger = logging.getLogger(__name__)


@transaction.atomic
def sign_up(
    *,
    first_name: str,
    last_name: str,
    email: str,
    password: str,
    language: str,
    network: str,
    at: dt.datetime,
) -> Signup:
    """Create a sign-up and mail the address; known and unknown addresses cost the same work.

    There is no `by`: the visitor has no account yet.
    """
    address = normal_email(email)
    _limit("merchant_signup", f"{address}:{network}", most=rules.SIGNUPS_OF_AN_ADDRESS)
    _limit("merchant_signup_address", address, most=rules.SIGNUPS_OF_ALL_NETWORKS)
    _limit("merchant_signup_network", network, most=rules.SIGNUPS_OF_A_NETWORK)
    check_password_is_strong(password, User(email=address, first_name=first_name))
    signup = Signup(
        email=address,
        first_name=first_name,
        last_name=last_name,
        password=hashing.hash_password(password),
        language=language,
        asked_at=at,
        **legal.accepted(legal.CGV),
    )
    signup.full_clean()
    signup.save()
    after_commit(tasks.mail_confirmation, signup.pk)
    return signup


@transaction.atomic
def confirm(*, signup: Signup | None, typed_here: bool, at: dt.datetime) -> User:
    """Create the account of a confirmed address. Raises Refused for a used or expired link.

    The password is kept only if it was typed in this browser: a stranger may sign up with another
    person's address and wait for its owner to confirm it. There is no `by`: the account begins
    here.
    """
    if signup is not None:
        signup = Signup.objects.select_for_update().get(pk=signup.pk)
    known = signup is not None and queries.is_known(signup.email)
    signup = rules.check_usable(signup, known=known, at=at)
    person = User(
        email=signup.email,
        first_name=signup.first_name,
        last_name=signup.last_name,
        password=signup.password,
        language=signup.language,
        created_at=at,
    )
    if not typed_here:
        person.set_unusable_password()
    person.full_clean()
    person.save()
    Acceptance.objects.create(
        person=person,
        cgv_version=signup.cgv_version,
        cgv_digest=signup.cgv_digest,
        accepted_at=signup.asked_at,
    )
    signup.confirmed_at, signup.password = at, ""
    signup.save(update_fields=["confirmed_at", "password"])
    return person


@transaction.atomic
def forget_old_signups(*, at: dt.datetime) -> int:
    """Delete sign-ups with an expired link; return the number deleted. Called by the scheduler."""
    old = queries.unconfirmed_before(at - rules.LINK_LASTS)
    return Signup.objects.filter(pk__in=old).delete()[0]


@transaction.atomic
def describe(
    *,
    description: rules.Description,
    hours: Sequence[rules.Opening],
    picture: bytes | None,
    keeps_picture: bool,
    closures: Closures | None = None,
    is_new: bool = False,
    by: User,
    at: dt.datetime,
) -> Merchant:
    """Update the description of the shop at the desk, or create a further shop (`is_new`).

    A published page of a trusted merchant changes at once.
    """
    _check_description(description)
    rules.check_hours(hours)
    merchant = None if is_new else _lock_current(by)
    if merchant is None:
        merchant = Merchant(owner=by, created_at=at, slug=_free_slug(description.name))
    held = _held_columns(merchant, description)
    is_new_number = _set_columns(merchant, description, held=held, at=at)
    _set_closures(merchant, closures, at=at)
    sent = _change_picture(merchant, picture, keeps=keeps_picture)
    _propose(merchant, held, at=at)
    if merchant.state in rules.IDENTIFIED:
        rules.check_may_publish(merchant, hours)
        _identify(merchant)
    _check(merchant)
    merchant.save()
    if is_new:
        people_of_shop.choose_shop(merchant=merchant, by=by, at=at)
    if picture is not None:
        picture_actions.send_picture(merchant=merchant, name=sent, content=picture, at=at)
    _replace_hours(merchant, hours)
    if is_new_number and vat.is_checked_at_vies(merchant):
        after_commit(tasks.check_vat_number, merchant.pk)
    hooks.merchant_changed.ask(merchant.pk, at)
    return merchant


def _check_description(description: rules.Description) -> None:
    rules.check_description(description)
    advertising.check_page_words(description.name, field="name")
    advertising.check_page_words(description.description)


def _free_slug(name: str) -> str:
    base = rules.slug_for(name, ())
    return rules.slug_for(name, queries.slugs_like(base))


def _replace_hours(merchant: Merchant, hours: Sequence[rules.Opening]) -> None:
    merchant.hours.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(merchant=merchant, **opening._asdict()) for opening in sorted(hours)
    )


@transaction.atomic
def publish(*, by: User, at: dt.datetime) -> Merchant:
    """Submit a shop for review by operators before spaces see it; publish a trusted shop at once.

    If a shop with its number and address exists already, this becomes a request to join it.
    """
    shops = Merchant.objects.filter(pk__in=team.current_of(by))
    merchant = shops.select_for_update().prefetch_related("hours").get()
    rules.check_may_publish(merchant, queries.openings_of(merchant))
    if merchant.state not in rules.UNPUBLISHED:
        return merchant
    other = _submit(merchant, at=at)
    if other is not None:
        people.ask_to_join(merchant=other, by=by, at=at)
    return merchant


@transaction.atomic
def approve_shop(*, merchant_id: int, trusts: bool = False, by: User, at: dt.datetime) -> Merchant:
    """Publish a shop, or its changes, to the spaces around it; `trusts`: skip later reviews.

    Called by the console, for an operator.
    """
    merchant = Merchant.objects.select_for_update().get(pk=merchant_id)
    rules.check_may_see(merchant)
    was = vat.standing_place(merchant)
    for column, value in merchant.proposed.items():
        setattr(merchant, column, rules.column_value(column, value))
    vat.place_establishment(merchant, was, at=at)
    changed, merchant.proposed = bool(merchant.proposed), {}
    _identify(merchant)
    merchant.seen_at = at
    if merchant.state == Merchant.State.WAITING or changed:
        merchant.decided_at, merchant.decision_mailed_at = at, None
        after_commit(tasks.mail_shop_decision, merchant.pk)
    if merchant.state == Merchant.State.WAITING:
        merchant.state = Merchant.State.PUBLISHED
        merchant.published_at = merchant.published_at or at
    if trusts and merchant.trusted_at is None:
        merchant.trusted_at = at
    _check(merchant)
    merchant.save()
    logger.info("%s showed the shop %s", by.reference, merchant.reference)
    hooks.merchant_changed.ask(merchant.pk, at)
    return merchant


@transaction.atomic
def refuse_shop(*, merchant_id: int, reason: str, by: User, at: dt.datetime) -> Merchant:
    """Refuse a shop or its changes, with a reason; the merchant may correct it.

    A page that was published already, of a trusted merchant, is withdrawn from the spaces. Called
    by the console, for an operator.
    """
    merchant = Merchant.objects.select_for_update().get(pk=merchant_id)
    rules.check_may_see(merchant)
    merchant.review_reason = joining.check_reason(reason)
    merchant.decided_at = merchant.seen_at = at
    merchant.decision_mailed_at, merchant.trusted_at = None, None
    if merchant.proposed:
        merchant.proposed = {}
    else:
        merchant.state, merchant.identity = Merchant.State.REFUSED, unidentified()
    _check(merchant)
    merchant.save()
    logger.info("%s refused the shop %s", by.reference, merchant.reference)
    after_commit(tasks.mail_shop_decision, merchant.pk)
    hooks.merchant_changed.ask(merchant.pk, at)
    return merchant


@transaction.atomic
def set_blocked(*, merchant_id: int, blocked: bool, at: dt.datetime) -> Merchant:
    """Hide a published shop from every space, or show a blocked shop again.

    Called by the console, for an operator with a reason.
    """
    merchant = Merchant.objects.select_for_update().get(pk=merchant_id)
    rules.check_may_block(merchant, blocked=blocked)
    merchant.state = Merchant.State.BLOCKED if blocked else Merchant.State.PUBLISHED
    merchant.save(update_fields=["state"])
    hooks.merchant_changed.ask(merchant.pk, at)
    return merchant


@transaction.atomic
def record_stripe_customer(*, merchant_id: int, customer: str, at: dt.datetime) -> None:  # noqa: ARG001 - each action says when
    """Store Stripe's customer id of a merchant.

    Called by billing.
    """
    Merchant.objects.filter(pk=merchant_id).update(stripe_customer=customer)


@transaction.atomic
def ask_vies_again(*, merchant: Merchant, by: User, at: dt.datetime) -> Merchant:
    """Have VIES asked now about a merchant's number, for its owner or for an operator."""
    found = Merchant.objects.select_for_update().get(pk=merchant.pk)
    if not vat.is_checked_at_vies(found):
        raise Refused(_("Il n’y a pas de numéro de TVA d’un autre pays à vérifier."))
    if team.runs(found.pk, by):
        rate_limit.check(
            "vat_again",
            found.reference,
            most=rules.MOST_VAT_CHECKS,
            per_seconds=rules.VAT_CHECKS_SECONDS,
            when_silent=rate_limit.Silent.LET_PASS,
        )
    found.vat_ask_at = at
    found.save(update_fields=["vat_ask_at"])
    after_commit(tasks.check_vat_number, found.pk, by.reference)
    return found


def _set_closures(merchant: Merchant, closures: Closures | None, *, at: dt.datetime) -> None:
    if closures is None:
        return
    first, last = closures.closed_from, closures.closed_until
    own = check_closing(first, last, today=timezone.localdate(at))
    merchant.open_on_holidays = closures.open_on_holidays
    merchant.closed_from, merchant.closed_until = own.closed_from, own.closed_until


def _lock_current(person: User) -> Merchant | None:
    """Lock the shop that the desk shows. Raises NotAllowed for a person of the till alone."""
    shop = team.shop_of(person)
    return Merchant.objects.select_for_update().get(pk=shop.pk) if shop else None


def _check(merchant: Merchant) -> None:
    """Validate every column; a merchant without a SIREN is from another country."""
    merchant.full_clean(exclude={"proposed"} if merchant.siren else {"proposed", "siren"})


def _submit(merchant: Merchant, *, at: dt.datetime) -> Merchant | None:
    """Submit a shop for review, or publish a trusted shop; return a shop of the same identity.

    Of two concurrent submissions, the second finds the first through the constraint.
    """
    own = identity.identity_of(merchant)
    other = queries.shop_with_identity(own, but=merchant.pk)
    if other is not None:
        return other
    merchant.identity, merchant.review_reason, merchant.seen_at = own, "", None
    merchant.review_asked_at, merchant.review_due_at = at, at + joining.SEEN_WITHIN
    merchant.state = Merchant.State.WAITING
    if merchant.trusted_at is not None:
        merchant.state, merchant.published_at = Merchant.State.PUBLISHED, at
    try:
        with transaction.atomic():
            merchant.save()
    except IntegrityError as error:
        other = queries.shop_with_identity(own, but=merchant.pk)
        if other is None:
            raise Refused(_("Cette boutique vient de changer\u00a0: recommencez.")) from error
        merchant.refresh_from_db()
    return other


def _identify(merchant: Merchant) -> None:
    """Keep the identity of a shop as it is now described, unless another shop has it."""
    own = identity.identity_of(merchant)
    taken = queries.shop_with_identity(own, but=merchant.pk)
    merchant.identity = rules.check_identity_is_free(own, taken=taken)


def _set_columns(
    merchant: Merchant, description: rules.Description, *, held: dict[str, Any], at: dt.datetime
) -> bool:
    """Copy a description except its held columns; return True if the VAT number changed."""
    had = (merchant.country, merchant.vat_number)
    was = vat.standing_place(merchant)
    for column, value in description._asdict().items():
        if column not in held:
            setattr(merchant, column, value)
    is_new_number = (merchant.country, merchant.vat_number) != had
    if is_new_number:
        merchant.vat_number_since, merchant.vat_ask_at = at, None
    vat.place_establishment(merchant, was, at=at)
    return is_new_number


def _held_columns(merchant: Merchant, description: rules.Description) -> dict[str, Any]:
    """Return the changes of a published, untrusted shop that operators must review first."""
    if merchant.state != Merchant.State.PUBLISHED or merchant.trusted_at is not None:
        return {}
    typed = description._asdict()
    return {
        name: typed[name] for name in rules.SEEN_FIRST if typed[name] != getattr(merchant, name)
    }


def _propose(merchant: Merchant, held: dict[str, Any], *, at: dt.datetime) -> None:
    if merchant.state != Merchant.State.PUBLISHED or merchant.trusted_at is not None:
        return
    picture = {name: value for name, value in merchant.proposed.items() if name == "picture"}
    proposed = {name: str(value) for name, value in held.items()} | picture
    if proposed and proposed != merchant.proposed:
        merchant.review_asked_at, merchant.review_due_at = at, at + joining.SEEN_WITHIN
    merchant.seen_at = None if proposed else merchant.seen_at
    merchant.proposed = proposed


def _change_picture(merchant: Merchant, picture: bytes | None, *, keeps: bool) -> str:
    """Return the name of the picture that was sent, which the shop's row has or proposes now."""
    before = merchant.picture
    if picture is None and keeps:
        return ""
    name = files.public_name("merchants", "webp") if picture is not None else ""
    waits = merchant.state == Merchant.State.PUBLISHED and merchant.trusted_at is None
    if waits and picture is not None:
        merchant.proposed = {**merchant.proposed, "picture": name}
        return name
    merchant.picture = name
    if before:
        call_after_commit(lambda: pictures.discard(before))
    return name


def _limit(name: str, key: str, *, most: int) -> None:
    rate_limit.check(
        name,
        tokens.hashed(key),
        most=most,
        per_seconds=rules.SIGNUP_SECONDS,
        when_silent=rate_limit.Silent.REFUSE,
    )
