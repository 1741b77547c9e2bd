"""Rules of deals: sharing, duration, and deals that no longer work."""

import datetime as dt
import ipaddress
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from saas.kernel.errors import NotAllowed, Refused
from tenants.community.deals.models import Deal

Category = Deal.Category

MOST_OPEN = 50
USUAL_DAYS = 30
MOST_DAYS = 365
LEAST_NO = 3
"""Colleagues who must have said no before a deal no longer works."""
SHOWN_AFTER = dt.timedelta(days=60)
HTTPS_PORT = 443
SYMBOLS: dict[str, str] = {
    Category.FOOD: "utensils",
    Category.SHOPPING: "tag",
    Category.OUTINGS: "ticket",
    Category.SPORT: "dumbbell",
    Category.TRAVEL: "globe",
    Category.HOME: "house",
    Category.OTHER: "gift",
}
_is_https = URLValidator(schemes=["https"])


class Terms(NamedTuple):
    """The words of a deal, as its author has them."""

    category: str
    title: str
    description: str
    code: str
    link: str
    ends_on: dt.date
    on_screens: bool = False


def check_may_post(open_count: int) -> None:
    """Raise Refused if a person already has the maximum number of open deals."""
    if open_count >= MOST_OPEN:
        raise Refused(
            _("Vous avez déjà %(count)d bons plans ouverts : fermez-en un d’abord.")
            % {"count": MOST_OPEN}
        )


def check_terms(terms: Terms, *, today: dt.date) -> None:
    """Raise Refused for a deal without a title, without instructions, or with an invalid end."""
    if not any(sign.isprintable() and not sign.isspace() for sign in terms.title):
        raise Refused(_("Donnez un titre à votre bon plan."), field="title")
    if not (terms.description or terms.code or terms.link):
        raise Refused(
            _("Dites comment en profiter : un code, un lien ou quelques mots."), field="code"
        )
    check_link(terms.link)
    check_end(terms.ends_on, today=today)


def check_end(ends_on: dt.date, *, today: dt.date) -> None:
    """Raise Refused for an end in the past, or too far ahead."""
    if ends_on < today:
        raise Refused(
            _("Ce jour est passé : choisissez aujourd’hui ou plus tard."), field="ends_on"
        )
    if ends_on > today + dt.timedelta(days=MOST_DAYS):
        raise Refused(
            _("Un bon plan tient un an au plus : choisissez un jour plus proche."), field="ends_on"
        )


def check_link(link: str) -> None:
    """Raise Refused for a link that does not use https, or that disguises its host.

    The part before an @ is a user name for the browser, but looks like the host to a reader.
    """
    if not link:
        return
    try:
        _is_https(link)
        parts = urlsplit(link)
        port = parts.port
    except (ValidationError, ValueError):
        raise Refused(
            _("Le lien doit être une adresse complète qui commence par https://."), field="link"
        ) from None
    if parts.username is not None or port not in {None, HTTPS_PORT} or not _is_named(parts):
        raise Refused(
            _("Ce lien cache où il mène : donnez l’adresse du site, sans identifiant ni port."),
            field="link",
        )


def _is_named(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host.strip(".")
    return False


def host_of(link: str) -> str:
    """Return the host of a link in ASCII, so that look-alike letters differ."""
    host = urlsplit(link).hostname or ""
    try:
        return host.encode("idna").decode("ascii").removeprefix("www.")
    except UnicodeError:
        return ascii(host)[1:-1]


def check_is_author(author_id: int, person_id: int) -> None:
    """Raise NotAllowed unless the person is the author of the deal."""
    if author_id != person_id:
        raise NotAllowed(_("Seule la personne qui a partagé ce bon plan peut le changer."))


def check_is_open(deal: Deal, *, today: dt.date) -> None:
    """Raise Refused if the deal is closed or past its last day."""
    if not is_open(deal, today=today):
        raise Refused(_("Ce bon plan est terminé."))


def check_may_judge(deal: Deal, *, person_id: int, today: dt.date) -> None:
    """Raise Refused for an author's vote on their own deal, and for any vote on a closed deal."""
    if deal.author_id == person_id:
        raise Refused(_("C’est votre bon plan : vos collègues disent s’il marche."))
    check_is_open(deal, today=today)


def is_open(deal: Deal, *, today: dt.date) -> bool:
    """Return True if a deal is neither closed by its author nor past its last day."""
    return deal.closed_at is None and deal.ends_on >= today


def is_broken(deal: Deal) -> bool:
    """Return True if enough colleagues voted that a deal no longer works.

    This takes at least three negative votes, and more negative than positive votes. A vote can
    change, so the deal can work again.
    """
    return deal.failing_count >= LEAST_NO and deal.failing_count > deal.working_count


def starts_anew(before: Terms, after: Terms) -> bool:
    """Return True if a change voids the votes: another code or link makes it another deal."""
    return (before.code, before.link) != (after.code, after.link)


def ending(deal: Deal, *, today: dt.date) -> str:
    """Return the label of the reason why a deal is over, or an empty text while it is open."""
    if deal.closed_at is not None:
        return _("Terminé")
    if deal.ends_on < today:
        return _("Expiré")
    return _("Ne marche plus") if is_broken(deal) else ""
