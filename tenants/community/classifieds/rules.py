"""Rules of classifieds: permitted content, duration, and the labels of their states."""

import datetime as dt
from collections.abc import Collection, Sized
from typing import NamedTuple, NoReturn

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.kernel.display import writing
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.values import week
from tenants.community.classifieds.models import Classified
from tenants.spaces.audiences import Audience
from tenants.spaces.models import Category

Kind = Classified.Kind
Outcome = Classified.Outcome

MOST_OPEN = 100
MOST_PICTURES = 6
USUAL_DAYS = 60
MOST_DAYS = 90
QUARTER = 15
KEEP_PURPOSE = "classifieds.keep"
KEEP_LINK_SECONDS = 30 * 24 * 3600
RENEWAL = dt.timedelta(days=30)
RENEWABLE = dt.timedelta(days=14)
REMINDED = dt.timedelta(days=3)

PRICED = frozenset({Kind.SELL, Kind.RENT})
UNPRICED = frozenset({Kind.GIVE, Kind.SWAP})
RESERVABLE = frozenset({*Kind}) - {Kind.SERVICE, Kind.WANTED}
BY_TIME = frozenset({Kind.RENT, Kind.SERVICE})

CATEGORIES: dict[str, str] = {
    Kind.SELL: Category.THINGS,
    Kind.GIVE: Category.THINGS,
    Kind.SWAP: Category.THINGS,
    Kind.RENT: Category.LOANS,
    Kind.SERVICE: Category.SERVICES,
    Kind.WANTED: Category.WANTED,
}
SEEN: dict[str, Promise] = {
    Audience.COMPANY: gettext_lazy("Une entreprise seulement"),
    Audience.NEIGHBOURS: gettext_lazy("Aussi chez nos voisins"),
}
SYMBOLS: dict[str, str] = {
    Kind.SELL: "tag",
    Kind.GIVE: "gift",
    Kind.RENT: "key-round",
    Kind.SWAP: "repeat",
    Kind.WANTED: "search",
    Kind.SERVICE: "wrench",
}
SERVICE_SYMBOLS: dict[str, str] = {
    Classified.Service.CHILDCARE: "baby",
    Classified.Service.TUTORING: "book-open",
    Classified.Service.REPAIRS: "wrench",
    Classified.Service.PETS: "paw-print",
    Classified.Service.OTHER: "handshake",
}
PER: dict[str, Promise] = {
    Classified.Unit.HOUR: gettext_lazy("/h"),
    Classified.Unit.DAY: gettext_lazy("/jour"),
    Classified.Unit.MONTH: gettext_lazy("/mois"),
}
DONE: dict[str, Promise] = {
    Kind.SELL: gettext_lazy("Vendu"),
    Kind.GIVE: gettext_lazy("Donné"),
    Kind.RENT: gettext_lazy("Loué"),
    Kind.SWAP: gettext_lazy("Troqué"),
    Kind.WANTED: gettext_lazy("Trouvé"),
    Kind.SERVICE: gettext_lazy("Pourvu"),
}


class Offer(NamedTuple):
    """An author's description of the thing."""

    kind: str
    title: str
    description: str
    price_cents: int | None
    price_unit: str
    site_id: int | None
    place: str
    audience: str = Audience.SPACE
    service: str = ""
    availability: tuple[week.Hours, ...] = ()
    on_screens: bool = False


def check_may_post(open_count: int) -> None:
    """Raise Refused if a person already has the maximum number of open classifieds."""
    if open_count >= MOST_OPEN:
        raise Refused(
            _("Vous avez déjà %(count)d annonces ouvertes : fermez-en une d’abord.")
            % {"count": MOST_OPEN}
        )


def check_title(title: str) -> None:
    """Raise Refused if a title has only invisible characters."""
    if not any(sign.isprintable() and not sign.isspace() for sign in title):
        raise Refused(_("Donnez un titre à votre annonce."), field="title")


def check_price(kind: str, price_cents: int | None) -> None:
    """Raise Refused for a price on a kind without prices, or a missing price on a priced kind."""
    if price_cents is None:
        if kind in PRICED:
            _refuse_without_price(kind)
        return
    if kind in UNPRICED:
        raise Refused(_("Un don ou un troc n’a pas de prix."), field="price_cents")
    if price_cents == 0:
        raise Refused(_("Pour 0 €, choisissez « À donner »."), field="price_cents")


