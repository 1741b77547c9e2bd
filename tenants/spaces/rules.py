"""What a founding may say, how far a walk is, how many people we say there are."""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from tenants.spaces.models import Founding, Tenant

type Point = tuple[float, float]

EARTH_METRES = 6_371_000
DETOUR = 1.3
METRES_A_MINUTE = 80

LINK_LASTS = dt.timedelta(minutes=60)
CROSSING_LASTS = dt.timedelta(minutes=2)
ENTRY_LASTS = dt.timedelta(hours=24)
UNCONFIRMED_LASTS = dt.timedelta(days=7)
UNFINISHED_LASTS = dt.timedelta(days=30)
STUCK_AFTER = dt.timedelta(seconds=30)

SHORTEST_SLUG, LONGEST_SLUG = 3, 40
SIREN_DIGITS, SIRET_DIGITS = 9, 14
FEWEST_COMPANIES, MOST_COMPANIES = 2, 40
MOST_PEOPLE = 100_000
MOST_LATITUDE, MOST_LONGITUDE = 90, 180

_OURS = """
about account accounts admin administrator aide api app apps assets auth autoconfig
autodiscover beta billing blog boutique broadcasthost bureau calendar cdn chat ci cloud
compte conseil console contact council cse dashboard data db demo desk dev dns doc docs
download email emails entry espace espaces example exemple faq files find forum founding ftp
git graphql health help home hostmaster http https imap images img info intranet invite
isatap jobs join k kiosk kiosque landing legal live localdomain localhost login logs m mail
mailer marketing media merchants metrics mobile mx mysql news newsletter noc noreply ns ns1
ns2 oauth ops operator operators outbox paiement park pay payment phpmyadmin pop pop3
postgres postmaster preprod presse press pricing privacy prod proxy public register root sales
search secure security sentry server service services shop signin signup site smtp space
spaces ssh ssl ssladmin staff staging start static stats status store stripe support sysadmin
system team tech test tests thumbs tls tools troovon undefined upload uploads usenet user users
uucp vpn webhook webhooks webmail webmaster wiki wpad www www1 www2
"""
_ANYBODYS = """
aliceadsl.fr bbox.fr cegetel.net club-internet.fr duck.com fastmail.com free.fr googlemail.com
hey.com icloud.com laposte.net libero.it mac.com mail.com mail.ru me.com mailo.com msn.com
neuf.fr numericable.fr orange.fr pm.me proton.me protonmail.com rocketmail.com sfr.fr
t-online.de tuta.com tuta.io tutanota.com virgilio.it wanadoo.fr web.de ymail.com zoho.com
10minutemail.com guerrillamail.com jetable.org mailinator.com temp-mail.org trashmail.com
yopmail.com yopmail.fr
"""
RESERVED = frozenset(_OURS.split())
_FREE_MAIL = frozenset(_ANYBODYS.split())
_FREE_MAIL_BRANDS = frozenset(
    {"aol", "gmail", "gmx", "hotmail", "live", "outlook", "yahoo", "yandex"}
)
_SECOND_LEVELS = frozenset({"co", "com"})
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_TWINS = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"))


def metres(origin: Point, goal: Point) -> float:
    """Return the great-circle distance between two places given as (latitude, longitude)."""
    (lat, lng), (goal_lat, goal_lng) = origin, goal
    north, goal_north = math.radians(lat), math.radians(goal_lat)
    half_lat = math.sin((goal_north - north) / 2)
    half_lng = math.sin(math.radians(goal_lng - lng) / 2)
    chord = half_lat**2 + math.cos(north) * math.cos(goal_north) * half_lng**2
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(chord)))


def walking_minutes(place: Point, gates: Iterable[Point]) -> int:
    """Return the minutes on foot from the nearest gate, rounded up; next door takes one."""
    nearest = min(metres(gate, place) for gate in gates)
    return max(1, math.ceil(nearest * DETOUR / METRES_A_MINUTE))


