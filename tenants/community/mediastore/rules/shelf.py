"""Rules of the shelf: its managers, access to media, the length of a loan."""

import datetime as dt
import secrets
from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext as _

from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty
from saas.kernel.secrets import tokens
from tenants.community.mediastore.models import Medium

MOST_OUT = 5
MOST_CODES = 500
SYMBOLS: dict[str, str] = {
    Medium.Kind.PRESS: "newspaper",
    Medium.Kind.BOOK: "book-open",
    Medium.Kind.PODCAST: "headphones",
    Medium.Kind.VIDEO: "clapperboard",
    Medium.Kind.GUIDE: "map",
    Medium.Kind.PASS: "ticket",
}
_OF_COUNCIL = {"council", "treasurer", "secretary"}


def providers_of(duties: Collection[Duty]) -> list[Medium.Provider]:
    """Return the providers that a person may act for on the shelf.

    Members of a council may, of any company's council, since the whole park reads the media; so may
    administrators of the whole space.
    """
    providers = []
    if any(duty.role in _OF_COUNCIL for duty in duties):
        providers.append(Medium.Provider.COUNCIL)
    if Duty("administrator", None) in duties:
        providers.append(Medium.Provider.COMPANY)
    return providers


def check_provides(medium: Medium, providers: Collection[str]) -> None:
    """Raise NotAllowed unless a person acts for the provider of the medium."""
    if medium.provider not in providers:
        raise NotAllowed(_("Seules les personnes qui l’ont mis en rayon peuvent le changer."))


def check_provides_any(providers: Collection[str]) -> None:
    """Raise NotAllowed for a person without a provider to act for."""
    if not providers:
        raise NotAllowed(_("Le CSE et l’administration de l’espace tiennent la médiathèque."))


def is_on_shelf(medium: Medium, *, today: dt.date) -> bool:
    """Return True if members see it: ready, not withdrawn or hidden, its licence not expired."""
    return (
        medium.state == Medium.State.READY
        and medium.withdrawn_at is None
        and medium.hidden_at is None
        and (medium.ends_on is None or medium.ends_on >= today)
    )


def check_may_open(medium: Medium, *, on_site: bool, holds_a_copy: bool) -> None:
    """Raise Refused for on-site media elsewhere, and for a lent medium without an own copy."""
    if medium.access == Medium.Access.ON_SITE and not on_site:
        raise Refused(
            _(
                "Il se lit sur place : tapez le code du jour, affiché sur l’écran de la machine à "
                "café."
            )
        )
    if medium.copies is not None and not holds_a_copy:
        raise Refused(_("Empruntez-le d’abord : chaque exemplaire est lu par une personne."))


def check_may_borrow(medium: Medium, *, today: dt.date, out_count: int) -> None:
    """Raise Refused for a medium off the shelf or without loans, and above the limit of loans."""
    if not is_on_shelf(medium, today=today):
        raise Refused(_("Il n’est plus en rayon."))
    if medium.copies is None:
        raise Refused(_("Il n’y a rien à emprunter : tout le monde peut l’ouvrir."))
    if out_count >= MOST_OUT:
        raise Refused(
            _("Vous avez déjà %(count)d emprunts : rendez-en un d’abord.") % {"count": MOST_OUT}
        )


def has_a_free_copy(medium: Medium) -> bool:
    """Return True if a copy is available."""
    return medium.copies is not None and medium.borrowed_count < medium.copies


def due_at(medium: Medium, *, at: dt.datetime) -> dt.datetime:
    """Return when a copy borrowed now is due: at the latest with its licence."""
    due, last = at + dt.timedelta(days=medium.loan_days), last_moment(medium)
    return due if last is None else min(due, last)


def last_moment(medium: Medium) -> dt.datetime | None:
    """Return until when a licence lasts, where it ends: the end of its last day here."""
    if medium.ends_on is None:
        return None
    return dt.datetime.combine(medium.ends_on, dt.time.max, tzinfo=timezone.get_current_timezone())


def check_title(title: str) -> None:
    """Raise Refused for a title without a visible character."""
    if not any(sign.isprintable() and not sign.isspace() for sign in title):
        raise Refused(_("Donnez un titre."), field="title")


def check_end(ends_on: dt.date | None, *, today: dt.date) -> None:
    """Raise Refused for an expired licence."""
    if ends_on is not None and ends_on < today:
        raise Refused(
            _("Ce jour est passé : choisissez aujourd’hui ou plus tard."), field="ends_on"
        )


def chosen[F](file: F | None) -> F:
    """Return the chosen file. Raises Refused if it is missing."""
    if file is None:
        raise Refused(_("Choisissez le fichier à mettre en rayon."), field="file")
    return file


def codes_in(text: str) -> list[str]:
    """Return the codes of a pass without duplicates; each line holds a code."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def check_codes(codes: list[str]) -> None:
    """Raise Refused for a pass without codes, with too many codes, or with too long a code."""
    if not codes:
        raise Refused(_("Donnez les codes du pass, un par ligne."), field="codes")
    if len(codes) > MOST_CODES:
        raise Refused(_("%(count)d codes au plus.") % {"count": MOST_CODES}, field="codes")
    longest = 80
    if any(len(code) > longest for code in codes):
        raise Refused(_("Un code a 80 caractères au plus."), field="codes")


def gate_code_of(day: dt.date) -> str:
    """Return the six digits that prove, on a day, presence in front of the screen.

    They are derived from the day, the space and the secret key, so that they are stored nowhere.
    """
    return tokens.figures("gate", day.isoformat(), count=6)


def check_gate_code(typed: str, code: str) -> None:
    """Refuse another code than today's."""
    figures = "".join(sign for sign in typed if sign.isdecimal())
    if not secrets.compare_digest(figures.encode(), code.encode()):
        raise Refused(
            _("Ce n’est pas le code d’aujourd’hui : il change chaque nuit."), field="code"
        )
