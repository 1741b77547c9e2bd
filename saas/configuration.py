"""Wrong values of environment variables, each with a sentence, before anything starts.

A sentence names the variable and the remedy, never the value of a secret.
"""

import datetime as dt
import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from sentry_sdk.utils import BadDsn, Dsn

from saas.addresses import POOLER, address_of, cells, founding_cells, sentinels, without_pooler
from saas.environment import HOLDERS, PROCESSES

SHORTEST_KEY = 50
FEWEST_DIFFERENT = 5
SHORTEST_TOKEN = 16
STRIPE = "https://api.stripe.com"
MOST_DAYS = 3650
_HOST = re.compile(
    r"(?=.{1,200}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z"
)
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+\Z")
_SENDER = re.compile(r"([^<>@\r\n]+<)?[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>?\Z")
_NUMBERS = {
    "TROOVON_SHARE_HOLD": (0, MOST_DAYS, "days"),
    "BACKUP_DAYS": (1, MOST_DAYS, "days"),
    "DISK_FREE_MB": (1, 2**30, "MiB"),
}
_CLASSES = ("DNS_RESOLVER", "EINVOICING_PLATFORM", "PUSH_CARRIER", "VAT_REGISTER", "VIRUS_SCANNER")
_SELLER = ("name", "siren", "street", "postcode", "city", "country", "email")


class Wrong(NamedTuple):
    """Variable with an impossible value, and a sentence with the remedy."""

    variable: str
    sentence: str


def refuse(environ: Mapping[str, str] = os.environ) -> None:
    """Exit the process with a sentence for each variable with an impossible value."""
    found = wrong_values(environ)
    if found:
        raise SystemExit(
            "\n".join(f"Troovon does not start: {one.variable} {one.sentence}" for one in found)
        )


def wrong_values(environ: Mapping[str, str]) -> list[Wrong]:
    """Return the variables with an impossible value; missing variables are checked elsewhere."""
    held = {name: value for name, value in environ.items() if value and _is_held(name, environ)}
    found = [
        Wrong(name, sentence)
        for name, check in _CHECKS.items()
        if name in held and (sentence := check(held[name]))
    ]
    return found + _wrong_together(held)


def _is_held(name: str, environ: Mapping[str, str]) -> bool:
    """Return True unless a process of this kind ignores the variable."""
    process = environ.get("TROOVON_PROCESS", "manage")
    return process not in PROCESSES or name not in HOLDERS or process in HOLDERS[name]


def _parts(url: str) -> SplitResult | None:
    """Return the parts of a URL, or None if its port is no number or its host is broken."""
    try:
        parts = urlsplit(url)
        # Several hosts of a database are written side by side, each with its own port.
        _ = parts.port if "," not in parts.netloc else None
    except ValueError:
        return None
    return parts


def _secret_key(value: str) -> str:
    if len(value) >= SHORTEST_KEY and len(set(value)) >= FEWEST_DIFFERENT:
        return ""
    return (
        f"is too weak: it signs sessions and seals archives. Use {SHORTEST_KEY} random characters,"
        ' for example from: python -c "import secrets; print(secrets.token_urlsafe(50))"'
    )


def _base_host(value: str) -> str:
    name, colon, port = value.partition(":")
    is_port = port.isascii() and port.isdecimal() and 0 < int(port) < 2**16
    is_named = "." in name or name == "localhost"
    is_address = name.replace(".", "").isdecimal()
    if _HOST.match(name) and is_named and not is_address and (is_port or not colon):
        return ""
    return (
        "is a host name in small letters, such as troovon.example or localhost:8000, without"
        " https:// and without a path; spaces are served below it, so an IP address cannot be used."
    )


def _database(value: str) -> str:
    parts = address_of(without_pooler(value)[0])
    if parts.get("dbname") and parts.get("user"):
        return ""
    return (
        "is not of the form postgresql://login:password@host:5432/database, with several hosts"
        " host1:5432,host2:5432 and ?target_session_attrs=read-write; behind PgBouncer in session"
        f" mode ?{POOLER}."
    )


def _valkey(value: str) -> str:
    if value.startswith("sentinel://"):
        return _sentinel(value)
    parts = _parts(value)
    number = parts.path.strip("/") if parts else ""
    is_number = not number or (number.isascii() and number.isdecimal())
    if parts and parts.scheme in {"redis", "rediss"} and parts.hostname and is_number:
        return ""
    return "is not of the form redis://:password@host:6379/0 (rediss:// with TLS)."


def _sentinel(value: str) -> str:
    try:
        sentinels(value)
    except ValueError:
        return "is not of the form sentinel://:password@host1:26379,host2:26379/0?master=NAME."
    return ""


