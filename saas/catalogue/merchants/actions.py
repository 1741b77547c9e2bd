"""How a merchant comes in, describes their shop and shows it to the spaces around."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from saas.accounts.models import User, normal_email
from saas.accounts.rules import check_password_is_strong
from saas.catalogue.merchants import queries, tasks
from saas.catalogue.merchants.models import Merchant, OpeningHours, Signup
from saas.catalogue.merchants.rules import shops as rules
from saas.catalogue.merchants.rules import vat
from saas.kernel import hashing, hooks, tokens
from saas.kernel.errors import Refused
from saas.kernel.tasks import after_commit, call_after_commit
from saas.kernel.uploads import files, pictures
from saas.kernel.web import rate_limit


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
    """Keep what was asked for and mail the address; the same work whether it is known or not.

    Nobody does this: they are nobody yet.
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
    )
    signup.full_clean()
    signup.save()
    after_commit(tasks.mail_confirmation, signup.pk)
    return signup


@transaction.atomic
def confirm(*, signup: Signup | None, typed_here: bool, at: dt.datetime) -> User:
    """Let somebody in whose address is confirmed. Raises Refused for a used or an old link.

    The password is kept only where it was typed in this browser: anybody may sign up with
    somebody else's address and wait for them to confirm it. Nobody does this: they become
    somebody by it.
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
    signup.confirmed_at, signup.password = at, ""
    signup.save(update_fields=["confirmed_at", "password"])
    return person


@transaction.atomic
def forget_old_signups(*, at: dt.datetime) -> int:
    """Delete sign-ups whose link has expired; return how many. Nobody does this: the clock does."""
    old = queries.unconfirmed_before(at - rules.LINK_LASTS)
    return Signup.objects.filter(pk__in=old).delete()[0]


@transaction.atomic
def describe(
    *,
    description: rules.Description,
    hours: Sequence[rules.Opening],
    picture: pictures.Drawn | None,
    keeps_picture: bool,
    by: User,
    at: dt.datetime,
) -> Merchant:
    """Keep what a merchant says of their shop; what is published changes at once."""
    rules.check_description(description)
    rules.check_hours(hours)
    merchant = Merchant.objects.select_for_update().filter(owner=by).first()
    if merchant is None:
        base = rules.slug_for(description.name, ())
        slug = rules.slug_for(description.name, queries.slugs_like(base))
        merchant = Merchant(owner=by, created_at=at, slug=slug)
    had = (merchant.country, merchant.vat_number)
    for column, value in description._asdict().items():
        setattr(merchant, column, value)
    is_new_number = (merchant.country, merchant.vat_number) != had
    if is_new_number:
        merchant.vat_number_since, merchant.vat_ask_at = at, None
    _change_picture(merchant, picture, keeps=keeps_picture)
    if merchant.state == Merchant.State.PUBLISHED:
        rules.check_may_publish(merchant, hours)
    _check(merchant)
    merchant.save()
    merchant.hours.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(merchant=merchant, **opening._asdict()) for opening in sorted(hours)
    )
    if is_new_number and vat.is_checked_at_vies(merchant):
        after_commit(tasks.check_vat_number, merchant.pk)
    hooks.merchant_changed.ask(merchant.pk, at)
    return merchant


@transaction.atomic
def publish(*, by: User, at: dt.datetime) -> Merchant:
    """Show a shop to every space around it."""
    merchant = Merchant.objects.select_for_update().prefetch_related("hours").get(owner=by)
    rules.check_may_publish(merchant, queries.openings_of(merchant))
    if merchant.state == Merchant.State.DRAFT:
        merchant.state, merchant.published_at = Merchant.State.PUBLISHED, at
        _check(merchant)
        merchant.save(update_fields=["state", "published_at"])
    return merchant


@transaction.atomic
def set_blocked(*, merchant_id: int, blocked: bool, at: dt.datetime) -> Merchant:
    """Take a published shop from every space, or show a blocked one again.

    Nobody does this: the console does, for an operator who says why.
    """
    merchant = Merchant.objects.select_for_update().get(pk=merchant_id)
    rules.check_may_block(merchant, blocked=blocked)
    merchant.state = Merchant.State.BLOCKED if blocked else Merchant.State.PUBLISHED
    merchant.save(update_fields=["state"])
    hooks.merchant_changed.ask(merchant.pk, at)
    return merchant


@transaction.atomic
def record_stripe_customer(*, merchant_id: int, customer: str, at: dt.datetime) -> None:  # noqa: ARG001 - each action says when
    """Remember under which name the payment service knows a merchant.

    Nobody does this: billing does.
    """
    Merchant.objects.filter(pk=merchant_id).update(stripe_customer=customer)


@transaction.atomic
def ask_vies_again(*, merchant: Merchant, by: User, at: dt.datetime) -> Merchant:
    """Have VIES asked now about a merchant's number, for its owner or for an operator."""
    found = Merchant.objects.select_for_update().get(pk=merchant.pk)
    if not vat.is_checked_at_vies(found):
        raise Refused(_("Il n’y a pas de numéro de TVA d’un autre pays à vérifier."))
    if found.owner_id == by.pk:
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


def _check(merchant: Merchant) -> None:
    """Check every column; who has no SIREN is of another country."""
    merchant.full_clean(exclude=None if merchant.siren else {"siren"})


def _change_picture(merchant: Merchant, picture: pictures.Drawn | None, *, keeps: bool) -> None:
    before = merchant.picture
    if picture is None and keeps:
        return
    merchant.picture = ""
    if picture is not None:
        merchant.picture = files.public_name("merchants", "webp")
        pictures.store(picture, merchant.picture)
    if before:
        call_after_commit(lambda: pictures.discard(before))


def _limit(name: str, key: str, *, most: int) -> None:
    rate_limit.check(
        name,
        tokens.hashed(key),
        most=most,
        per_seconds=rules.SIGNUP_SECONDS,
        when_silent=rate_limit.Silent.REFUSE,
    )
