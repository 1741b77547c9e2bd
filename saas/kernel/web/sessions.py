"""Sessions that work only in the space where they began, and end by themselves."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from saas.kernel import schema
from saas.kernel.database.statements import Given, statement
from saas.kernel.errors import WrongSpaceError

_ENDS, _IDLE = "ends_at", "idle_seconds"


class SessionStore(db.SessionStore):
    """Session of a space: signed with its name, and rejected by every other space."""

    table: ClassVar[Any] = None  # the app of people names it, a floor above

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._space = schema.current()

    @classmethod
    def get_model_class(cls) -> Any:
        """Return the table of sessions, which names the person of each."""
        return cls.table

    def limit(self, *, idle: dt.timedelta, absolute: dt.timedelta, at: dt.datetime) -> None:
        """End this session after so long without use, and after so long in all."""
        self[_IDLE] = int(idle.total_seconds())
        self[_ENDS] = (at + absolute).timestamp()

    def get_expiry_age(self, **kwargs: Any) -> int:
        """Return the seconds that remain: until it is idle for too long, or over in any case."""
        if _ENDS not in self:
            return super().get_expiry_age(**kwargs)
        remaining = float(self[_ENDS]) - timezone.now().timestamp()
        return max(0, min(int(self[_IDLE]), int(remaining)))

    def get_expiry_date(self, **kwargs: Any) -> dt.datetime:
        """Return the moment at which it ends without further use."""
        if _ENDS not in self:
            return super().get_expiry_date(**kwargs)
        return timezone.now() + dt.timedelta(seconds=self.get_expiry_age())

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return the row of this session, with the person signed in."""
        row: Any = super().create_model_instance(data)
        person = data.get(SESSION_KEY)
        row.person_id = int(person) if person else None
        return row

    @property
    def key_salt(self) -> str:
        """Return the salt with the space, so that a row moved to another space is invalid there."""
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
        """Return True if a key exists, in its own space."""
        self._check()
        return super().exists(session_key)

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's form
        """Save the session in its own space.

        Raises the database's error if the database was down: Django would report that, too, as a
        session that has ended meanwhile.
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


def read(row: Any) -> dict[str, Any]:
    """Return the data of a session of this space."""
    return SessionStore().decode(row.session_data)


@statement
def _lasting(session_key: Given, at: Given) -> QuerySet[Any]:
    rows: QuerySet[Any] = SessionStore.get_model_class().objects.all()
    return rows.filter(session_key=session_key, expire_date__gt=at)