def _mail(value: str) -> str:
    parts = _parts(value)
    if parts is None:
        return "has a port that is no number."
    if parts.scheme in {"smtp", "smtps"} and not parts.hostname:
        return "names no host: smtp://user:password@host:587."
    if parts.scheme == "anymail" and not parts.path:
        return "names no provider: anymail:sendgrid?api_key=…"
    if parts.scheme == "smtp" and parts.query not in {"", "tls=yes", "tls=no"}:
        return "may end in ?tls=no, for a relay on this machine or network, and in nothing else."
    return ""


def _storage(value: str) -> str:
    parts = _parts(value)
    if parts and parts.scheme == "s3" and not parts.hostname:
        return "names no bucket: s3://bucket?endpoint_url=…"
    return ""


def _stripe_key(value: str) -> str:
    if re.match(r"(sk|rk)_(live|test)_\w", value):
        return ""
    return "is no secret key of Stripe: it begins with sk_test_, sk_live_, rk_test_ or rk_live_."


def _stripe_base(value: str) -> str:
    parts = _parts(value)
    if parts and parts.scheme in {"http", "https"} and parts.hostname:
        return ""
    return f"is a URL for the simulator only, such as http://127.0.0.1:4242; empty: {STRIPE}."


def _signing_secrets(value: str) -> str:
    if all(word.strip().startswith("whsec_") for word in value.split(",") if word.strip()):
        return ""
    return (
        "is no signing secret of Stripe: each begins with whsec_, as `manage.py"
        " stripe_destinations` prints it."
    )


def _push_key(value: str) -> str:
    from py_vapid import Vapid02  # type: ignore[import-untyped]  # noqa: PLC0415 - slow, and rare

    try:
        Vapid02.from_string(value)
    except Exception:  # noqa: BLE001 - each library below raises its own
        return "is no private key for web pushes: make a new pair with `vapid --gen`."
    return ""


def _public_push_key(value: str) -> str:
    # An uncompressed point of P-256: 65 bytes, the first of them 4.
    if re.match(r"B[A-Za-z0-9_-]{86}=?\Z", value):
        return ""
    return "is no public key for web pushes: `vapid --applicationServerKey` prints it."


def _push_contact(value: str) -> str:
    if value.startswith(("mailto:", "https://")):
        return ""
    return "begins with mailto: or https://."


def _sentry(value: str) -> str:
    try:
        Dsn(value)
    except (BadDsn, ValueError):
        return "is no DSN of Sentry: https://key@host/project. Empty: nothing is reported."
    return ""


def _token(value: str) -> str:
    if len(value) >= SHORTEST_TOKEN and re.fullmatch(r"[!-~]+", value):
        return ""
    return f"is too short: use {SHORTEST_TOKEN} random characters or more, without spaces."


def _share(value: str) -> str:
    if re.fullmatch(r"0(\.\d+)?|1(\.0+)?", value):
        return ""
    return "is a share from 0 to 1, such as 0.05: of so many pages and jobs the time is reported."


def _log_level(value: str) -> str:
    names = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
    if value in names and value in logging.getLevelNamesMapping():
        return ""
    return f"is one of {', '.join(names)}."


def _sender(value: str) -> str:
    return "" if _SENDER.match(value) else "is an address: Troovon <bonjour@troovon.example>."


def _message_host(value: str) -> str:
    return "" if _HOST.match(value) and "." in value else "is a host name: troovon.example."


def _selector(value: str) -> str:
    return "" if _HOST.match(value.lower()) else "is the name before ._domainkey, such as mail1."


def _geocoder(value: str) -> str:
    parts = _parts(value)
    if parts and parts.scheme in {"http", "https"} and parts.hostname and not parts.query:
        return ""
    return "is the address of a search, such as https://data.geopf.fr/geocodage/search/."


def _platform(value: str) -> str:
    parts = _parts(value)
    if parts and parts.scheme == "https" and parts.hostname and not parts.query:
        return ""
    return "is the address of a platform's API, such as https://api.platform.example/v1."


def _day(value: str) -> str:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return "is a day, such as 2027-09-01."
    return ""


def _is_yes(value: str) -> str:
    return "" if value == "yes" else "is yes, or empty."


def _class(value: str) -> str:
    return "" if _DOTTED.match(value) else "is the dotted path of a Python class."


