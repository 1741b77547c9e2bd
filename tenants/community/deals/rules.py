"""Rules of deals: how one is passed on, how long it stands, when it no longer works."""

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
    """Refuse more open deals than one person can look after."""
    if open_count >= MOST_OPEN:
        raise Refused(
            _("Vous avez déjà %(count)d bons plans ouverts : fermez-en un d’abord.")
            % {"count": MOST_OPEN}
        )


def check_terms(terms: Terms, *, today: dt.date) -> None:
    """Refuse a deal that nobody could use, or that has no end."""
    if not any(sign.isprintable() and not sign.isspace() for sign in terms.title):
        raise Refused(_("Donnez un titre à votre bon plan."), field="title")
    if not (terms.description or terms.code or terms.link):
        raise Refused(
            _("Dites comment en profiter : un code, un lien ou quelques mots."), field="code"
        )
    check_link(terms.link)
    check_end(terms.ends_on, today=today)


def check_end(ends_on: dt.date, *, today: dt.date) -> None:
    """Refuse an end that has passed, or that nobody could foresee."""
    if ends_on < today:
        raise Refused(
            _("Ce jour est passé : choisissez aujourd’hui ou plus tard."), field="ends_on"
        )
    if ends_on > today + dt.timedelta(days=MOST_DAYS):
        raise Refused(
            _("Un bon plan tient un an au plus : choisissez un jour plus proche."), field="ends_on"
        )


def check_link(link: str) -> None:
    """Refuse a link that is not https, or that hides where it leads.

    What stands before an @ is read as a name by the browser and as the host by the eye.
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
    """Return the host to which a link leads, in ASCII: letters that look alike are told apart."""
    host = urlsplit(link).hostname or ""
    try:
        return host.encode("idna").decode("ascii").removeprefix("www.")
    except UnicodeError:
        return ascii(host)[1:-1]


def check_is_author(author_id: int, person_id: int) -> None:
    """Let nobody but its author change a deal."""
    if author_id != person_id:
        raise NotAllowed(_("Seule la personne qui a partagé ce bon plan peut le changer."))


def check_is_open(deal: Deal, *, today: dt.date) -> None:
    """Refuse to change what has ended."""
    if not is_open(deal, today=today):
        raise Refused(_("Ce bon plan est terminé."))


def check_may_judge(deal: Deal, *, person_id: int, today: dt.date) -> None:
    """Refuse an author's vote on their own deal, and any vote on one that has ended."""
    if deal.author_id == person_id:
        raise Refused(_("C’est votre bon plan : vos collègues disent s’il marche."))
    check_is_open(deal, today=today)


def is_open(deal: Deal, *, today: dt.date) -> bool:
    """Say whether a deal stands: neither closed by its author nor past its last day."""
    return deal.closed_at is None and deal.ends_on >= today


def is_broken(deal: Deal) -> bool:
    """Say whether enough colleagues found that a deal no longer works.

    Three at least say no, and more say no than yes. A vote can change, so it can work again.
    """
    return deal.failing_count >= LEAST_NO and deal.failing_count > deal.working_count


def starts_anew(before: Terms, after: Terms) -> bool:
    """Say whether a change makes the votes void: another code or link is another deal."""
    return (before.code, before.link) != (after.code, after.link)


def ending(deal: Deal, *, today: dt.date) -> str:
    """Tell why a deal is over, or nothing while it can be used."""
    if deal.closed_at is not None:
        return _("Terminé")
    if deal.ends_on < today:
        return _("Expiré")
    return _("Ne marche plus") if is_broken(deal) else ""