def reach_metres(minutes: int) -> float:
    """Return how far as the crow flies one comes on foot in some minutes."""
    return minutes * METRES_A_MINUTE / DETOUR


def rounded(head_count: int) -> int:
    """Return a head-count as it is shown to merchants: about how many, never exactly."""
    step = 10 if head_count < 100 else 50 if head_count < 1000 else 100  # noqa: PLR2004 - steps
    return max(10, (head_count + step // 2) // step * step)


def domain_of(email: str) -> str:
    """Return what follows the @ of an address."""
    return email.rpartition("@")[2].lower()


def is_free_mail(domain: str) -> bool:
    """Say whether anybody may open a mailbox at this domain, so that it proves nothing."""
    brand, *rest = domain.split(".")
    branded = brand in _FREE_MAIL_BRANDS and (
        len(rest) == 1 or (len(rest) > 1 and rest[0] in _SECOND_LEVELS)
    )
    return branded or domain in _FREE_MAIL


def check_work_address(email: str) -> None:
    """Refuse a private mailbox: it does not prove that one speaks for a workplace."""
    if is_free_mail(domain_of(email)):
        raise Refused(
            _(
                "%(domain)s est une messagerie personnelle : elle ne prouve pas où vous "
                "travaillez. Écrivez votre adresse de travail. Les collègues qui n’en ont pas "
                "pourront rejoindre l’espace avec un lien d’invitation."
            )
            % {"domain": domain_of(email)},
            field="email",
        )


def check_kind(kind: str, *, domain: str, domain_has_space: bool) -> None:
    """Refuse a second space for the company of a proven domain; a park may still begin."""
    if domain_has_space and kind != Tenant.Kind.PARK:
        raise Refused(
            _(
                "Un espace existe déjà pour %(domain)s. Rejoignez-le avec votre adresse de "
                "travail, ou ouvrez un espace pour un parc d’activités."
            )
            % {"domain": domain},
            field="kind",
        )


def check_link(founding: Founding, *, at: dt.datetime) -> None:
    """Refuse a mailed link that is too old."""
    if founding.token_expires_at <= at:
        raise Refused(_("Ce lien a plus de 60 minutes. Demandez-en un nouveau : rien n’est perdu."))


def check_open(founding: Founding) -> None:
    """Refuse to change what a space is being, or has been, built from."""
    if founding.state in {
        Founding.State.QUEUED,
        Founding.State.BUILDING,
        Founding.State.BUILT,
    }:
        raise Refused(_("La construction a commencé : ces réponses ne changent plus ici."))
    if founding.state == Founding.State.STARTED:
        raise Refused(_("Confirmez d’abord votre adresse avec le lien reçu par e-mail."))


def check_siren(siren: str) -> None:
    """Refuse a SIREN whose digits or key are wrong, saying which."""
    if not siren.isascii() or not siren.isdigit():
        raise Refused(_("Un numéro SIREN ne contient que des chiffres."))
    if len(siren) == SIRET_DIGITS:
        raise Refused(
            _("C’est un SIRET, qui compte 14 chiffres : gardez les 9 premiers, le SIREN.")
        )
    if len(siren) != SIREN_DIGITS:
        raise Refused(
            _("Un numéro SIREN compte 9 chiffres : celui-ci en a %(count)d.")
            % {"count": len(siren)}
        )
    if not siren.strip("0") or not has_right_key(siren):
        raise Refused(
            _(
                "Ce numéro SIREN comporte une erreur : vérifiez les 9 chiffres. "
                "Sa clé de contrôle ne correspond pas."
            )
        )


def has_right_key(digits: str) -> bool:
    """Say whether the Luhn key of some digits is right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of its two digits
    return total % 10 == 0


def check_companies(sirens: Collection[str], names: Collection[str]) -> None:
    """Refuse a park of less than two companies, or one that is listed twice."""
    if len(names) < FEWEST_COMPANIES:
        raise Refused(
            _(
                "Un parc réunit au moins deux entreprises. "
                "Pour une seule, choisissez « Entreprise »."
            )
        )
    if len({name.casefold() for name in names}) < len(names) or len(set(sirens)) < len(sirens):
        raise Refused(_("Deux entreprises portent le même nom ou le même SIREN."))


def check_place(latitude: Decimal, longitude: Decimal) -> None:
    """Refuse what is no place on land that somebody has looked up."""
    if abs(latitude) > MOST_LATITUDE:
        raise Refused(
            _("La latitude va de −90 à 90 degrés, par exemple 48,8566."), field="latitude"
        )
    if abs(longitude) > MOST_LONGITUDE:
        raise Refused(
            _("La longitude va de −180 à 180 degrés, par exemple 2,3522."), field="longitude"
        )
    if not latitude and not longitude:
        raise Refused(
            _("Ce point est au milieu de l’océan : relevez les coordonnées de votre entrée."),
            field="latitude",
        )


def check_break(starts: dt.time, ends: dt.time) -> None:
    """Refuse a break that ends before it starts."""
    if ends <= starts:
        raise Refused(_("La pause se termine après avoir commencé."), field="break_ends")


def plain_slug(text: str) -> str:
    """Return what was typed as a host would be looked up: compatible forms folded, lower case."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def slug_of(text: str) -> str:
    """Make a host label of a name: accents off, everything else a hyphen."""
    bare = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("æ", "ae")).casefold()
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:LONGEST_SLUG].strip("-")


