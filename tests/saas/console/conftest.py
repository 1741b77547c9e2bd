"""Operators: rows that only the owner of the database may write, so they are committed here.

Ask for them before anything that opens the test's transaction: they outlive it.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from billing.models import Order
from saas.accounts.models import User
from saas.kernel import schema
from tenants.spaces.models import Founding
from tests.factories.billing import make_campaign, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.people import SpaceClient

type Hire = Callable[[str], int]

_numbers = itertools.count(1)
ADD_OPERATOR = "INSERT INTO public.console_operator (user_id, since) VALUES (%s, '2026-01-05')"
ADD_USER = """
    INSERT INTO public.accounts_user (reference, email, first_name, last_name, language, theme,
        is_active, password, created_at)
    VALUES (%s, %s, %s, 'Troovon', 'fr', 'system', true, '!', '2026-01-05') RETURNING id
"""


@pytest.fixture
def hire(django_db_setup: None) -> Iterator[Hire]:
    """Yield a function that adds an operator until the end of the test."""
    hired: list[int] = []
    with as_owner() as database:

        def let_in(first_name: str) -> int:
            number = next(_numbers)
            email = f"{first_name.lower()}{number}@troovon.example"
            row = database.execute(ADD_USER, [f"M-OPS{number}", email, first_name]).fetchone()
            assert row
            database.execute(ADD_OPERATOR, [row[0]])
            hired.append(row[0])
            return int(row[0])

        yield let_in
        # Rather an error than a wait, where the test's transaction is still open.
        database.execute("SET lock_timeout = '30s'")
        database.execute("DELETE FROM public.console_operator WHERE user_id = ANY(%s)", [hired])
        database.execute("DELETE FROM public.accounts_user WHERE id = ANY(%s)", [hired])


def as_owner() -> psycopg.Connection:
    """Return a connection with the owner's role and automatic commits."""
    known = connections["owner"].get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    return psycopg.connect(
        **{name: known[name] for name in names if name in known}, autocommit=True
    )


def on_console(user_id: int | None) -> SpaceClient:
    """Return a browser on the console, signed in as the given user, if any."""
    client = SpaceClient(f"ops.{settings.BASE_HOST}")
    if user_id is not None:
        with schema.in_public():
            client.force_login(User.objects.get(pk=user_id))
    return client


@pytest.fixture
def agathe(hire: Hire) -> int:
    """An operator."""
    return hire("Agathe")


@pytest.fixture
def ruben(hire: Hire) -> int:
    """Another operator."""
    return hire("Ruben")


@pytest.fixture
def console(agathe: int, db: None, going_on_from_at: None) -> SpaceClient:
    """Agathe's browser on the console."""
    return on_console(agathe)


@pytest.fixture
def second(ruben: int, db: None, going_on_from_at: None) -> SpaceClient:
    """Ruben's browser on the console."""
    return on_console(ruben)


@pytest.fixture
def order(console: SpaceClient, till: Till) -> Order:
    """The order that was there when the test began."""
    return Order.objects.get()


def sold(till: Till, name: str = "Maison Cazal", net_cents: int = 10_000) -> Order:
    """Sell a campaign in the north, paid."""
    return till.sell(make_campaign(make_shop(name=name), {"north": net_cents}, at=till.at))


def failed_founding(**columns: object) -> Founding:
    """Add a founding that stopped at the database."""
    day = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    founder = {
        "email": "claire.rossi@helvane.example",
        "first_name": "Claire",
        "last_name": "Rossi",
    }
    stopped = {"state": Founding.State.FAILED, "failure": "La base n’a pas répondu."}
    known = {"slug": "helvane", "token_hash": "h"}
    days = dict.fromkeys(("token_expires_at", "created_at", "queued_at"), day)
    return Founding.objects.create(**(founder | stopped | known | days | columns))
