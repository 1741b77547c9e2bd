"""Rules of classifieds: what may be posted, for how long, and how its state is told."""

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
    """Refuse more open classifieds than one person can look after."""
    if open_count >= MOST_OPEN:
        raise Refused(
            _("Vous avez déjà %(count)d annonces ouvertes : fermez-en une d’abord.")
            % {"count": MOST_OPEN}
        )


def check_title(title: str) -> None:
    """Refuse a title of signs that nobody sees."""
    if not any(sign.isprintable() and not sign.isspace() for sign in title):
        raise Refused(_("Donnez un titre à votre annonce."), field="title")


def check_price(kind: str, price_cents: int | None) -> None:
    """Refuse a price where there is none, and none where one is due."""
    if price_cents is None:
        if kind in PRICED:
            _refuse_without_price(kind)
        return
    if kind in UNPRICED:
        raise Refused(_("Un don ou un troc n’a pas de prix."), field="price_cents")
    if price_cents == 0:
        raise Refused(_("Pour 0 €, choisissez « Donne »."), field="price_cents")


def _refuse_without_price(kind: str) -> NoReturn:
    if kind == Kind.RENT:
        raise Refused(_("Indiquez un prix, ou prêtez-le sans contrepartie."), field="price_cents")
    raise Refused(_("Indiquez un prix, ou choisissez «\u00a0Donne\u00a0»."), field="price_cents")


def check_place(site_id: int | None, known: frozenset[int]) -> None:
    """Refuse a site that is not the space's."""
    if site_id is not None and site_id not in known:
        raise Refused(_("Choisissez un lieu de la liste."), field="site_id")


def check_audience(audience: str, choices: Collection[str]) -> None:
    """Refuse to post for people whom there is no way to tell apart, or none to reach."""
    if audience not in choices:
        raise Refused(_("Choisissez dans la liste qui voit votre annonce."), field="audience")


def check_treaty_opens(kind: str, given: Collection[str]) -> None:
    """Refuse to post for neighbours who do not see this kind of thing."""
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
    """Let nobody but its author change a classified."""
    if author_id != person_id:
        raise NotAllowed(_("Seule la personne qui a publié cette annonce peut la changer."))


def check_is_open(classified: Classified, *, at: dt.datetime) -> None:
    """Refuse to change what has ended."""
    if not is_open(classified, at=at):
        raise Refused(_("Cette annonce n’est plus en ligne."))


def check_may_renew(classified: Classified, *, at: dt.datetime) -> None:
    """Refuse to prolong what its author has closed, or what still has weeks to run."""
    if classified.closed_at is not None and classified.outcome != Outcome.EXPIRED:
        raise Refused(_("Cette annonce est close : publiez-en une nouvelle."))
    if not is_renewable(classified, at=at):
        raise Refused(
            _("En ligne jusqu’au %(day)s : elle se prolonge dans ses deux dernières semaines.")
            % {"day": writing.shortdate(classified.expires_at)}
        )


def check_hours(hours: Collection[week.Hours]) -> None:
    """Refuse hours that are none, or two stretches on a weekday."""
    try:
        week.check_week(hours)
    except Refused as refusal:
        raise Refused(refusal.sentence, field="availability") from refusal


def other_of_two(classified: Classified, person_id: int) -> int:
    """Return the other of the two who came to terms; nobody else has a reason to thank."""
    two = {classified.author_id, classified.closed_with_id}
    if classified.closed_with_id is None or person_id not in two:
        raise NotAllowed(_("Seules les deux personnes qui ont conclu se remercient."))
    return (two - {person_id}).pop() or 0


def is_gone_for(classified: Classified, person_id: int) -> bool:
    """Say whether a classified surely ended without somebody, for whom it was held.

    Where it ended with a colleague whom its author does not name, it may be them.
    """
    if classified.outcome == Classified.Outcome.HERE:
        return classified.closed_with_id not in {None, person_id}
    return True


