"""Scopes of tokens, kinds of webhook events, addresses that may be told, and when to try again."""

import base64
import datetime as dt
import hmac
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty

PREFIX = "trv_"
SECRET = "webhook-secret"  # noqa: S105 - the purpose of one
MOST_TOKENS = 20
MOST_ENDPOINTS = 10
ANSWER_RETENTION = dt.timedelta(hours=24)
DEAD_TOKEN_RETENTION = dt.timedelta(days=90)
DELIVERY_RETENTION = dt.timedelta(days=30)
FORMER_SECRET_LASTS = dt.timedelta(hours=24)
PAUSED_AFTER = dt.timedelta(days=3)
# As Standard Webhooks suggests: at once, then later and later, for a day and a half in all.
PAUSES = (
    dt.timedelta(seconds=30),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=5),
    dt.timedelta(hours=10),
    dt.timedelta(hours=18),
)

AREAS: dict[str, Promise] = {
    "classifieds": gettext_lazy("Petites annonces"),
    "deals": gettext_lazy("Bons plans"),
    "notifications": gettext_lazy("Notifications"),
    "gatherings": gettext_lazy("Activités"),
    "things": gettext_lazy("Objets prêtés"),
    "loans": gettext_lazy("Mes prêts"),
    "rides": gettext_lazy("Covoiturage"),
    "neighbours": gettext_lazy("Espaces voisins"),
    "search": gettext_lazy("Recherche et favoris"),
    "conversations": gettext_lazy("Mes messages"),
    "media": gettext_lazy("Médiathèque"),
    "screens": gettext_lazy("Écrans"),
    "moderation": gettext_lazy("Mes signalements"),
    "people": gettext_lazy("Collègues et mon profil"),
    "admin": gettext_lazy("Entreprises, rubriques et usage, pour l’administration"),
    "roster": gettext_lazy("Liste du personnel, pour l’administration"),
    "scim": gettext_lazy("Comptes et rôles, par l’annuaire de l’entreprise (SCIM)"),
}
READ_ONLY = frozenset({"neighbours", "admin"})
# Private matters between two people are closed to programs of the whole space.
PRIVATE = frozenset({"loans", "conversations", "moderation", "search", "people", "admin", "roster"})

# Only programs of the whole space: a directory acts for the space, not for a person.
OF_THE_SPACE = frozenset({"scim"})

KINDS: dict[str, Promise] = {
    "classified.posted": gettext_lazy("Une annonce est publiée"),
    "classified.closed": gettext_lazy("Une annonce est retirée"),
    "deal.posted": gettext_lazy("Un bon plan est publié"),
    "gathering.announced": gettext_lazy("Une activité est annoncée"),
    "gathering.changed": gettext_lazy("Une activité change"),
    "gathering.cancelled": gettext_lazy("Une activité est annulée"),
    "thing.offered": gettext_lazy("Un objet est prêté"),
    "ride.offered": gettext_lazy("Un trajet est proposé"),
}
PING = "ping"

FAILURES: dict[str, Promise] = {
    "internal": gettext_lazy("adresse interne, refusée"),
    "unknown": gettext_lazy("nom introuvable"),
    "slow": gettext_lazy("pas de réponse à temps"),
    "redirect": gettext_lazy("redirection, refusée"),
    "tls": gettext_lazy("certificat refusé"),
    "connection": gettext_lazy("connexion impossible"),
}


class Answer(NamedTuple):
    """The answer of a request: its status and its body."""

    status: int
    body: str


class Outcome(NamedTuple):
    """The outcome of an attempt: a status, or the reason for the failure."""

    status: int | None
    failure: str
    took_ms: int

    @property
    def delivered(self) -> bool:
        """Whether the receiver said that it has it."""
        return self.status is not None and not self.failure and 200 <= self.status < 300  # noqa: PLR2004


def check_administers(duties: Iterable[Duty]) -> None:
    """Raise NotAllowed unless the person administers the whole space."""
    if not administers(duties):
        raise NotAllowed(_("Seule l’administration de l’espace règle ses intégrations."))


def check_own(person_id: int, by_id: int) -> None:
    """Raise NotAllowed for another person's token."""
    if person_id != by_id:
        raise NotAllowed(_("Ce jeton est à quelqu’un d’autre."))


def administers(duties: Iterable[Duty]) -> bool:
    """Return True if the duties include the administration of the whole space."""
    return Duty("administrator", None) in set(duties)


def scopes_of(kind: str) -> list[str]:
    """List the scopes that a kind of token may have."""
    closed = OF_THE_SPACE if kind == "personal" else PRIVATE
    areas = [area for area in AREAS if area not in closed]
    return [
        f"{area}:{verb}"
        for area in areas
        for verb in ("read", "write")
        if verb == "read" or area not in READ_ONLY
    ]


def words_of(scope: str) -> str:
    """Name a scope for a person."""
    area, _colon, verb = scope.partition(":")
    words = _("%(area)s : lire") if verb == "read" else _("%(area)s : lire et écrire")
    return words % {"area": AREAS[area]}


def room_of(scope: str) -> str:
    """Name the room of a scope for a person."""
    return str(AREAS[scope.partition(":")[0]])


def verb_of(scope: str) -> str:
    """Return the label of a scope's permission: read or write."""
    return _("Lire") if scope.endswith(":read") else _("Écrire")


def about(reference: str) -> str:
    """Return the notification key of a webhook."""
    return f"webhook:{reference}"


def opens(scopes: Iterable[str], needed: str) -> bool:
    """Return True if the scopes include the needed scope; write includes read."""
    area, _colon, verb = needed.partition(":")
    held = set(scopes)
    return needed in held or (verb == "read" and f"{area}:write" in held)


def check_scopes(kind: str, scopes: Iterable[str]) -> str:
    """Return scopes in their stored format. Raises Refused for a scope not allowed for the kind."""
    chosen = set(scopes)
    allowed = scopes_of(kind)
    if not chosen or chosen - set(allowed):
        raise Refused(_("Choisissez ce que le jeton ouvre."), field="scopes")
    return " ".join(scope for scope in allowed if scope in chosen)


def check_few(count: int, most: int) -> None:
    """Raise Refused if the maximum number is reached."""
    if count >= most:
        raise Refused(
            _("Il y en a déjà %(count)d : retirez-en un d’abord.") % {"count": most}, field="name"
        )


def check_kinds(kinds: Iterable[str]) -> str:
    """Return kinds of events in their stored format. Raises Refused if empty or unknown."""
    chosen = set(kinds)
    if not chosen or chosen - set(KINDS):
        raise Refused(_("Choisissez ce qui est annoncé."), field="kinds")
    return " ".join(kind for kind in KINDS if kind in chosen)


def next_try(attempts_made: int, *, at: dt.datetime) -> dt.datetime | None:
    """Return when to try again after so many tries; nothing once it is given up."""
    if attempts_made > len(PAUSES):
        return None
    return at + PAUSES[attempts_made - 1]


def is_worn_out(failing_since: dt.datetime | None, *, at: dt.datetime) -> bool:
    """Return True if an endpoint has failed for long enough to be paused."""
    return failing_since is not None and at - failing_since >= PAUSED_AFTER


def signed(secret: str, *, identity: str, moment: str, body: bytes) -> str:
    """Sign a body as Standard Webhooks does: its id, the moment, then itself."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{identity}.{moment}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"
