"""Ways to lose the wall, built in on purpose so that a drill shows that it would see them."""

import contextlib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from celery import Task
from django.contrib.auth import HASH_SESSION_KEY
from django.core.files.storage import default_storage
from django.db.backends.postgresql import base as postgresql
from django.db.utils import DatabaseError
from django.http import HttpResponse

from infra.drills.inside import news_faults
from infra.drills.inside.community import faults as community
from infra.drills.inside.money import faults as money
from saas.accounts.models import User
from saas.kernel import cache, schema, tasks
from saas.kernel.database import guards
from saas.kernel.uploads import storage
from saas.kernel.uploads.pictures import WIDTHS
from saas.kernel.web.sessions import SessionStore
from tenants.community.classifieds import views as classified_views
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.queries import pictures as classified_pictures
from tenants.spaces.database import base, cursors, pools

_Wrapper: Any = base.DatabaseWrapper
_Plain: Any = postgresql.DatabaseWrapper


def _believe() -> None:
    """Trust the sent search path, and ignore the path reported by PostgreSQL."""
    _Wrapper._stands_in = lambda self, path: self._applied == path  # noqa: SLF001 - to be broken


def no_forget_on_rollback() -> None:
    """Assume after a rollback that the connection is still in the schema set before."""
    _believe()
    _Wrapper.commit = _Plain.commit
    _Wrapper.rollback = _Plain.rollback
    _Wrapper.savepoint_rollback = _Plain.savepoint_rollback


def switch_error_swallowed() -> None:
    """Stay in the current schema when a switch fails, as stock django-tenants does."""
    original = _Wrapper._handle_search_path  # noqa: SLF001 - what is to be broken

    def swallowing(self: Any, cursor: Any = None) -> None:
        with contextlib.suppress(DatabaseError):
            original(self, cursor)

    _Wrapper._handle_search_path = swallowing  # noqa: SLF001 - what is to be broken


def class_level_stack() -> None:
    """Keep the previous schemas in a single list for all threads, as `with tenant:` does."""
    places: list[str] = []

    @contextlib.contextmanager
    def inside(name: str) -> Iterator[None]:
        places.append(schema.current())
        schema.enter(name)
        try:
            yield
        finally:
            schema.enter(places.pop())

    schema.inside = inside


def nothing_forgotten_between_requests() -> None:
    """Put a connection back into the pool unreset, and trust the next connection's schema."""
    _believe()

    def connect(self: Any) -> None:
        self._connecting = True
        try:
            _Plain.connect(self)
        finally:
            self._connecting = False

    def do_nothing(_connection: Any, **_limits: Any) -> None:
        return

    _Wrapper.connect = connect
    _Wrapper.close = _Plain.close
    kernel: Any = pools
    kernel.clean = do_nothing


def guard_dropped() -> None:
    """Let a row or a query that outlives its space be used in another."""
    kernel: Any = guards

    def ignore(*_row: Any, **_where: Any) -> None:
        return

    kernel.check_row = kernel.check_keys = kernel.check_place = ignore


def job_without_its_space() -> None:
    """Run a job in the worker's current schema and ignore the job's header."""

    def run_here(self: Any, _name: str, args: tuple[object, ...], kwargs: dict[str, Any]) -> None:
        Task.__call__(self, *args, **kwargs)

    kernel: Any = tasks._PlacedTask  # noqa: SLF001 - what is to be broken
    kernel._run_in = run_here  # noqa: SLF001 - what is to be broken


def stacked_statements() -> None:
    """Send a statement without parameters in the way that takes several at once."""
    cursor: Any = cursors.OneStatementCursor
    cursor._execute_send = postgresql.Cursor._execute_send  # type: ignore[attr-defined]  # noqa: SLF001


def cache_key_without_schema() -> None:
    """Keep values under names that all spaces share."""
    kernel: Any = cache
    kernel.key = lambda key, prefix, version: f"{prefix}:{version}:{key}"


def file_without_check() -> None:
    """Serve a picture to any visitor with its name, from any space."""
    queries: Any = classified_pictures
    kernel: Any = storage
    kernel.check_name = lambda _name: None

    def any_picture(token: str, *, viewer: Any) -> Any:  # noqa: ARG001 - that is the fault
        for folder in default_storage.listdir("")[0]:
            name = f"{folder}/classifieds/{token}"
            if default_storage.exists(f"{name}-{WIDTHS[0]}.webp"):
                return SimpleNamespace(name=name)
        return None

    queries.picture_named = any_picture


def page_of_the_wrong_space() -> None:
    """Answer the board with the titles of another space."""
    views: Any = classified_views

    def board(_request: Any) -> HttpResponse:
        other = "t_canarya" if schema.current() == "t_canaryb" else "t_canaryb"
        with schema.crossing(other):
            return HttpResponse(list(Classified.objects.values_list("title", flat=True)))

    views.board = board


def session_of_any_space() -> None:
    """Accept a session wherever it was begun, for the person of the same number."""
    store: Any = SessionStore
    original = store.load

    def load(self: Any) -> Any:
        key, home = self.session_key, self._space
        found = original(self)
        for other in ("t_canarya", "t_canaryb", "t_canaryc"):
            if not found and home != schema.PUBLIC:
                self._session_key, self._space = key, other
                with schema.crossing(other):
                    found = original(self)
        self._space = home
        return {**found, HASH_SESSION_KEY: "anybody"} if found else found

    store.load = load
    person: Any = User
    person.get_session_auth_hash = lambda _self: "anybody"


FAULTS: dict[str, Callable[[], None]] = {
    planted.__name__: planted
    for planted in (
        *community.FAULTS.values(),
        *money.FAULTS.values(),
        *news_faults.FAULTS.values(),
        no_forget_on_rollback,
        switch_error_swallowed,
        class_level_stack,
        nothing_forgotten_between_requests,
        guard_dropped,
        job_without_its_space,
        stacked_statements,
        cache_key_without_schema,
        file_without_check,
        page_of_the_wrong_space,
        session_of_any_space,
    )
}
