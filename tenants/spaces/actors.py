"""Actors of a space in the public schema, as the log keeps them."""

from typing import NamedTuple

from saas.accounts.models import User


class SpaceActor(NamedTuple):
    """A member that acts in the public schema for a space: never a row, only display values."""

    schema_name: str
    reference: str
    name: str
    role: str


def actor_of(user: User, *, schema_name: str, role: str) -> SpaceActor:
    """Return the actor that a member is, in the role that they used."""
    return SpaceActor(schema_name, user.reference, user.display_name, role)