def _refuse_without_price(kind: str) -> NoReturn:
    if kind == Kind.RENT:
        raise Refused(_("Indiquez un prix, ou prêtez-le sans contrepartie."), field="price_cents")
    raise Refused(_("Indiquez un prix, ou choisissez «\u00a0À donner\u00a0»."), field="price_cents")


def check_place(site_id: int | None, known: frozenset[int]) -> None:
    """Raise Refused if the site does not belong to the space."""
    if site_id is not None and site_id not in known:
        raise Refused(_("Choisissez un lieu de la liste."), field="site_id")


def check_audience(audience: str, choices: Collection[str]) -> None:
    """Raise Refused if the audience is not among the choices.

    An audience is a choice only if the space can identify its people and can reach them.
    """
    if audience not in choices:
        raise Refused(_("Choisissez dans la liste qui voit votre annonce."), field="audience")


def check_treaty_opens(kind: str, given: Collection[str]) -> None:
    """Raise Refused if no treaty opens this kind of classified to neighbours."""
    if CATEGORIES[kind] not in given:
        raise Refused(
            _("Aucun accord n’ouvre cette catégorie aux voisins : choisissez tout l’espace."),
            field="audience",
        )


def check_days(days: int) -> None:
    """Refuse to stay on the board for ever."""
    if not 1 <= days <= MOST_DAYS:
        raise Refused(
            _("Une annonce reste en ligne entre 1 et %(days)d jours.") % {"days": MOST_DAYS},
            field="days",
        )


def check_pictures(chosen: Sized) -> None:
    """Refuse more pictures than a page shows."""
    if len(chosen) > MOST_PICTURES:
        raise Refused(
            _("Une annonce montre %(count)d photos au plus : retirez-en.")
            % {"count": MOST_PICTURES},
            field="pictures",
        )


def check_is_author(author_id: int, person_id: int) -> None:
    """Raise NotAllowed unless the person is the author of the classified."""
    if author_id != person_id:
        raise NotAllowed(_("Seule la personne qui a publié cette annonce peut la changer."))


def check_is_open(classified: Classified, *, at: dt.datetime) -> None:
    """Raise Refused if the classified is closed or expired."""
    if not is_open(classified, at=at):
        raise Refused(_("Cette annonce n’est plus en ligne."))


def check_may_renew(classified: Classified, *, at: dt.datetime) -> None:
    """Raise Refused if the author has closed the classified, or if it still has weeks to run."""
    if classified.closed_at is not None and classified.outcome != Outcome.EXPIRED:
        raise Refused(_("Cette annonce est close : publiez-en une nouvelle."))
    if not is_renewable(classified, at=at):
        raise Refused(
            _("En ligne jusqu’au %(day)s : elle se prolonge dans ses deux dernières semaines.")
            % {"day": writing.shortdate(classified.expires_at)}
        )


def check_hours(hours: Collection[week.Hours]) -> None:
    """Raise Refused for empty or invalid hours, or for two ranges on a weekday."""
    try:
        week.check_week(hours)
    except Refused as refusal:
        raise Refused(refusal.sentence, field="availability") from refusal


def other_of_two(classified: Classified, person_id: int) -> int:
    """Return the other party of a closed deal; raise NotAllowed for a third person."""
    two = {classified.author_id, classified.closed_with_id}
    if classified.closed_with_id is None or person_id not in two:
        raise NotAllowed(_("Seules les deux personnes qui ont conclu se remercient."))
    return (two - {person_id}).pop() or 0


def is_gone_for(classified: Classified, person_id: int) -> bool:
    """Return True if a classified reserved for a person certainly ended without them.

    If it ended with a colleague that its author does not name, it may be this person.
    """
    if classified.outcome == Classified.Outcome.HERE:
        return classified.closed_with_id not in {None, person_id}
    return True


def may_thank(classified: Classified, person_id: int) -> bool:
    """Return True if the person is a party of the closed deal."""
    two = {classified.author_id, classified.closed_with_id}
    return classified.closed_with_id is not None and person_id in two


def check_outcome(outcome: str) -> None:
    """Refuse an ending that only the clock decides."""
    if outcome not in {Outcome.HERE, Outcome.ELSEWHERE, Outcome.NONE}:
        raise Refused(_("Dites comment cela s’est terminé."), field="outcome")


