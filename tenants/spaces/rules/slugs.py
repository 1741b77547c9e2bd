"""Which subdomains may be had, which would be mistaken for others, which are near and free."""

import re
import unicodedata
from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused

SHORTEST_SLUG, LONGEST_SLUG = 3, 40
_OURS = """
about account accounts admin administrator aide api app apps assets auth autoconfig
autodiscover beta billing blog boutique broadcasthost bureau calendar cdn chat ci cloud
compte conseil console contact council cse dashboard data db demo desk dev dns doc docs
download email emails entry espace espaces example exemple faq files find forum founding ftp
git graphql health help home hostmaster http https imap images img info intranet invite
isatap jobs join k kiosk kiosque landing legal live localdomain localhost login logs m mail
mailer marketing media merchants metrics mobile mta-sts mx mysql news newsletter noc noreply ns ns1
ns2 null oauth ops operator operators outbox paiement park pay payment phpmyadmin pop pop3
postgres postmaster preprod presse press pricing privacy prod proxy public register root sales
search secure security sentry server service services shop signin signup site smtp space
spaces ssh ssl ssladmin sso staff staging start static stats status store stripe support sysadmin
system team tech test tests thumbs tls tools troovon undefined upload uploads usenet user users
uucp vpn webhook webhooks webmail webmaster wiki wpad www www1 www2
"""
RESERVED = frozenset(_OURS.split())
# Words reserved for their owners, alone or as a part of a label.
_SIGNS = frozenset({"troovon", "stripe"})
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_TWINS = (("m", "rn"), ("w", "vv"), ("0", "o"), ("1", "l"), ("i", "l"))


def normal_slug(text: str) -> str:
    """Return a label in the form of a host lookup: compatible forms folded, lower case."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def slug_of(text: str) -> str:
    """Make a host label of a name: accents off, everything else a hyphen."""
    bare = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("æ", "ae")).casefold()
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return _cut(re.sub(r"[^a-z0-9]+", "-", letters).strip("-"))


def _cut(label: str) -> str:
    """Shorten a label between two words, or inside the first when it is that long."""
    if len(label) <= LONGEST_SLUG:
        return label
    whole_words = label[: LONGEST_SLUG + 1].rpartition("-")[0]
    return whole_words if len(whole_words) >= SHORTEST_SLUG else label[:LONGEST_SLUG].strip("-")


def skeleton_of(slug: str) -> str:
    """Return the same text for all labels that look alike at a glance."""
    looks = slug.replace("-", "")
    for twin, sign in _TWINS:
        looks = looks.replace(twin, sign)
    return looks


_RESERVED_SKELETONS = frozenset(skeleton_of(name) for name in RESERVED)


def check_slug(slug: str, *, taken: Collection[str], paths: Collection[str]) -> None:
    """Raise Refused for a malformed, reserved, taken or look-alike label.

    `paths` are the first segments of our own addresses.
    """
    _check_shape(slug)
    if slug in paths or _is_reserved(slug):
        raise Refused(_("Cette adresse est réservée au fonctionnement de Troovon."), field="slug")
    if slug in taken:
        raise Refused(_("Cette adresse est prise."), field="slug")
    if _is_a_twin(slug, taken):
        raise Refused(
            _("Cette adresse ressemble trop à celle d’un autre espace : on les confondrait."),
            field="slug",
        )


def is_misleading(slug: str, *, taken: Collection[str]) -> bool:
    """Return True if a label imitates ours or another space's: then similar labels are skipped."""
    return _is_reserved(slug) or (slug not in taken and _is_a_twin(slug, taken))


def _is_reserved(slug: str) -> bool:
    signs = {skeleton_of(sign) for sign in _SIGNS}
    bears_a_sign = any(skeleton_of(word) in signs for word in slug.split("-"))
    return slug in RESERVED or skeleton_of(slug) in _RESERVED_SKELETONS or bears_a_sign


def _is_a_twin(slug: str, taken: Collection[str]) -> bool:
    return skeleton_of(slug) in {skeleton_of(other) for other in taken}


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


def proposals(wanted: str, *, name: str, city: str, postcode: str) -> Iterator[str]:
    """Yield labels similar to the requested label, without end."""
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
            yield _cut("-".join(parts))
    number = 2
    while True:
        yield f"{long_enough[: LONGEST_SLUG - 8].strip('-')}-{number}"
        number += 1
