"""Checks of the parts that an installation runs itself: database, queue, files, clock."""

import datetime as dt
import secrets
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.functions import Now
from django.utils import timezone

from saas.commands.doctor.findings import OK, WARNING, WRONG, Check, Finding
from saas.environment import trusts_network
from saas.kernel import schema, valkey
from saas.monitoring import queries, rules
from saas.variables.encryption import PROVEN, is_elsewhere
from tenants.spaces.database import blueprint, locks, server
from tenants.spaces.database.cells import overview
from tenants.spaces.models import Blueprint

MOST_DRIFT = dt.timedelta(seconds=5)
_TIMEOUT_SECONDS = 3
PREPARE = "Run `manage.py prepare` as the owner."


def check_database() -> list[Finding]:
    """Connect, compare the version, and look whether the newest blueprint is that of this code."""
    try:
        version = server.check()
    except server.UnfitServerError as unfit:
        step = "Correct the URL, or the server's pg_hba.conf, or its version."
        return [Finding("database", WRONG, str(unfit), step)]
    found = [Finding("database", OK, f"PostgreSQL {version} answers")]
    with schema.in_public():
        newest = Blueprint.objects.order_by("-made_at", "-pk").first()
    if newest is None or newest.migrations_hash != blueprint.migrations_hash():
        sentence = "the database was not prepared for this release"
        found.append(Finding("database", WRONG, sentence, PREPARE))
    return found


def check_locks() -> list[Finding]:
    """Inspect the locks between spaces."""
    step = "Run infra/database/{cluster,locks,access}.sql as superuser, then `manage.py prepare`."
    found = [
        Finding("locks", WRONG if fault.lock in locks.WALL else WARNING, fault.sentence, step)
        for fault in locks.inspect()
    ]
    return found or [Finding("locks", OK, "spaces are sealed from each other")]


def check_clock() -> list[Finding]:
    """Compare this machine's time with the database's, and look for the last heartbeat."""
    with schema.in_public():
        there = Blueprint.objects.annotate(moment=Now()).values_list("moment", flat=True).first()
        beat_at = queries.last_beat_at()
    at = timezone.now()
    found = []
    if there is not None and abs(there - at) > MOST_DRIFT:
        seconds = int(abs(there - at).total_seconds())
        sentence = f"this machine and the database differ by {seconds} seconds"
        found.append(Finding("clock", WRONG, sentence, "Set both by NTP (timedatectl)."))
    if beat_at is None:
        sentence = "the scheduler has not run yet"
        found.append(Finding("clock", WARNING, sentence, "Start the processes beat and worker."))
    elif rules.clock_is_stopped(beat_at, at=at):
        sentence = f"the scheduler's last heartbeat was at {beat_at:%Y-%m-%d %H:%M} UTC"
        found.append(Finding("clock", WRONG, sentence, "Start the processes beat and worker."))
    return found or [Finding("clock", OK, "the times agree, and the scheduler runs")]


def check_backups() -> list[Finding]:
    """Look for the newest backup, and for the newest that a trial restored without a fault."""
    if not settings.BACKUPS_ARE_MADE:
        step = "Set BACKUPS=yes, and take backups as infra/deploy/README.md says."
        return [Finding("backups", WARNING, "this installation says that it makes none", step)]
    return [_backup_of(cell) for cell in ["", *settings.CELLS]]


def _backup_of(cell: str) -> Finding:
    with schema.in_public():
        newest, good_at = queries.last_backup(cell), queries.good_backup_at(cell)
    name, of = (f"backups of {cell}", f" --cell {cell}") if cell else ("backups", "")
    step = f"Run `manage.py backup nightly{of}` where PostgreSQL's files are, and read its answer."
    if newest is None or good_at is None:
        return Finding(name, WRONG, "no backup was taken yet", step)
    if newest.is_good is False:
        sentence = f"the newest backup was restored for a trial and is bad: {newest.fault}"
        return Finding(name, WRONG, sentence, step)
    if rules.backup_is_old(good_at, at=timezone.now()):
        sentence = "no backup of the last 26 hours was restored for a trial"
        return Finding(name, WRONG, sentence, step)
    sentence = f"that of {good_at:%Y-%m-%d %H:%M} UTC was restored for a trial"
    return Finding(name, OK, sentence)


def check_cells() -> list[Finding]:
    """Look at each cluster beside home: its locks, and the replication of `public` to it."""
    found = []
    for cell in overview.cells() if settings.CELLS else []:
        found += [
            Finding("cells", WRONG, f"cell {cell.name}: {fault.sentence}", fault.step)
            for fault in cell.faults
        ]
        if cell.name and not cell.faults:
            sentence = f"cell {cell.name} follows home, {cell.lag_bytes} bytes behind"
            found.append(Finding("cells", OK, sentence))
    return found


