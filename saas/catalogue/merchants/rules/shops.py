"""Rules of a shop's description and opening hours."""

import datetime as dt
import itertools
from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.catalogue.merchants.models import LATEST_ON_THE_MORROW, Merchant, Signup
from saas.catalogue.merchants.rules.closures import NEVER, Closures, Shut
from saas.kernel.display.writing import hour
from saas.kernel.errors import Refused
from saas.kernel.values import vat_numbers
from tenants.spaces.rules.walks import check_place
from tenants.spaces.rules.workplaces import check_siren

ELSEWHERE = "XX"
COUNTRIES = (
    (vat_numbers.FRANCE, gettext_lazy("France")),
    ("DE", gettext_lazy("Allemagne")),
    ("AT", gettext_lazy("Autriche")),
    ("BE", gettext_lazy("Belgique")),
    ("BG", gettext_lazy("Bulgarie")),
    ("CY", gettext_lazy("Chypre")),
    ("HR", gettext_lazy("Croatie")),
    ("DK", gettext_lazy("Danemark")),
    ("ES", gettext_lazy("Espagne")),
    ("EE", gettext_lazy("Estonie")),
    ("FI", gettext_lazy("Finlande")),
    ("GR", gettext_lazy("Grèce")),
    ("HU", gettext_lazy("Hongrie")),
    ("IE", gettext_lazy("Irlande")),
    ("IT", gettext_lazy("Italie")),
    ("LV", gettext_lazy("Lettonie")),
    ("LT", gettext_lazy("Lituanie")),
    ("LU", gettext_lazy("Luxembourg")),
    ("MT", gettext_lazy("Malte")),
    ("NL", gettext_lazy("Pays-Bas")),
    ("PL", gettext_lazy("Pologne")),
    ("PT", gettext_lazy("Portugal")),
    ("RO", gettext_lazy("Roumanie")),
    ("SK", gettext_lazy("Slovaquie")),
    ("SI", gettext_lazy("Slovénie")),
    ("SE", gettext_lazy("Suède")),
    ("CZ", gettext_lazy("Tchéquie")),
    (ELSEWHERE, gettext_lazy("Un autre pays")),
)
LINK_LASTS = dt.timedelta(days=3)
MAILED_WITHIN = dt.timedelta(minutes=2)
DRAWN_WITHIN = dt.timedelta(minutes=1)
DRAWN_WITHIN = dt.timedelta(minutes=1)
MOST_UNMAILED = 200
CONFIRM = "merchants.confirm"
# How often in an hour a merchant may have VIES asked again.
MOST_VAT_CHECKS, VAT_CHECKS_SECONDS = 5, 60 * 60
SIGNUP_SECONDS = 60 * 60
SIGNUPS_OF_AN_ADDRESS = 5
SIGNUPS_OF_ALL_NETWORKS = 20  # of a single address: earlier links are in its mailbox
SIGNUPS_OF_A_NETWORK = 60
DAYS = range(7)
A_DAY = 24 * 60
DAYS_AHEAD = 100  # beyond the longest closing
CELLS_A_DEGREE = 100
CELLS_A_ROW = 100_000
LONGEST_SLUG = 50
# States of a shop hidden from spaces, and of a shop with an identity no other shop may take.
UNPUBLISHED = frozenset({Merchant.State.DRAFT, Merchant.State.REFUSED})
IDENTIFIED = frozenset({Merchant.State.WAITING, Merchant.State.PUBLISHED, Merchant.State.BLOCKED})
# Fields of a published, untrusted shop that change only after review by operators.
SEEN_FIRST = (
    *("name", "category", "description", "website", "street", "postcode", "city"),
    *("latitude", "longitude", "legal_name", "siren"),
)
RESERVED = frozenset(
    {"seen", "go", "why", "city", "pictures", "report"}
)  # addresses beside the shops'


class Opening(NamedTuple):
    """From when to when doors are open on a day of the week, or into the morrow; Monday is 0."""

    weekday: int
    opens: dt.time
    closes: dt.time

    @property
    def over_night(self) -> bool:
        """Whether it ends on the morrow."""
        return self.closes < self.opens

    @property
    def minutes(self) -> tuple[int, int]:
        """When it begins and ends, in minutes of the week; after Sunday's midnight it goes on."""
        begin, end = self.minutes_of_day
        return begin + self.weekday * A_DAY, end + self.weekday * A_DAY

    @property
    def minutes_of_day(self) -> tuple[int, int]:
        """When it begins and ends, in minutes of its day; past midnight they go on."""
        return _minute(self.opens), _minute(self.closes) + self.over_night * A_DAY


class OpeningState(NamedTuple):
    """Opening state: open now and until when, or the number of days and the time until it opens."""

    open: bool
    until: dt.time | None = None
    days: int | None = None
    opens: dt.time | None = None
    shut: Shut | None = None


class Description(NamedTuple):
    """A merchant's description of their shop, as the desk's form reads it."""

    name: str
    category: str
    description: str
    phone: str
    website: str
    street: str
    postcode: str
    city: str
    latitude: Decimal
    longitude: Decimal
    legal_name: str
    siren: str
    vat_number: str
    billing_email: str
    country: str = vat_numbers.FRANCE
    seat_street: str = ""
    seat_postcode: str = ""
    seat_city: str = ""


