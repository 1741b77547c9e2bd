"""The environment of each process, with only the secrets that it needs."""

import os
from collections.abc import Mapping, MutableMapping

from infra.local.processes import ROOT
from infra.local.servers import postgres

# Everything that the settings read, and nothing else.
NAMES = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_IS_MANAGED",
    "SPACE_LOGINS",
    "CELLS",
    "CELL_OWNERS",
    "FOUNDING_CELLS",
    "DATABASE_SIDE_URL",
    "PRIVATE_NETWORK",
    "VALKEY_URL",
    "CACHE_URL",
    "BASE_HOST",
    "MAIL_URL",
    "MAIL_EVENTS",
    "MAIL_PROVIDER",
    "MAIL_FROM",
    "MAIL_MESSAGE_HOST",
    "MAIL_DKIM_SELECTOR",
    "ALARM_MAIL_URL",
    "VAPID_PRIVATE_KEY",
    "VAPID_PUBLIC_KEY",
    "VAPID_CONTACT",
    "PUSH_CARRIER",
    "INBOUND_MAIL_URL",
    "STORAGE_URL",
    "STRIPE_SECRET_KEY",
    "STRIPE_MODE",
    "STRIPE_API_BASE",
    "STRIPE_WEBHOOK_SECRETS_SNAPSHOT",
    "STRIPE_WEBHOOK_SECRETS_CONNECTED",
    "STRIPE_WEBHOOK_SECRETS_THIN",
    "SENTRY_DSN",
    "SENTRY_TRACES",
    "HEALTH_TOKEN",
    "METRICS_TOKEN",
    "TRUSTED_PROXIES",
    "DISK_FREE_MB",
    "DATABASE_DISK",
    "TROOVON_ENV",
    "TROOVON_PROCESS",
    "TROOVON_SHARE_HOLD",
    "BACKUP_DAYS",
    "BACKUPS",
    "WEBHOOK_LOCAL_RECEIVERS",
    "OIDC_LOCAL_PROVIDERS",
    "DNS_RESOLVER",
    "VAT_REGISTER",
    "EINVOICING_PLATFORM",
    "EINVOICING_API_BASE",
    "EINVOICING_API_KEY",
    "EINVOICING_SINCE",
    "GEOCODER_URL",
    "VIRUS_SCANNER",
    "VIRUS_SCANNER_URL",
    "DATA_DIR",
    "LOG_LEVEL",
    "SELLER_FILE",
    "WEB_PROCESSES",
)

# Secrets that only some kinds of process hold; a demo's mails are files, and no secret.
HELD_BY = {
    "DATABASE_OWNER_URL": {"founder", "manage"},
    "CELL_OWNERS": {"founder", "manage"},
    "STRIPE_SECRET_KEY": {"caller", "manage"},
    "EINVOICING_API_KEY": {"caller", "manage"},
    "STRIPE_WEBHOOK_SECRETS_SNAPSHOT": {"web", "manage"},
    "STRIPE_WEBHOOK_SECRETS_CONNECTED": {"web", "manage"},
    "STRIPE_WEBHOOK_SECRETS_THIN": {"web", "manage"},
    "ALARM_MAIL_URL": {"web"},
    "MAIL_EVENTS": {"web", "manage"},
    "VAPID_PRIVATE_KEY": {"fetcher", "manage"},
    "HEALTH_TOKEN": {"web", "manage"},
    "METRICS_TOKEN": {"web", "manage"},
}
SERVING = {"web", "worker", "caller", "fetcher", "founder", "beat"}

# The fictional seller of a demo or a test.
SELLER_FILE = str(ROOT / "infra" / "local" / "seller.json")


def environment_without_ours() -> dict[str, str]:
    """Return a copy of this process's environment without any setting of the product.

    A developer's exports for another purpose never reach a demo or a test.
    """
    found = {name: value for name, value in os.environ.items() if name not in NAMES}
    put_compiled_files_aside(found)
    return found


def put_compiled_files_aside(environ: MutableMapping[str, str]) -> str | None:
    """Keep compiled files in a separate folder if the environment forbids them; return the folder.

    Compilation at each start takes seconds. With PYTHONDONTWRITEBYTECODE set, the tree stays free
    of compiled files.
    """
    if environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".troovon" / "pycache"))
    return environ.get("PYTHONPYCACHEPREFIX")


def of_process(kind: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process: web, worker, caller, fetcher and so on.

    `pg_dump` of the server's version is on its path, as in production.
    """
    tools = postgres.package() / "pginstall" / "bin"
    path = f"{tools}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    own = {name: value for name, value in settings.items() if _holds(kind, name)}
    names = {
        "PATH": path,
        "SELLER_FILE": SELLER_FILE,
        "WEB_PROCESSES": "1",
        **own,
        "TROOVON_PROCESS": kind,
    }
    return environment_without_ours() | names


def _holds(kind: str, name: str) -> bool:
    """Return True unless a setting is a secret that this kind of process does not need."""
    return kind not in SERVING or kind in HELD_BY.get(name, {kind})