def looks_of(slug: str) -> str:
    """Return the same text for all labels that a hurried eye takes for one another."""
    looks = slug.replace("-", "")
    for twin, sign in _TWINS:
        looks = looks.replace(twin, sign)
    return looks


def check_slug(slug: str, *, taken: Collection[str]) -> None:
    """Refuse a label that is malformed, ours, taken, or easily mistaken for one that is."""
    _check_shape(slug)
    looks = looks_of(slug)
    if slug in RESERVED or looks in _RESERVED_LOOKS:
        raise Refused(_("Cette adresse est réservée au fonctionnement de Troovon."), field="slug")
    if slug in taken:
        raise Refused(_("Cette adresse est prise."), field="slug")
    if looks in {looks_of(other) for other in taken}:
        raise Refused(
            _("Cette adresse ressemble trop à celle d’un autre espace : on les confondrait."),
            field="slug",
        )


def _check_shape(slug: str) -> None:
    if not slug.isascii() or slug.startswith("xn--"):
        raise Refused(
            _(
                "Une adresse s’écrit sans accent : seulement des lettres de a à z, des chiffres et "
                "des tirets."
            ),
            field="slug",
        )
    if not SHORTEST_SLUG <= len(slug) <= LONGEST_SLUG:
        raise Refused(_("Une adresse compte de 3 à 40 signes."), field="slug")
    if not _SLUG.match(slug):
        raise Refused(
            _(
                "Des lettres de a à z et des chiffres, séparés par un tiret au plus : ni espace, "
                "ni tiret au début ou à la fin."
            ),
            field="slug",
        )
    if slug.isdigit():
        raise Refused(_("Une adresse contient au moins une lettre."), field="slug")


_RESERVED_LOOKS = frozenset(looks_of(name) for name in RESERVED)


def proposals(wanted: str, *, name: str, city: str, postcode: str) -> Iterator[str]:
    """Give labels near the one that was wanted; there is always one more."""
    base = slug_of(wanted) or slug_of(name) or "espace"
    named, town, area = slug_of(name), slug_of(city), postcode[:2]
    long_enough = base if len(base) >= SHORTEST_SLUG else f"{base}-espace"
    for parts in (
        (named,),
        (base, town),
        (named, town),
        (base, area),
        ("chez", base),
        (base, "espace"),
        (base, "et-nous"),
    ):
        if all(parts):
            yield "-".join(parts)[:LONGEST_SLUG].strip("-")
    number = 2
    while True:
        yield f"{long_enough[: LONGEST_SLUG - 8].strip('-')}-{number}"
        number += 1