def is_open(classified: Classified, *, at: dt.datetime) -> bool:
    """Return True if colleagues may still respond to the classified."""
    return classified.closed_at is None and classified.expires_at > at


def is_renewable(classified: Classified, *, at: dt.datetime) -> bool:
    """Return True if the author may renew the classified for another month."""
    if classified.closed_at is not None and classified.outcome != Outcome.EXPIRED:
        return False
    return classified.expires_at - at <= RENEWABLE


def renewed_until(expires_at: dt.datetime, *, at: dt.datetime) -> dt.datetime:
    """Return the expiry date plus a month, counted from now if it has passed."""
    return max(expires_at, at) + RENEWAL


def unit_of(kind: str, unit: str) -> str:
    """Return the unit of a price; only rents and services are priced by time."""
    return unit if kind in BY_TIME else Classified.Unit.WHOLE


def service_of(kind: str, service: str) -> str:
    """Return the kind of service; OTHER if the author has not chosen a kind."""
    return (service or Classified.Service.OTHER) if kind == Kind.SERVICE else ""


def hours_of(offer: Offer) -> tuple[week.Hours, ...]:
    """Return the hours at which a service can be had; nothing else has any."""
    return offer.availability if offer.kind == Kind.SERVICE else ()


def kind_in_words(classified: Classified) -> str:
    """Return the label of the kind (À vendre, À donner…), or of the kind of service."""
    return str(classified.get_service_display() or classified.get_kind_display())


def symbol_of(classified: Classified) -> str:
    """Return the icon of the classified's kind or service."""
    return SERVICE_SYMBOLS.get(classified.service) or SYMBOLS[classified.kind]


def is_gift(kind: str, price_cents: int | None) -> bool:
    """Return True if the price tag reads Don."""
    return kind == Kind.GIVE and price_cents is None


def check_may_reserve(classified: Classified, person_id: int, *, by: int, at: dt.datetime) -> None:
    """Raise an error unless the classified may be reserved for this person.

    A classified is reserved for a single person at a time, by that person or by its author.
    """
    if by not in {classified.author_id, person_id} or person_id == classified.author_id:
        raise NotAllowed(_("Seule la personne qui a publié cette annonce peut la changer."))
    check_is_open(classified, at=at)
    if classified.reserved_for_id not in {None, person_id}:
        raise Refused(_("C’est déjà réservé à quelqu’un d’autre : libérez d’abord l’annonce."))


def is_reservable(kind: str) -> bool:
    """Return True if an agreed meeting reserves it: a thing, but not a service or a request."""
    return kind in RESERVABLE


def is_reserved(classified: Classified, *, at: dt.datetime) -> bool:
    """Return True if the classified is reserved and still open."""
    return classified.reserved_for_id is not None and is_open(classified, at=at)


def ending(classified: Classified, *, at: dt.datetime) -> str:
    """Return the label of a classified's outcome, or an empty text while it is open."""
    if is_open(classified, at=at):
        return ""
    if classified.closed_at is None or classified.outcome == Outcome.EXPIRED:
        return _("Expirée")
    if classified.outcome == Outcome.NONE:
        return _("Plus d’actualité")
    return str(DONE[classified.kind])


def seen_in_words(audience: str) -> str:
    """Return the label of the audience, or an empty text if the whole space sees the classified."""
    return str(SEEN.get(audience, ""))


def state_of(classified: Classified, *, at: dt.datetime) -> str:
    """Return the short label of a classified's state."""
    if over := ending(classified, at=at):
        return over
    if classified.reserved_for_id is not None:
        return _("Réservé")
    if classified.kind == Kind.WANTED:
        return _("Recherche en cours")
    return _("Disponible")


def quarters(starts: dt.time, ends: dt.time) -> list[dt.time]:
    """List the quarter hours of a break at which two people can meet."""
    first = -(-_minute_of(starts) // QUARTER) * QUARTER
    last = _minute_of(ends) - QUARTER
    return [dt.time(*divmod(minute, 60)) for minute in range(first, last + 1, QUARTER)]


def _minute_of(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def about(reference: str) -> str:
    """Return the notification key of a classified."""
    return f"classified:{reference}"
