"""Queries of open sessions."""

import datetime as dt
import hashlib
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import Session, User
from saas.accounts.sessions import proofs
from saas.kernel.web import sessions as store


class OpenSession(NamedTuple):
    """Session as shown to its person; `name` replaces its key, which is a secret."""

    key: str
    name: str
    way: str
    device: str
    place: str
    began_at: dt.datetime | None
    seen_at: dt.datetime | None
    is_current: bool


def open_sessions(person: User, *, at: dt.datetime) -> QuerySet[Session]:
    """Return the sessions of a person that have not ended."""
    return Session.objects.filter(person_id=person.pk, expire_date__gt=at)


def sessions_of(person: User, *, current: str, at: dt.datetime) -> list[OpenSession]:
    """Return a person's open sessions: the current session first, then the last seen."""
    rows = open_sessions(person, at=at)
    found = [_shown(row.session_key, store.read(row), current) for row in rows]
    return sorted(found, key=lambda one: (not one.is_current, -_moment(one.seen_at)))


def session_named(person: User, name: str, *, at: dt.datetime) -> OpenSession | None:
    """Return an open session of a person by its public name, or None."""
    found = sessions_of(person, current="", at=at)
    return next((one for one in found if one.name == name), None)


def name_of(key: str) -> str:
    """Return the public name of a session: a hash that does not reveal its key."""
    return hashlib.sha256(f"session:{key}".encode()).hexdigest()[:20]


def _shown(key: str, held: dict[str, Any], current: str) -> OpenSession:
    ways = {
        proofs.Way.PASSWORD: _("par mot de passe"),
        proofs.Way.LINK: _("par un lien reçu"),
        proofs.Way.COMPANY: _("par votre entreprise"),
        proofs.Way.PASSKEY: _("par clé d’accès"),
    }
    return OpenSession(
        key=key,
        name=name_of(key),
        way=ways.get(held.get(proofs.WAY, ""), ""),
        device=str(held.get(proofs.DEVICE, "")),
        place=str(held.get(proofs.PLACE, "")),
        began_at=_time(held.get(proofs.BEGAN)),
        seen_at=_time(held.get(proofs.SEEN)),
        is_current=key == current,
    )


def _time(stamp: float | None) -> dt.datetime | None:
    return None if not stamp else dt.datetime.fromtimestamp(float(stamp), tz=dt.UTC)


def _moment(at: dt.datetime | None) -> float:
    return at.timestamp() if at else timezone.now().timestamp() - 10**9