def check_usable(signup: Signup | None, *, known: bool, at: dt.datetime) -> Signup:
    """Return the sign-up that a link may still confirm. Raises Refused."""
    if signup is None or signup.asked_at + LINK_LASTS <= at:
        raise Refused(_("Ce lien a expiré. Inscrivez-vous de nouveau : il faut une minute."))
    if known or signup.confirmed_at is not None:
        raise Refused(_("Cette adresse est déjà confirmée : connectez-vous."))
    return signup


def check_description(description: Description) -> None:
    """Raise Refused for wrong business numbers or an impossible place."""
    check_business(description)
    check_seat(description)
    check_place(description.latitude, description.longitude)


def check_business(description: Description) -> None:
    """Refuse a business that we cannot send a rightful invoice to."""
    if description.country == vat_numbers.FRANCE:
        _check_french(description.siren, description.vat_number)
    elif description.country in vat_numbers.COUNTRIES:
        _check_european(description.country, description.vat_number, description.siren)
    else:
        raise Refused(
            _("Troovon vend aux entreprises établies en France ou dans l’Union européenne."),
            field="country",
        )


def check_seat(description: Description) -> None:
    """Raise Refused for an incomplete seat address, or a foreign business without a seat address.

    CGI, annexe II, article 242 nonies A, 1°: an invoice names the buyer's address.
    """
    parts = (description.seat_street, description.seat_postcode, description.seat_city)
    if any(parts) and not all(parts):
        raise Refused(
            _("Donnez l’adresse entière du siège : rue, code postal et ville."),
            field="seat_street",
        )
    if description.country != vat_numbers.FRANCE and not all(parts):
        raise Refused(
            _("Donnez l’adresse du siège dans son pays : elle figure sur vos factures."),
            field="seat_street",
        )


def _check_french(siren: str, number: str) -> None:
    if not siren:
        raise Refused(_("Écrivez le numéro SIREN\u00a0: 9 chiffres."), field="siren")
    _check_siren(siren)
    if number.startswith(vat_numbers.FRANCE) and not vat_numbers.is_of_siren(number, siren):
        raise Refused(
            _("Ce numéro de TVA ne va pas avec le SIREN\u00a0: attendu %(expected)s.")
            % {"expected": vat_numbers.french_number(siren)},
            field="vat_number",
        )
    if number and not number.startswith(vat_numbers.FRANCE):
        raise Refused(
            _("Un numéro de TVA français commence par FR\u00a0: choisissez le pays."),
            field="vat_number",
        )


def _check_siren(siren: str) -> None:
    """Refuse a wrong SIREN beside its field."""
    try:
        check_siren(siren)
    except Refused as refusal:
        raise Refused(refusal.sentence, field="siren") from refusal


def _check_european(country: str, number: str, siren: str) -> None:
    if not number:
        raise Refused(
            _("Donnez votre numéro de TVA\u00a0: sans lui, nous ne pouvons pas vous facturer."),
            field="vat_number",
        )
    if number.startswith("XI"):
        raise Refused(
            _("Un numéro XI ne vaut que pour des biens\u00a0: un service n’y est pas facturé."),
            field="vat_number",
        )
    if siren:
        _check_siren(siren)
    prefix = vat_numbers.prefix_of(country)
    if not number.startswith(prefix) or not vat_numbers.is_well_formed(number):
        raise Refused(
            _(
                "Ce numéro de TVA n’est pas écrit comme ceux de son pays\u00a0:"
                " il commence par %(two)s."
            )
            % {"two": prefix},
            field="vat_number",
        )


def check_hours(openings: Collection[Opening]) -> None:
    """Raise Refused, naming the openings, if an opening ends before it starts or two overlap.

    An opening may end the next day, in the small hours; a later end is taken for a typing error.
    """
    for opening in openings:
        late = opening.over_night and opening.closes > LATEST_ON_THE_MORROW
        if late or opening.closes == opening.opens:
            raise Refused(
                _(
                    "%(day)s, %(opening)s\u00a0: l’heure de fermeture suit l’heure d’ouverture, ou "
                    "c’est le lendemain à %(latest)s au plus tard."
                )
                % {
                    "day": capfirst(day_name(opening.weekday)),
                    "opening": span(opening),
                    "latest": hour(LATEST_ON_THE_MORROW),
                },
                field="hours",
            )
    ordered = sorted(openings)
    for first, second in itertools.pairwise([*ordered, *ordered[:1]]):
        turn = len(DAYS) * A_DAY if second is ordered[0] else 0
        if first is not second and second.minutes[0] + turn < first.minutes[1]:
            raise Refused(
                _("%(day)s, %(second)s chevauche %(first)s.")
                % {
                    "day": capfirst(day_name(second.weekday)),
                    "first": span(first),
                    "second": span(second),
                },
                field="hours",
            )