def may_thank(classified: Classified, person_id: int) -> bool:
    """Say whether somebody is one of the two who came to terms."""
    two = {classified.author_id, classified.closed_with_id}
    return classified.closed_with_id is not None and person_id in two


def check_outcome(outcome: str) -> None:
    """Refuse an ending that only the clock decides."""
    if outcome not in {Outcome.HERE, Outcome.ELSEWHERE, Outcome.NONE}:
        raise Refused(_("Dites comment cela s’est terminé."), field="outcome")


def is_open(classified: Classified, *, at: dt.datetime) -> bool:
    """Say whether colleagues may still answer to it."""
    return classified.closed_at is None and classified.expires_at > at


def is_renewable(classified: Classified, *, at: dt.datetime) -> bool:
    """Say whether its author may keep it for another month."""
    if classified.closed_at is not None and classified.outcome != Outcome.EXPIRED:
        return False
    return classified.expires_at - at <= RENEWABLE


def renewed_until(expires_at: dt.datetime, *, at: dt.datetime) -> dt.datetime:
    """Return a month more, from now for what has expired."""
    return max(expires_at, at) + RENEWAL


def unit_of(kind: str, unit: str) -> str:
    """Return what a price is for; only rents and services are paid by time."""
    return unit if kind in BY_TIME else Classified.Unit.WHOLE


def service_of(kind: str, service: str) -> str:
    """Return which service it is; another one where its author did not say."""
    return (service or Classified.Service.OTHER) if kind == Kind.SERVICE else ""


def hours_of(offer: Offer) -> tuple[week.Hours, ...]:
    """Return the hours at which a service can be had; nothing else has any."""
    return offer.availability if offer.kind == Kind.SERVICE else ()


def kind_in_words(classified: Classified) -> str:
    """Tell what is posted: Vends, Donne…, or which service."""
    return str(classified.get_service_display() or classified.get_kind_display())


def symbol_of(classified: Classified) -> str:
    """Return the icon of what is posted."""
    return SERVICE_SYMBOLS.get(classified.service) or SYMBOLS[classified.kind]


def is_gift(kind: str, price_cents: int | None) -> bool:
    """Say whether the price tag reads Don."""
    return kind == Kind.GIVE and price_cents is None


def check_may_reserve(classified: Classified, person_id: int, *, by: int, at: dt.datetime) -> None:
    """Let a thing be held for one person at a time, on the word of that person or its author."""
    if by not in {classified.author_id, person_id} or person_id == classified.author_id:
        raise NotAllowed(_("Seule la personne qui a publié cette annonce peut la changer."))
    check_is_open(classified, at=at)
    if classified.reserved_for_id not in {None, person_id}:
        raise Refused(_("C’est déjà réservé à quelqu’un d’autre : libérez d’abord l’annonce."))


def is_reservable(kind: str) -> bool:
    """Say whether a meeting holds it: a thing is one person's, a service or a wish is not."""
    return kind in RESERVABLE


def is_reserved(classified: Classified, *, at: dt.datetime) -> bool:
    """Say whether it is held for somebody while it is on the board."""
    return classified.reserved_for_id is not None and is_open(classified, at=at)


def ending(classified: Classified, *, at: dt.datetime) -> str:
    """Tell how a classified ended, or nothing while it is on the board."""
    if is_open(classified, at=at):
        return ""
    if classified.closed_at is None or classified.outcome == Outcome.EXPIRED:
        return _("Expirée")
    if classified.outcome == Outcome.NONE:
        return _("Plus d’actualité")
    return str(DONE[classified.kind])


def seen_in_words(audience: str) -> str:
    """Tell who sees a classified, where it is not simply everybody here."""
    return str(SEEN.get(audience, ""))


def state_of(classified: Classified, *, at: dt.datetime) -> str:
    """Tell in one or two words where a classified stands."""
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
    """Name a classified, as notifications know it."""
    return f"classified:{reference}"
