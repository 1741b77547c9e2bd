"""Preparation before the product starts: a cluster, its schema, static files, translations."""

import sys

from infra.local import cells
from infra.local.processes import Child, finish
from infra.local.progress import Progress
from infra.local.servers import databases
from infra.local.servers.postgres import SUPERUSER
from infra.local.stack import DATABASE, Stack

MINUTES = 300


def start_servers(stack: Stack, progress: Progress) -> None:
    """Start the servers, create missing parts, and rebuild parts made from changed code."""
    with progress.step("PostgreSQL, Valkey, Stripe simulé", "PostgreSQL, Valkey, simulated Stripe"):
        _start_servers(stack)
    if stack.folder.is_prepared():
        if stack.cell:  # both servers have other ports than at the last start
            finish(_connect_cell(stack), seconds=MINUTES)
        return
    with progress.step(
        "Schémas, traductions, fichiers statiques", "Schemas, translations, static files"
    ):
        _prepare(stack)
    stack.folder.mark_prepared()


def _start_servers(stack: Stack) -> None:
    cluster = stack.cluster
    making = None if cluster.exists() else cluster.begin_making(stack.secrets["superuser"])
    stack.begin_broker_and_simulators()
    if making:
        cluster.finish_making(making)
    cluster.begin()
    cluster.wait()
    if making:
        _make_database(stack)
    if stack.cell:
        stack.cell.begin()
        stack.cell.join(cluster, DATABASE)
    stack.valkey.wait()


def _connect_cell(stack: Stack) -> Child:
    return stack.begin_management("cell", "add", cells.NAME, as_owner=True)


def _admin(stack: Stack) -> str:
    return stack.cluster.url(SUPERUSER, stack.secrets["superuser"], "postgres")


def _make_database(stack: Stack) -> None:
    admin = _admin(stack)
    databases.make_roles(
        admin, owner_password=stack.secrets["owner"], app_password=stack.secrets["app"]
    )
    databases.make_database(admin, DATABASE)


def _prepare(stack: Stack) -> None:
    databases.lock_again(_admin(stack), DATABASE)
    stack.source.let_write_in(stack.folder.product)
    schemas = stack.begin_management("prepare", as_owner=True)
    if not stack.source.is_installed:  # an installation has its fonts and icons
        assets = stack.begin_command("assets", [sys.executable, "-m", "infra.assets"])
        finish(assets, seconds=MINUTES)
    static = stack.begin_management("collectstatic", "--noinput", "--verbosity", "0")
    finish(static, seconds=MINUTES)
    finish(schemas, seconds=MINUTES)
