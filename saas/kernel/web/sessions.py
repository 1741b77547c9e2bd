"""Sessions that are worth something only in the space where they began."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from saas.kernel import schema
from saas.kernel.errors import WrongSpaceError
from saas.kernel.statements import Given, statement


class SessionStore(db.SessionStore):
    """A session of one space: signed with its name, refused by every other one."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._space = schema.current()

    @classmethod
    def get_model_class(cls) -> Any:
        """Return Django's own table."""
        return db.SessionStore.get_model_class()

    @property
    def key_salt(self) -> str:
        """Sign with the space, so that a row that is carried elsewhere says nothing there."""
        return f"{self._space}:{super().key_salt}"

    def _check(self) -> None:
        here = schema.current()
        if self._space != here:
            raise WrongSpaceError(f"a session of {self._space} was used in {here}")

    def load(self) -> dict[str, Any]:
        """Read it, in its own space."""
        self._check()
        return super().load()

    def _get_session_from_db(self) -> Any:
        """Read the row of a key that lasts; each page does so first of all."""
        found = _lasting(session_key=self.session_key, at=timezone.now())
        if not found:
            self._session_key = None
            return None
        return found[0]

    def exists(self, session_key: str) -> bool:
        """Say whether a key is known, in its own space."""
        self._check()
        return super().exists(session_key)

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's form
        """Keep it, in its own space.

        Raises what the database did where it was away: Django takes that, too, for a session that
        has ended meanwhile.
        """
        self._check()
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, (OperationalError, InterfaceError)):
                raise error.__context__ from None
            raise

    def delete(self, session_key: str | None = None) -> None:
        """End it, in its own space."""
        self._check()
        super().delete(session_key)


def keys_of(person_id: int) -> list[str]:
    """List the sessions that are somebody's, whatever they hold; each row has to be read."""
    store, key = SessionStore(), str(person_id)
    rows = store.get_model_class().objects.values_list("session_key", "session_data")
    return [name for name, data in rows.iterator() if store.decode(data).get(SESSION_KEY) == key]


@statement
def _lasting(session_key: Given, at: Given) -> QuerySet[Any]:
    rows: QuerySet[Any] = SessionStore.get_model_class().objects.all()
    return rows.filter(session_key=session_key, expire_date__gt=at)
