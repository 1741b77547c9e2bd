"""States of a founding, their transitions, and the labels of its progress."""

import base64
import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from tenants.spaces.models import Founding, Tenant

RESEND_AFTER = dt.timedelta(seconds=60)
LINK_LASTS = dt.timedelta(minutes=60)
MAILED_WITHIN = dt.timedelta(minutes=2)
STILL_WORTH_MAILING = dt.timedelta(days=2)
ENTRY_LASTS = dt.timedelta(hours=24)
UNCONFIRMED_LASTS = dt.timedelta(days=7)
UNFINISHED_LASTS = dt.timedelta(days=30)
STUCK_AFTER = dt.timedelta(seconds=30)
MOST_ATTEMPTS = 5
LINKS_OF_AN_ADDRESS = 6
BEGUN_BY_A_NETWORK = 60
UNDER_WAY = frozenset({Founding.State.QUEUED, Founding.State.BUILDING})
END = "end"
SWATCHES = (
    "#0b5f63",
    "#1d6b3c",
    "#5a7d1a",
    "#b07d00",
    "#c2571a",
    "#b3372f",
    "#b0306a",
    "#7b3fa0",
    "#4b4fb8",
    "#2563b0",
    "#0f7ba6",
    "#5b6470",
)
_ACCENT = re.compile(r"#[0-9a-f]{6}\Z")

type StepReports = Sequence[dict[str, str]]


def link_token(founding: Founding) -> str:
    """Return the 256 bits of the mailed link; a job makes them again, so no queue holds them."""
    made_for = f"{founding.pk.hex}:{founding.token_expires_at.astimezone(dt.UTC).isoformat()}"
    digest = salted_hmac("founding link", made_for, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def sent_at(founding: Founding) -> dt.datetime:
    """Return when the link that opens a founding was asked for."""
    return founding.token_expires_at - LINK_LASTS


def is_followed(founding: Founding) -> bool:
    """Return True if the latest requested link has confirmed the address.

    An earlier link does not count: a stranger with a founder's address must not see their progress.
    """
    return founding.confirmed_at is not None and founding.confirmed_at >= sent_at(founding)


def check_link(founding: Founding, *, at: dt.datetime) -> None:
    """Raise Refused for an expired link."""
    if founding.token_expires_at <= at:
        check_needs_link(founding)
        raise Refused(_("Ce lien a plus de 60 minutes. Demandez-en un nouveau : rien n’est perdu."))


def check_needs_link(founding: Founding) -> None:
    """Raise Refused if a mailed link would confirm nothing: the founder goes to the space."""
    if is_closed(founding):
        raise Refused(_("Votre espace est construit : vous y entrez par son adresse."))


def is_closed(founding: Founding) -> bool:
    """Return True if the space is being built, or has been, so that answers are final."""
    return founding.state in UNDER_WAY or founding.state == Founding.State.BUILT


def check_open(founding: Founding) -> None:
    """Raise Refused for changes before the address is confirmed, or after building has begun."""
    if founding.state == Founding.State.STARTED:
        raise Refused(_("Confirmez d’abord votre adresse avec le lien reçu par e-mail."))
    if is_closed(founding):
        raise Refused(_("La construction a commencé : ces réponses ne changent plus ici."))


def check_described(founding: Founding) -> None:
    """Raise Refused until the companies of the space are described."""
    if not founding.description.get("companies"):
        raise Refused(_("Dites d’abord pour quelle entreprise, ou quel parc, l’espace s’ouvre."))


def check_located(founding: Founding) -> None:
    """Refuse to go on before it is said where the space's people work."""
    if not founding.description.get("sites"):
        raise Refused(_("Dites d’abord où se trouve votre site."))


def check_named(founding: Founding) -> None:
    """Raise Refused for a space without a company, a site or an address."""
    check_described(founding)
    check_located(founding)
    if not founding.slug:
        raise Refused(_("Choisissez d’abord l’adresse de l’espace."))


def check_accent(accent: str) -> None:
    """Raise Refused unless a text is a colour."""
    if not _ACCENT.match(accent):
        raise Refused(_("Une couleur s’écrit comme #0b5f63."), field="own")


def check_break(starts: dt.time, ends: dt.time) -> None:
    """Refuse a break that ends before it starts."""
    if ends <= starts:
        raise Refused(_("La pause se termine après avoir commencé."), field="break_ends")


def check_failed(founding: Founding) -> None:
    """Raise Refused for a new build of a founding that has not failed."""
    if founding.state != Founding.State.FAILED:
        raise Refused(_("Il n’y a rien à reprendre : la construction suit son cours."))


def may_enter_from_here(founding: Founding, *, at: dt.datetime) -> bool:
    """Return True if the space is open, and is so new that its founder enters from here."""
    is_open = founding.tenant is not None and founding.tenant.state == Tenant.State.ACTIVE
    return is_open and founding.built_at is not None and at < founding.built_at + ENTRY_LASTS


def site_as_typed(
    stored: dict[str, Any], companies: Sequence[dict[str, Any]], seat: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the initial values of a site's form: the stored values, else the seat and defaults."""
    usual = {
        "name": _("Siège"),
        "head_count": sum(company["head_count"] for company in companies),
        "break_starts": "12:00",
        "break_ends": "13:30",
        "gate_name": _("Entrée principale"),
    }
    if not stored:
        return {**usual, **(seat or {})}
    gates = stored["gates"]
    hours = {name: stored[name][:5] for name in ("break_starts", "break_ends")}
    further = {
        f"gate{number}_{part}": gate[part]
        for number, gate in enumerate(gates[1:], 2)
        for part in ("name", "latitude", "longitude")
    }
    return {**stored, **hours, **further, "gate_name": gates[0]["name"]}


def companies_as_typed(description: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the initial values of the form of a park's companies, from the stored description."""
    waiting = description.get("mailboxes", {})
    return [
        {**company, "mailboxes": waiting.get(company["name"], [])}
        for company in description.get("companies", [])
    ]


def next_page(founding: Founding) -> str:
    """Return the name of the founding's current page."""
    if founding.state == Founding.State.STARTED:
        return "founding:check"
    if is_closed(founding) or founding.state == Founding.State.FAILED:
        return "founding:build"
    if not founding.description.get("companies"):
        return "founding:company"
    if not founding.description.get("sites"):
        return "founding:site"
    return "founding:look" if founding.slug else "founding:address"


def check_may_take_over(founding: Founding, *, email: str, domain: str) -> None:
    """Raise Refused unless another person of the founder's mail domain takes a founding over."""
    check_open(founding)
    if email == founding.email:
        raise Refused(
            _("C’est votre adresse\u00a0: écrivez celle de votre collègue."), field="email"
        )
    if domain != founding.email.rpartition("@")[2]:
        raise Refused(
            _("Votre collègue a une adresse en @%(domain)s, comme vous.")
            % {"domain": founding.email.rpartition("@")[2]},
            field="email",
        )


def named_apart(sites: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return sites with a name each: a second site of a name is called by its street too."""
    seen: set[str] = set()
    apart = []
    for site in sites:
        name = site["name"]
        if name in seen:
            name = f"{name}, {site['street']}"[:80]
        if name in seen:
            continue
        seen.add(name)
        apart.append({**site, "name": name})
    return apart