def check_may_publish(merchant: Merchant, openings: Collection[Opening]) -> None:
    """Raise Refused if a page to be published lacks an address or opening hours, or is blocked."""
    check_not_blocked(merchant)
    if not merchant.street or not merchant.city:
        raise Refused(_("Dites où vous trouver : la rue et la ville."), field="street")
    if not openings:
        raise Refused(_("Dites quand vous êtes ouvert : au moins une ouverture."), field="hours")


def check_identity_is_free(identity: str, *, taken: Merchant | None) -> str:
    """Return the identity of a shop. Raises Refused if another shop has it."""
    if taken is not None:
        raise Refused(
            _("Une autre boutique a déjà ce numéro à cette adresse : %(name)s.")
            % {"name": taken.name},
            field="siren",
        )
    return identity


def check_may_see(merchant: Merchant) -> None:
    """Raise Refused if a shop is no longer pending review by operators."""
    states = {Merchant.State.WAITING, Merchant.State.PUBLISHED}
    if merchant.state not in states or merchant.seen_at is not None:
        raise Refused(_("Quelqu’un d’autre vient de décider de cette page."))


def pin_of(merchant: Merchant) -> str:
    """Return the place of a shop's pin, as a correction keeps it."""
    return f"{merchant.latitude}, {merchant.longitude}"


def check_pin_moves(merchant: Merchant, latitude: Decimal, longitude: Decimal) -> None:
    """Raise Refused if the pin is in that place already."""
    if (merchant.latitude, merchant.longitude) == (latitude, longitude):
        raise Refused(_("L’épingle s’y trouve déjà."), field="latitude")


def without_pin(proposed: dict[str, str]) -> dict[str, str]:
    """Return the proposed changes of a shop without its pin, which was corrected meanwhile."""
    return {name: text for name, text in proposed.items() if name not in {"latitude", "longitude"}}


def column_value(column: str, value: str) -> str | Decimal:
    """Return a value that waited to be seen as its column has it."""
    return Decimal(value) if column in {"latitude", "longitude"} else value


def check_not_blocked(merchant: Merchant) -> None:
    """Raise Refused if operators have blocked the shop: it may be neither shown nor advertised."""
    if merchant.state == Merchant.State.BLOCKED:
        raise Refused(_("Cette page a été bloquée par Troovon. Écrivez-nous pour en parler."))


def check_may_block(merchant: Merchant, *, blocked: bool) -> None:
    """Raise Refused unless a shop to block is published, or a shop to restore is blocked."""
    needed = Merchant.State.PUBLISHED if blocked else Merchant.State.BLOCKED
    if merchant.state != needed:
        raise Refused(_("L’état de cette page vient de changer\u00a0: rechargez la page."))


def slug_for(name: str, taken: Collection[str]) -> str:
    """Return an address for a shop that no other has."""
    base = slugify(name)[:LONGEST_SLUG].strip("-") or "commerce"
    numbered = (f"{base}-{number}" for number in itertools.count(2))
    unfit = RESERVED.union(taken)
    return next(slug for slug in itertools.chain([base], numbered) if slug not in unfit)


def day_name(weekday: int) -> str:
    """Return the name of a weekday as written inside a sentence: lundi, Monday."""
    return str(WEEKDAYS[weekday])


def span(opening: Opening) -> str:
    """Write an opening: 9 h 00 – 12 h 30."""
    return f"{hour(opening.opens)} – {hour(opening.closes)}"


def opening_at(
    openings: Collection[Opening], now: dt.datetime, closures: Closures = NEVER
) -> OpeningState:
    """Return the opening state at a local time: open now, or the next opening."""
    today, minute = now.date(), _minute(now.time())
    for days in (0, -1):
        for opening in _openings_on(today + dt.timedelta(days=days), openings, closures):
            begin, end = opening.minutes_of_day
            if begin <= minute - days * A_DAY < end:
                return OpeningState(open=True, until=opening.closes)
    return _next_opening(openings, now, closures)


def _next_opening(
    openings: Collection[Opening], now: dt.datetime, closures: Closures
) -> OpeningState:
    today, shut = now.date(), closures.reason(now.date())
    for days in range(DAYS_AHEAD if openings else 0):
        for opening in _openings_on(today + dt.timedelta(days=days), openings, closures):
            if days or opening.opens > now.time():
                return OpeningState(open=False, days=days, opens=opening.opens, shut=shut)
    return OpeningState(open=False, shut=shut)


def is_open_during(
    openings: Collection[Opening],
    *,
    day: dt.date,
    starts: dt.time,
    ends: dt.time,
    closures: Closures = NEVER,
) -> bool:
    """Return True if the shop is open for some part of a break on a day."""
    return any(
        begin + days * A_DAY < _minute(ends) and end + days * A_DAY > _minute(starts)
        for days in (0, -1)
        for opening in _openings_on(day + dt.timedelta(days=days), openings, closures)
        for begin, end in [opening.minutes_of_day]
    )


def _openings_on(day: dt.date, openings: Collection[Opening], closures: Closures) -> list[Opening]:
    if closures.reason(day) is not None:
        return []
    return sorted(opening for opening in openings if opening.weekday == day.weekday())


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute
