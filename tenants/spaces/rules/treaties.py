"""Rules of treaties: their parties, the categories that they open, and the shared copies."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext as _

from saas.kernel.errors import NotAllowed, Refused
from tenants.spaces.models import Category, Tenant, Treaty

LONGEST_MESSAGE = 280
OPEN = (Treaty.State.PROPOSED, Treaty.State.ACCEPTED)
ENQUIRY_RETENTION = dt.timedelta(days=2)
# The copies of a suspended space are kept, but shown to no space: it may be reopened.
SHARING_STATES = (Tenant.State.ACTIVE, Tenant.State.SUSPENDED)


class Copy(NamedTuple):
    """A thing as neighbours see it: the only shared data."""

    category: str
    reference: str
    kind: str
    title: str
    description: str
    price_cents: int | None
    price_unit: str
    place: str
    author: str
    company: str
    created_at: dt.datetime
    expires_at: dt.datetime
    starts_at: dt.datetime | None = None


class Opened(NamedTuple):
    """A job's turn to share copies, and the categories open under treaties."""

    turn: UUID
    given: frozenset[str]


class PictureChanges(NamedTuple):
    """Pictures of shared copies to synchronise: those to remove, and those still missing."""

    removed: list[str]
    missing: list[str]


class EnquiryContent(NamedTuple):
    """A message about a thing that a space shares, with the first name of its author."""

    thread: str
    item_reference: str
    title: str
    asker: str
    text: str


def host_in(address: str) -> str:
    """Return the host of a typed or pasted address, in lower case and without its port."""
    text = address.strip().lower()
    host = urlsplit(text if "//" in text else f"//{text}").netloc or text
    return host.rpartition("@")[2].partition(":")[0].strip("/. ")


def check_other(me: Tenant, other: Tenant | None) -> Tenant:
    """Return the open space at an address. Raises Refused for no space, or for the space itself."""
    if other is None:
        raise Refused(
            _("Aucun espace ne répond à cette adresse. Recopiez-la de sa page de connexion."),
            field="address",
        )
    if other.pk == me.pk:
        raise Refused(_("Choisissez un autre espace que le vôtre."), field="address")
    return other


def check_clauses(gives: Collection[str], takes: Collection[str]) -> None:
    """Raise Refused for a treaty without categories, or with an unknown category."""
    if not gives and not takes:
        raise Refused(_("Choisissez au moins une catégorie, dans un sens ou dans l’autre."))
    if not {*gives, *takes} <= set(Category.values):
        raise Refused(_("Choisissez les catégories dans la liste."))


def check_message(message: str) -> None:
    """Refuse more words than the other side's page shows."""
    if len(message) > LONGEST_MESSAGE:
        raise Refused(
            _("Le message a %(count)d caractères au plus.") % {"count": LONGEST_MESSAGE},
            field="message",
        )


def no_such_treaty() -> Refused:
    """Return the error for a treaty that the space does not have."""
    return Refused(_("Votre espace n’a pas cet accord."))


def treaty_exists() -> Refused:
    """Return the error for a proposal while a treaty is already open."""
    return Refused(
        _("Un accord existe déjà avec cet espace, ou attend une réponse : voyez la liste."),
        field="address",
    )


def check_may_answer(treaty: Treaty, schema_name: str) -> None:
    """Raise NotAllowed for an answer to the space's own proposal."""
    if treaty.partner.schema_name != schema_name:
        raise NotAllowed(_("C’est à l’autre espace de répondre à cette proposition."))


def check_may_withdraw(treaty: Treaty, schema_name: str) -> None:
    """Raise NotAllowed for the withdrawal of the other space's proposal."""
    if treaty.proposer.schema_name != schema_name:
        raise NotAllowed(_("Seul l’espace qui a proposé peut retirer sa proposition."))


def check_is_shown(*, is_shown: bool) -> None:
    """Raise Refused for an enquiry about an item no longer shared with its writer."""
    if not is_shown:
        raise Refused(_("Ce n’est plus partagé : il est trop tard pour écrire."))


def check_waits(treaty: Treaty) -> None:
    """Raise Refused unless the treaty is proposed."""
    if treaty.state != Treaty.State.PROPOSED:
        raise Refused(_("Cette proposition n’attend plus de réponse."))


def check_is_in_force(treaty: Treaty) -> None:
    """Raise Refused unless the treaty is in force."""
    if treaty.state != Treaty.State.ACCEPTED:
        raise Refused(_("Cet accord n’est pas en vigueur."))