def _number(least: int, most: int, unit: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        is_number = value.isascii() and value.isdecimal()
        if is_number and least <= int(value) <= most:
            return ""
        return f"is a number of {unit} from {least} to {most}."

    return check


def _seller(value: str) -> str:
    path = Path(value)
    if not path.is_file():
        return ""  # `required_file` has the sentence
    try:
        read = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        return f"names {path}, which cannot be read as JSON ({type(error).__name__})."
    if not isinstance(read, dict):
        return f"names {path}, which is no JSON object; see infra/local/seller.json."
    missing = [name for name in _SELLER if not read.get(name)]
    return f"names {path}, in which these are missing: {', '.join(missing)}." if missing else ""


def _cells(value: str) -> str:
    try:
        cells(value, "this")
    except ValueError as error:
        return f"names no clusters: {error}."
    return ""


_CHECKS: dict[str, Callable[[str], str]] = {
    "SECRET_KEY": _secret_key,
    "BASE_HOST": _base_host,
    "DATABASE_URL": _database,
    "DATABASE_OWNER_URL": _database,
    "DATABASE_SIDE_URL": _database,
    "CELLS": _cells,
    "CELL_OWNERS": _cells,
    "DATABASE_IS_MANAGED": _is_yes,
    "BACKUPS": _is_yes,
    "VALKEY_URL": _valkey,
    "GEOCODER_URL": _geocoder,
    "CACHE_URL": _valkey,
    "EINVOICING_API_BASE": _platform,
    "EINVOICING_SINCE": _day,
    "MAIL_URL": _mail,
    "ALARM_MAIL_URL": _mail,
    "MAIL_FROM": _sender,
    "MAIL_MESSAGE_HOST": _message_host,
    "MAIL_DKIM_SELECTOR": _selector,
    "STORAGE_URL": _storage,
    "STRIPE_SECRET_KEY": _stripe_key,
    "STRIPE_API_BASE": _stripe_base,
    "STRIPE_WEBHOOK_SECRETS_SNAPSHOT": _signing_secrets,
    "STRIPE_WEBHOOK_SECRETS_CONNECTED": _signing_secrets,
    "STRIPE_WEBHOOK_SECRETS_THIN": _signing_secrets,
    "VAPID_PRIVATE_KEY": _push_key,
    "VAPID_PUBLIC_KEY": _public_push_key,
    "VAPID_CONTACT": _push_contact,
    "SENTRY_DSN": _sentry,
    "METRICS_TOKEN": _token,
    "SENTRY_TRACES": _share,
    "LOG_LEVEL": _log_level,
    "SELLER_FILE": _seller,
    **{name: _number(*bounds) for name, bounds in _NUMBERS.items()},
    **dict.fromkeys(_CLASSES, _class),
}


def _wrong_together(held: Mapping[str, str]) -> list[Wrong]:
    """Return values that are right alone and wrong beside others: real money, invented papers."""
    found = []
    is_live = "_live_" in held.get("STRIPE_SECRET_KEY", "") or held.get("STRIPE_MODE") == "live"
    if is_live and held.get("STRIPE_API_BASE", STRIPE).rstrip("/") != STRIPE:
        found.append(
            Wrong("STRIPE_API_BASE", "leads to a simulator, and Stripe is live: leave it empty.")
        )
    if is_live and _is_fictional(Path(held.get("SELLER_FILE", ""))):
        found.append(Wrong("SELLER_FILE", "names the demo's fictional seller, and Stripe is live."))
    found += _wrong_cells(held)
    if bool(held.get("VAPID_PUBLIC_KEY")) < bool(held.get("VAPID_PRIVATE_KEY")):
        found.append(
            Wrong("VAPID_PUBLIC_KEY", "is missing beside VAPID_PRIVATE_KEY: browsers need it.")
        )
    return found


def _wrong_cells(held: Mapping[str, str]) -> list[Wrong]:
    """Return what CELL_OWNERS and FOUNDING_CELLS name beside CELLS."""
    if any(_cells(held.get(name, "")) for name in ("CELLS", "CELL_OWNERS")):
        return []  # a sentence of its own
    known = {word.partition("=")[0] for word in held.get("CELLS", "").split()}
    owners = {word.partition("=")[0] for word in held.get("CELL_OWNERS", "").split()}
    found = []
    if owners and owners != known:
        names = ", ".join(sorted(owners ^ known))
        found.append(Wrong("CELL_OWNERS", f"and CELLS name different cells: {names}."))
    try:
        founding_cells(held.get("FOUNDING_CELLS", ""), known)
    except ValueError:
        found.append(Wrong("FOUNDING_CELLS", "names a cell that CELLS does not name."))
    return found


def _is_fictional(path: Path) -> bool:
    try:
        read = json.loads(path.read_text()) if path.is_file() else {}
    except (OSError, ValueError):
        return False  # said by the check of the file itself
    return isinstance(read, dict) and bool(read.get("fictional"))
