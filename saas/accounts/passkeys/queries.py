"""Passkeys of a person, for pages and ceremonies."""

import datetime as dt
from typing import Any, NamedTuple

from saas.accounts.factors.queries import factor_of
from saas.accounts.models import SecondFactor, User
from saas.accounts.passkeys import rules


class ShownPasskey(NamedTuple):
    """A passkey as its person sees it; a passkey of a former host opens nothing."""

    id: str
    name: str
    made_at: dt.datetime
    used_at: dt.datetime | None
    is_of_this_host: bool


def passkeys_of(person: User) -> list[dict[str, Any]]:
    """Return the stored passkeys of a person."""
    found = factor_of(person)
    return list(found.passkeys) if found else []


def shown(entries: list[dict[str, Any]], origin: str) -> list[ShownPasskey]:
    """Return passkeys for a page of their person."""
    host = rules.host_of(origin)
    return [
        ShownPasskey(
            entry["id"],
            entry["name"],
            dt.datetime.fromisoformat(entry["made_at"]),
            dt.datetime.fromisoformat(entry["used_at"]) if entry["used_at"] else None,
            entry["host"] == host,
        )
        for entry in entries
    ]


def request_for(person: User, origin: str) -> rules.Ceremony | None:
    """Return the ceremony to prove oneself by a passkey; None without a passkey of this host."""
    known = [one for one in passkeys_of(person) if one["host"] == rules.host_of(origin)]
    return rules.request(origin, reference=person.reference, known=known) if known else None


def factor_named(reference: str) -> SecondFactor | None:
    """Return and lock the factors of the active person with this reference, with their passkeys."""
    found = SecondFactor.objects.filter(user__reference=reference, user__is_active=True)
    return found.select_related("user").select_for_update(of=("self",)).first()


def entry_of(factor: SecondFactor | None, credential_id: str) -> dict[str, Any] | None:
    """Return the passkey with this id among a person's, or None."""
    entries = factor.passkeys if factor else []
    return next((entry for entry in entries if entry["id"] == credential_id), None)
