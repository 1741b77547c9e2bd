"""How the settings read URLs and lists from the environment."""

import ipaddress
import json
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from saas.addresses import SpaceLogin, address_of, without_pooler

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network

VERSION = "0.1.0"
BLOCKING_THREADS = 4
# A hash keeps a core busy: with two cores, a single hash at a time beside pages, with more cores
# two.
HASHING_THREADS = 1 if (os.cpu_count() or 1) <= 2 else 2  # noqa: PLR2004
WEB_PROCESS_MIB = 400
MOST_WEB_PROCESSES = 64
_STATEMENT_LIMITS = {
    "web": (
        "statement_timeout=15s",
        "lock_timeout=5s",
        "idle_in_transaction_session_timeout=30s",
    ),
    "worker": ("statement_timeout=230s", "lock_timeout=30s"),
    "caller": ("statement_timeout=230s", "lock_timeout=30s"),
    "fetcher": ("statement_timeout=30s", "lock_timeout=10s"),
}


_STAYS_TEXT = re.compile(r"key|secret|token|password|user|name|domain|region|version|location")


@dataclass(frozen=True)
class InboundMail:
    """Answers to mails: the name below which they come in, and the provider of anymail's."""

    domain: str
    provider: str
    options: dict[str, Any] = field(repr=False)


def web_processes(text: str) -> int:
    """Return the number of web processes on a port.

    Empty: a process for each core, as long as each has 400 MiB of the machine's or container's
    memory.
    """
    if text:
        return int(text)
    fit = _memory_mib() // WEB_PROCESS_MIB
    return max(1, min(len(os.sched_getaffinity(0)), fit, MOST_WEB_PROCESSES))


def _memory_mib() -> int:
    """Return the memory that this process may use: the control group's limit, or all there is."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text().strip() if limit.exists() else "max"
    return min(pages, int(text) if text.isdecimal() else pages) // 2**20


# Secrets for certain kinds of process only: other processes ignore these variables. An intruder in
# the process exposed to the internet finds neither Stripe's key nor the mail's password.
HOLDERS: dict[str, frozenset[str]] = {
    "DATABASE_OWNER_URL": frozenset(("founder", "manage")),
    "CELL_OWNERS": frozenset(("founder", "manage")),
    "STRIPE_SECRET_KEY": frozenset(("caller", "manage")),
    "STRIPE_WEBHOOK_SECRETS_SNAPSHOT": frozenset(("web", "manage")),
    "STRIPE_WEBHOOK_SECRETS_CONNECTED": frozenset(("web", "manage")),
    "STRIPE_WEBHOOK_SECRETS_THIN": frozenset(("web", "manage")),
    "MAIL_URL": frozenset(("worker", "manage")),
    "ALARM_MAIL_URL": frozenset(("web",)),
    "MAIL_EVENTS": frozenset(("web", "manage")),
    "EINVOICING_API_KEY": frozenset(("caller", "manage")),
    "VAPID_PRIVATE_KEY": frozenset(("fetcher", "manage")),
    "HEALTH_TOKEN": frozenset(("web", "manage")),
    "METRICS_TOKEN": frozenset(("web", "manage")),
}
PROCESSES = frozenset(("web", "worker", "caller", "fetcher", "founder", "beat", "manage"))
NO_MAIL = "none:"
OUTBOX = "outbox:"


def own_secret(name: str) -> str:
    """Return a secret's variable, or an empty text in a process that does not use it.

    A process of another kind, such as a test or a drill, gets the variable as it is set.
    """
    process = os.environ.get("TROOVON_PROCESS", "manage")
    if process in PROCESSES and process not in HOLDERS[name]:
        return ""
    return os.environ.get(name, "")


def trusts_network() -> bool:
    """Return True if servers of other machines may be spoken to without TLS."""
    return os.environ.get("PRIVATE_NETWORK") == "yes"


def own_mail_url() -> str:
    """Return this process's mail URL; the demo's folder is not a secret.

    The web process alerts operators while worker and clock are down, through an account of its own.
    """
    process = os.environ.get("TROOVON_PROCESS", "manage")
    given = os.environ.get("MAIL_URL", "")
    if given.startswith(OUTBOX):
        return given
    if process in PROCESSES and process not in HOLDERS["MAIL_URL"]:
        return own_secret("ALARM_MAIL_URL") or NO_MAIL
    return required("MAIL_URL")


def stripe_is_live(key: str) -> bool:
    """Return True if real money moves: by the key, or by `STRIPE_MODE` without a key."""
    return "_live_" in key if key else os.environ.get("STRIPE_MODE", "") == "live"


def release(root: Path) -> str:
    """Return the version and the commit, as the installation's file `RELEASE` has them.

    A checkout has no such file: there the version is followed by `+checkout`.
    """
    path = root / "RELEASE"
    return path.read_text().strip() if path.is_file() else f"{VERSION}+checkout"


def required(name: str) -> str:
    """Return a variable that has no safe default, or end the process with a sentence."""
    value = os.environ.get(name, "")
    if not value:
        raise SystemExit(
            f"Troovon does not start: the environment variable {name} is missing."
            " infra/deploy/README.md says what each of them is for."
        )
    return value


def required_file(name: str) -> Path:
    """Return a file that a variable has to name, or end the process with a sentence."""
    path = Path(required(name))
    if not path.is_file():
        raise SystemExit(
            f"Troovon does not start: {name} names {path}, and no file is there."
            " infra/deploy/README.md says what belongs in it."
        )
    return path


def typed(name: str, text: str) -> Any:
    """Return an option of a URL with its JSON type: true, 300 and {"a": 1} are not texts.

    Options with the name of a key, a secret, a user or the like stay texts, even if all digits.
    """
    if _STAYS_TEXT.search(name):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def options_of(query: str) -> dict[str, Any]:
    """Return the options after a URL's question mark, each with its JSON type."""
    return {name: typed(name, text) for name, text in parse_qsl(query, keep_blank_values=True)}


