"""A second PostgreSQL cluster of a demo: the cell `east`, on the same machine.

A folder that has one keeps it: some of its spaces live there.
"""

import contextlib

import psycopg

from infra.local.datadir import DataDir
from infra.local.processes import ROOT
from infra.local.servers import databases, postgres, postgres_account
from infra.local.servers.postgres import SUPERUSER, Cluster

HOME, NAME = "home", "east"
DATABASE = "troovon_east"
# Clusters beside others write a log that another can follow.
SPREAD = {"wal_level": "logical", "wal_retrieve_retry_interval": "500ms"}


class Cell:
    """The cell's server, and the product's variables about it."""

    def __init__(self, folder: DataDir, passwords: dict[str, str]) -> None:
        self.passwords = passwords
        self._places: dict[str, str] = {}
        self.cluster = Cluster(
            data=folder.cell,
            programs=postgres.programs(folder.ground),
            log=folder.logs / "postgresql-east.log",
            account=postgres_account.account(),
            settings=SPREAD,
            name="postgresql-east",
        )

    def url(self, login: str) -> str:
        """Return the URL of its database for `app` or `owner`."""
        return self.cluster.url(f"troovon_{login}", self.passwords[login], DATABASE)

    def settings(self, *, with_owner: bool) -> dict[str, str]:
        """Return the product's variables; new spaces are founded where fewer are."""
        settings = {"CELLS": f"{NAME}={self.url('app')}", "FOUNDING_CELLS": f"home {NAME}"}
        if with_owner:
            settings["CELL_OWNERS"] = f"{NAME}={self.url('owner')}"
        return settings

    def begin(self) -> None:
        """Start the server; make it first if it is missing."""
        making = None
        if not self.cluster.exists():
            making = self.cluster.begin_making(self.passwords["superuser"])
            self.cluster.finish_making(making)
        self.cluster.begin()
        self.cluster.wait()
        if making:
            databases.make_roles(
                self._admin("postgres"),
                owner_password=self.passwords["owner"],
                app_password=self.passwords["app"],
            )
            databases.make_database(self._admin("postgres"), DATABASE)

    def join(self, home: Cluster, database: str) -> None:
        """Apply today's restrictions to it, and let both clusters replicate; repeatable."""
        databases.lock_again(self._admin("postgres"), DATABASE)
        admin = home.url(SUPERUSER, self.passwords["superuser"], database)
        for url in (admin, self._admin(DATABASE)):
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute((ROOT / "infra/database/replication.sql").read_bytes())

    def places(self, home: str) -> dict[str, str]:
        """Return the cluster of each space by its schema, as the app's login reads it at home.

        While home restarts, what was known before is returned.
        """
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(home) as connection:
            connection.execute("SET ROLE troovon_public")
            rows = connection.execute("SELECT schema_name, cell FROM public.spaces_tenant")
            self._places = {str(schema): str(cell) or HOME for schema, cell in rows}
        return self._places

    def _admin(self, database: str) -> str:
        return self.cluster.url(SUPERUSER, self.passwords["superuser"], database)