def check_valkey() -> list[Finding]:
    """Ping the broker and the cache."""
    found = []
    for name, url in (("VALKEY_URL", settings.VALKEY_URL), ("CACHE_URL", settings.CACHE_URL)):
        try:
            with valkey.client(
                url, socket_connect_timeout=_TIMEOUT_SECONDS, socket_timeout=_TIMEOUT_SECONDS
            ) as client:
                client.ping()
        except (redis.RedisError, OSError) as error:
            sentence = f"no answer at {name} ({type(error).__name__})"
            step = f"Check host, port and password of {name}, and that the server runs."
            found.append(Finding("valkey", WRONG, sentence, step))
    return found or [Finding("valkey", OK, "broker and cache answer")]


def check_encryption() -> list[Finding]:
    """Look for servers on other machines that are spoken to without TLS, or without a proof.

    They start by `PRIVATE_NETWORK=yes` alone.
    """
    trusted = "; PRIVATE_NETWORK trusts the network until then." if trusts_network() else "."
    found = []
    for alias, database in settings.DATABASES.items():
        if is_elsewhere(database["HOST"]) and database["OPTIONS"].get("sslmode") != PROVEN:
            sentence = f"the database {alias} at {database['HOST']} is spoken to without proven TLS"
            step = f"Add ?sslmode=verify-full&sslrootcert=… to its URL{trusted}"
            found.append(Finding("encryption", WARNING, sentence, step))
    for name, url in (("VALKEY_URL", settings.VALKEY_URL), ("CACHE_URL", settings.CACHE_URL)):
        parts = urlsplit(url)
        if is_elsewhere(parts.hostname or "") and parts.scheme != "rediss":
            sentence = f"{name} leads to {parts.hostname} without TLS"
            found.append(
                Finding("encryption", WARNING, sentence, f"Set {name}=rediss://…{trusted}")
            )
    return found or [Finding("encryption", OK, "servers of other machines are spoken to by TLS")]


def check_storage() -> list[Finding]:
    """Write a small file, read it again and delete it."""
    content = secrets.token_bytes(16)
    try:
        with schema.in_public():
            name = default_storage.save(
                f"public/doctor/{secrets.token_hex(8)}", ContentFile(content)
            )
            with default_storage.open(name) as stored:
                is_same = stored.read() == content
            default_storage.delete(name)
    except Exception as error:  # noqa: BLE001 - each provider's client raises its own
        sentence = f"files cannot be kept ({type(error).__name__})"
        step = "Check STORAGE_URL, its keys and its bucket; without one, the rights on DATA_DIR."
        return [Finding("storage", WRONG, sentence, step)]
    if not is_same:
        step = "Ask the provider of STORAGE_URL."
        return [Finding("storage", WRONG, "a file that was read is another one", step)]
    return [Finding("storage", OK, "a file was written, read and deleted")]


def check_disk() -> list[Finding]:
    """Return a finding on the free space of each monitored disk."""
    found = []
    for disk in queries.disks():
        free = f"{disk.free_bytes // rules.MEBIBYTE} MiB free on the disk of {disk.name}"
        if rules.disk_is_short(disk.free_bytes, least_mib=settings.DISK_FREE_MB, was_short=False):
            found.append(Finding("disk", WRONG, free, "Make room, or enlarge the disk."))
        else:
            found.append(Finding("disk", OK, free))
    return found


def check_stripe_secrets() -> list[Finding]:
    """Look for the signing secrets without which events are refused."""
    missing = [name for name, given in settings.STRIPE_WEBHOOK_SECRETS.items() if not given]
    if missing:
        sentence = f"no signing secret for {', '.join(missing)}: Stripe's events are refused"
        step = "Run `manage.py stripe_destinations`, and set the lines that it prints."
        return [Finding("stripe", WRONG, sentence, step)]
    return [Finding("stripe", OK, "each destination has its signing secret")]


def check_tokens() -> list[Finding]:
    """Check the tokens that admit Prometheus and a probe."""
    found = []
    for name, closed in (
        ("METRICS_TOKEN", "nobody reads /metrics, so no alert rises"),
        ("HEALTH_TOKEN", "a probe of /health/ready reads one word and never what is wrong"),
    ):
        if not getattr(settings, name):
            step = f"Set {name} to `openssl rand -hex 32`, here and where it is sent from."
            found.append(Finding("tokens", WARNING, f"{name} is empty: {closed}", step))
    return found or [Finding("tokens", OK, "Prometheus and probes have theirs")]


# A database that does not answer is waited for once: the others of it are not asked then.
OF_THE_DATABASE: dict[str, Check] = {
    "locks": check_locks,
    "clock": check_clock,
    "backups": check_backups,
    "cells": check_cells,
}
CHECKS: dict[str, Check] = {
    "valkey": check_valkey,
    "encryption": check_encryption,
    "storage": check_storage,
    "disk": check_disk,
    "stripe": check_stripe_secrets,
    "tokens": check_tokens,
}