def proxies(text: str) -> tuple[Network, ...]:
    """Return the addresses and networks of our proxies. Raises ValueError."""
    return tuple(ipaddress.ip_network(word) for word in text.replace(",", " ").split())


def secrets_of(name: str) -> list[str]:
    """Return the secrets of a variable: several, comma-separated, during a rotation."""
    text = own_secret(name) if name in HOLDERS else os.environ.get(name, "")
    return [part.strip() for part in text.split(",") if part.strip()]


# A server gone without closing its connection (a machine that died, a cut network) is detected by
# keepalives. The system's defaults are a quarter of an hour when we send, and two hours when idle.
_NOTICED = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}


def database(
    url: str,
    *,
    process: str,
    as_owner: bool,
    own_logins: dict[str, SpaceLogin] | None = None,
) -> dict[str, Any]:
    """Return Django's settings of a database for a kind of process.

    Only web processes have a pool for each login, since Celery closes pools around each task. A
    pooled connection is reset to its startup options, so the time zone is set there.
    """
    url, has_pooler = without_pooler(url)
    parts = address_of(url)
    own = ("user", "password", "host", "port", "dbname")
    options: dict[str, Any] = {
        "connect_timeout": 5,
        **_NOTICED,
        "application_name": f"troovon-{process}",
        "assume_space_role": not as_owner,
        **{name: value for name, value in parts.items() if name not in own},
    }
    limits = () if as_owner else ("timezone=UTC", *_STATEMENT_LIMITS.get(process, ()))
    if has_pooler:
        options["session_limits"] = limits
    elif limits:
        options["options"] = " ".join(f"-c {limit}" for limit in limits)
    if own_logins and not as_owner:
        options["space_logins"] = own_logins
    if process == "web":
        options["pool"] = {
            "min_size": 1,
            "max_size": BLOCKING_THREADS + HASHING_THREADS,
            "timeout": 5,
            "max_idle": 300,
            "max_lifetime": 900,
        }
    else:
        options["prepare_threshold"] = sys.maxsize  # no prepared statement unless requested
    return {
        "ENGINE": "tenants.spaces.database",
        "NAME": parts.get("dbname", ""),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "CONN_MAX_AGE": 0 if process == "web" else 300,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": options,
    }


def cell_databases(
    urls: dict[str, str], beside: str, *, process: str, as_owner: bool
) -> dict[str, dict[str, Any]]:
    """Return the databases of the cells, named after the login at home: `owner.east`."""
    return {
        f"{beside}.{name}": database(url, process=process, as_owner=as_owner)
        for name, url in urls.items()
    }


def mailer(url: str, data_dir: Path) -> dict[str, Any]:
    """Return the mailer of a URL.

    `outbox:` keeps messages in the data folder, `smtp[s]://user:password@host:port` sends them
    (`?tls=no`: to a relay without a certificate), `anymail:NAME?key=value` sends them through a
    provider of anymail.
    """
    parts = urlsplit(url)
    if parts.scheme == "outbox":
        return {
            "BACKEND": "saas.kernel.mail.OutboxBackend",
            "OPTIONS": {"folder": str(data_dir / "outbox")},
        }
    if parts.scheme == "anymail":
        return {
            "BACKEND": f"anymail.backends.{parts.path}.EmailBackend",
            "OPTIONS": options_of(parts.query),
        }
    if url == NO_MAIL:
        return {"BACKEND": "saas.kernel.mail.NoMailBackend"}
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or (465 if parts.scheme == "smtps" else 587),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parts.scheme == "smtp" and parts.query != "tls=no",
            "timeout": 10,
        },
    }


def provider_of(url: str) -> str:
    """Return anymail's name for the provider of a mailer's URL, or an empty text."""
    parts = urlsplit(url)
    return parts.path if parts.scheme == "anymail" else ""


def inbound_mail(url: str) -> InboundMail | None:
    """Return the provider that delivers replies to mails, or None without a URL.

    `anymail:NAME?domain=…&webhook_secret=user:password`, with the other options of anymail's
    webhook, such as `webhook_signing_key`.
    """
    if not url:
        return None
    parts = urlsplit(url)
    options = options_of(parts.query)
    domain = str(options.pop("domain")).lower()
    return InboundMail(domain=domain, provider=parts.path, options=options)


S3_IN_MEMORY = 1024 * 1024


def storage(url: str, data_dir: Path) -> dict[str, Any]:
    """Return Django's storages: a folder of the data directory, or `s3://bucket?option=value`."""
    parts = urlsplit(url)
    files: dict[str, Any] = {
        "BACKEND": "saas.kernel.uploads.storage.PlacedStorage",
        "OPTIONS": {
            "keeper": "django.core.files.storage.FileSystemStorage",
            "location": str(data_dir / "files"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }
    if parts.scheme == "s3":
        files = {
            "BACKEND": "saas.kernel.uploads.storage.PlacedStorage",
            "OPTIONS": {
                "keeper": "storages.backends.s3.S3Storage",
                "bucket_name": parts.hostname,
                "max_memory_size": S3_IN_MEMORY,  # 0 would be without a limit
                **options_of(parts.query),
            },
        }
    return {
        "default": files,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
