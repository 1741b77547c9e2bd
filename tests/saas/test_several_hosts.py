"""URLs of a database with several hosts, of a pooler, of Sentinels."""

import pytest
from django.db import connections
from pytest_django import Settings

from saas import addresses, environment
from saas.configuration import wrong_values
from tenants.spaces.database.cells import directory

TWO = "postgresql://troovon_app:p%40ss@one:5432,two:5433/troovon?target_session_attrs=read-write"
SENTINELS = "sentinel://:p%40ss@one:26379,two:26380/2?master=troovon"


def test_database_may_have_several_hosts() -> None:
    found = environment.database(TWO, process="web", as_owner=False)
    assert (found["HOST"], found["PORT"]) == ("one,two", "5432,5433")
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("troovon_app", "p@ss", "troovon")
    assert found["OPTIONS"]["target_session_attrs"] == "read-write"


def test_login_of_a_space_may_have_several_hosts() -> None:
    word = "north=" + TWO.replace("troovon_app", "north")
    login = addresses.space_logins(word)["north"]
    assert (login.host, login.port) == ("one,two", "5432,5433")


def test_cells_are_databases_beside_both_logins() -> None:
    found = addresses.cells(f"east={TWO} west={TWO}&pooler=session", "CELLS")
    databases = environment.cell_databases(found, "owner", process="web", as_owner=False)
    assert list(databases) == ["owner.east", "owner.west"]
    assert databases["owner.east"]["HOST"] == "one,two"
    assert addresses.founding_cells("", found) == ("",)
    assert addresses.founding_cells("home west", found) == ("", "west")
    with pytest.raises(ValueError, match="CELLS, word 1") as refused:
        addresses.cells("home=postgresql://a:secret@b/c", "CELLS")
    assert "secret" not in str(refused.value)


def test_cell_is_entered_at_its_writable_host(settings: Settings) -> None:
    found = environment.cell_databases({"east": TWO}, "default", process="web", as_owner=False)
    settings.CELLS = {"east": TWO}
    connections.settings.update(found)
    try:
        address = directory.login_in("east", "default").address()
    finally:
        del connections.settings["default.east"]
        directory.login_in.cache_clear()
    assert (address["host"], address["port"]) == ("one,two", "5432,5433")
    assert address["target_session_attrs"] == "read-write"


def test_limits_are_set_after_the_start_behind_a_pooler() -> None:
    url = "postgresql://troovon_app@pooler/troovon"
    plain = environment.database(url, process="web", as_owner=False)["OPTIONS"]
    pooled = environment.database(f"{url}?pooler=session", process="web", as_owner=False)["OPTIONS"]
    assert "-c statement_timeout=15s" in plain["options"]
    assert "options" not in pooled
    assert "statement_timeout=15s" in pooled["session_limits"]


def test_broker_and_cache_are_found_by_sentinels() -> None:
    url, options = addresses.broker(SENTINELS)
    assert url == "sentinel://:p%40ss@one:26379/2;sentinel://:p%40ss@two:26380/2"
    assert options["master_name"] == "troovon"
    assert addresses.cache_backend(addresses.beside(SENTINELS)) == (
        "saas.kernel.valkey.SentinelCache"
    )
    address = addresses.sentinels(addresses.beside(SENTINELS))
    assert address is not None
    assert address.number == 3


@pytest.mark.parametrize(
    ("name", "value", "is_right"),
    [
        ("DATABASE_URL", TWO, True),
        ("DATABASE_URL", "postgresql://troovon_app@pooler/troovon?pooler=session", True),
        ("DATABASE_URL", "postgresql://troovon_app@one:5432,two:5433,three/troovon", True),
        ("DATABASE_URL", "postgresql://troovon_app@one/troovon?no_such_option=1", False),
        ("DATABASE_URL", "postgresql://troovon_app@one/", False),
        ("VALKEY_URL", SENTINELS, True),
        ("VALKEY_URL", "sentinel://one:26379/0", False),
        ("CACHE_URL", "sentinel://one:port/0?master=troovon", False),
    ],
)
def test_urls_are_checked_at_start(name: str, value: str, *, is_right: bool) -> None:
    wrong = [one.variable for one in wrong_values({name: value})]
    assert (name not in wrong) is is_right
