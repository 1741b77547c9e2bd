"""Rules of offers and of the codes that are shown at the till."""

import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.rules import advertising
from saas.catalogue.offers.models import CODE_LENGTH, Offer, Rhythm, Voucher
from saas.catalogue.placements.rules.reviews import SECTOR
from saas.kernel.display.writing import hour, shortdate
from saas.kernel.errors import Refused

# Neither two signs that look alike (0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V) nor two letters that
# sound alike in French (B D P T, M N, F S, G J): a code is said across a counter.
ALPHABET = "2346789ACEFHKMRTWXY"
VALID_FOR = dt.timedelta(minutes=10)
MOST_OPEN = 5
LONGEST_DAYS = 366
MOST_WRONG, WRONG_SECONDS = 20, 600
TILL_LINK = "offers.till"
TILL_LINK_SECONDS = 30 * 24 * 3600


class Terms(NamedTuple):
    """The words of an offer: the advantage, on which terms, when, how often."""

    title: str
    conditions: str
    starts_on: dt.date
    ends_on: dt.date
    rhythm: str
    most_uses: int | None


def subjects_of(title: str, conditions: str, *, category: str) -> str:
    """Return why operators read an offer before: its subjects of law, or its shop's sector.

    Raises Refused for words that the law prohibits, and when a legal mention is missing.
    """
    findings = advertising.check_words(title, conditions, field="title", mention_in="conditions")
    subjects = [finding.subject.value for finding in findings]
    if advertising.needs_a_look([], category=category):
        subjects.append(SECTOR)
    return " ".join(subjects)


def check_may_decide(offer: Offer) -> None:
    """Refuse to decide about an offer that another operator decided."""
    if offer.seen_at is not None:
        raise Refused(_("Quelqu’un d’autre vient de décider de cette offre."))


def plain_code(typed: str) -> str:
    """Return a code as it is kept: capitals, without spaces and dashes."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())[: CODE_LENGTH + 1]


def written(code: str) -> str:
    """Write a code in two halves, as it is read out."""
    half = CODE_LENGTH // 2
    return f"{code[:half]}\u00a0{code[half:]}"


def check_shop(merchant: Merchant | None) -> Merchant:
    """Return the shop. Raises Refused if it is not published, or is blocked."""
    unpublished = {Merchant.State.DRAFT, Merchant.State.WAITING, Merchant.State.REFUSED}
    if merchant is None or merchant.state in unpublished:
        raise Refused(_("Publiez d’abord votre page\u00a0: c’est là que l’on verra vos offres."))
    if merchant.state == Merchant.State.BLOCKED:
        raise Refused(_("Cette page a été bloquée par Troovon. Écrivez-nous pour en parler."))
    return merchant


def check_terms(terms: Terms, *, today: dt.date) -> None:
    """Refuse days that are over, turned round, or too many."""
    if terms.ends_on < terms.starts_on:
        raise Refused(_("La fin suit le début."), field="ends_on")
    if terms.ends_on < today:
        raise Refused(_("Ce jour est passé."), field="ends_on")
    if (terms.ends_on - terms.starts_on).days >= LONGEST_DAYS:
        raise Refused(_("Une offre dure un an au plus."), field="ends_on")


def check_room(*, open_count: int) -> None:
    """Refuse more offers at once than a page can show."""
    if open_count >= MOST_OPEN:
        raise Refused(
            _("Vous avez déjà %(count)d offres en cours\u00a0: arrêtez-en une d’abord.")
            % {"count": MOST_OPEN}
        )


def is_over(offer: Offer, *, today: dt.date) -> bool:
    """Return True if an offer was stopped, or its last day is past."""
    return offer.withdrawn_at is not None or offer.ends_on < today


def check_not_over(offer: Offer, *, today: dt.date) -> None:
    """Raise Refused if the offer to change has ended."""
    if is_over(offer, today=today):
        raise Refused(_("Cette offre est terminée\u00a0: créez-en une autre."))


def check_may_give(offer: Offer | None, *, given: int, today: dt.date) -> Offer:
    """Return the offer. Raises Refused if it is not running or all its codes are taken."""
    if offer is None or is_over(offer, today=today):
        raise Refused(_("Cette offre est terminée."))
    if offer.starts_on > today:
        raise Refused(_("Cette offre commence le %(day)s.") % {"day": shortdate(offer.starts_on)})
    if offer.most_uses is not None and given >= offer.most_uses:
        raise Refused(
            _("Tous les codes de cette offre sont pris. L’un d’eux se libère peut-être bientôt.")
        )
    return offer


def check_has_one_left(rhythm: str, *, has_used: bool) -> None:
    """Raise Refused if a member has used up an offer, for today or in total."""
    if has_used and rhythm == Rhythm.ONCE:
        raise Refused(_("Vous avez déjà profité de cette offre\u00a0: elle vaut une fois."))
    if has_used:
        raise Refused(_("Vous avez déjà profité de cette offre aujourd’hui. À demain\u202f!"))


def check_usable(voucher: Voucher | None, *, merchant_id: int, at: dt.datetime) -> Voucher:
    """Return the voucher. Raises Refused if it is unknown, another merchant's, used or expired."""
    if voucher is None:
        raise Refused(
            _("Ce code n’existe pas. Relisez-le\u00a0: six signes, sans O ni zéro, sans I ni 1."),
            field="code",
        )
    if voucher.offer.merchant_id != merchant_id:
        raise Refused(_("Ce code est celui d’un autre commerce."), field="code")
    if voucher.used_at is not None:
        raise Refused(
            _("Ce code a déjà servi ici, le %(day)s à %(hour)s.")
            % {"day": shortdate(voucher.used_at), "hour": hour(voucher.used_at)},
            field="code",
        )
    if voucher.expires_at <= at:
        raise Refused(
            _("Ce code n’est plus valable depuis %(hour)s. La personne peut en demander un autre.")
            % {"hour": hour(voucher.expires_at)},
            field="code",
        )
    return voucher
