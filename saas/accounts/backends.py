"""How Django finds the person of a session or a password in the schema of the request."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import QuerySet
from django.http import HttpRequest

from saas.accounts.models import User, normal_email
from saas.kernel import hooks, schema
from saas.kernel.database.statements import Given, statement
from saas.kernel.secrets import hashing


class ActivePersonBackend(BaseBackend):
    """Backend for active people, by address and password; unknown addresses cost the same work."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django's form
        email: str = "",
        password: str = "",
        **_: Any,
    ) -> User | None:
        """Return the person, or None; an unknown address costs the same hash."""
        user = User.objects.filter(email=normal_email(email), is_active=True).first()
        if user is None or not user.has_usable_password():
            hashing.hash_password(password)
            return None
        return user if user.check_password(password) else None

    def get_user(self, user_id: int) -> User | None:
        """Return the session's person if active, with the relations that other apps need."""
        known = _active if schema.current() == schema.PUBLIC else _active_member
        return next(iter(known(user_id=user_id)), None)


@statement
def _active(user_id: Given) -> QuerySet[User]:
    return User.objects.filter(pk=user_id, is_active=True)


@statement
def _active_member(user_id: Given) -> QuerySet[User]:
    people = User.objects.filter(pk=user_id, is_active=True)
    for columns in hooks.signed_in_columns.ask(user_id):
        people = people.annotate(**columns)
    return people
