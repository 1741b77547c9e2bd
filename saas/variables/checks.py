"""The form of each environment variable: a function for each, with the sentence that refuses.

A sentence follows the variable's name, says the remedy, and never quotes a value.
"""

import datetime as dt
import json
import logging
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from sentry_sdk.utils import BadDsn, Dsn

from saas.environment import MOST_WEB_PROCESSES, PROCESSES
from saas.variables import servers

SHORTEST_KEY = 50
FEWEST_DIFFERENT = 5
SHORTEST_TOKEN = 16
MOST_DAYS = 3650
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+\Z")
_SENDER = re.compile(r"([^<>@\r\n]+<)?[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>?\Z")
_NUMBERS = {
    "TROOVON_SHARE_HOLD": (0, MOST_DAYS, "days"),
    "BACKUP_DAYS": (1, MOST_DAYS, "days"),
    "DISK_FREE_MB": (1, 2**30, "MiB"),
    "WEB_PROCESSES": (1, MOST_WEB_PROCESSES, "processes"),
}
# Processes that an installation does not have: tests and figures run under the same settings.
_TRIED = frozenset(("bench", "demo", "test"))
_CLASSES = ("DNS_RESOLVER", "EINVOICING_PLATFORM", "PUSH_CARRIER", "VAT_REGISTER", "VIRUS_SCANNER")
_SELLER = ("name", "siren", "street", "postcode", "city", "country", "email")


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
    if servers.HOST.match(name) and is_named and not is_address and (is_port or not colon):
        return ""
    return (
        "is a host name in small letters, such as troovon.example or localhost:8000, without"
        " https:// and without a path; spaces are served below it, so an IP address cannot be used."
    )


def _stripe_key(value: str) -> str:
    if re.match(r"(sk|rk)_(live|test)_\w", value):
        return ""
    return "is no secret key of Stripe: it begins with sk_test_, sk_live_, rk_test_ or rk_live_."


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
    return "" if servers.HOST.match(value) and "." in value else "is a host name: troovon.example."


def _selector(value: str) -> str:
    is_name = servers.HOST.match(value.lower())
    return "" if is_name else "is the name before ._domainkey, such as mail1."


def _day(value: str) -> str:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return "is a day, such as 2027-09-01."
    return ""


def _is_yes(value: str) -> str:
    return "" if value == "yes" else "is yes, or empty."


def _class(value: str) -> str:
    if not _DOTTED.match(value):
        return "is the dotted path of a Python class."
    module, _, name = value.rpartition(".")
    try:
        found = find_spec(module)
    except ImportError:
        found = None
    text = Path(found.origin).read_text() if found and found.origin else ""
    if re.search(rf"^class {re.escape(name)}\b", text, re.MULTILINE):
        return ""
    return "names no class of this installation."


def _process(value: str) -> str:
    if value in PROCESSES | _TRIED:
        return ""  # another would hold the secrets of all
    return f"is one of {', '.join(sorted(PROCESSES))}."


def _mode(value: str) -> str:
    return "" if value in {"live", "test"} else "is live or test."


def _word(value: str) -> str:
    return "" if servers.WORD.match(value) else "is one word of letters, digits, points and dashes."


def _former_keys(value: str) -> str:
    keys = [word.strip() for word in value.split(",") if word.strip()]
    is_right = keys and not any(_secret_key(key) for key in keys)
    return "" if is_right else "is a list of former keys, each as strong, separated by commas."


def _absolute(value: str) -> str:
    return "" if value.startswith("/") else "is the whole path of a folder, beginning with /."


def _key(value: str) -> str:
    return "" if re.fullmatch(r"[!-~]+", value) else "is a key without spaces."


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


CHECKS: dict[str, Callable[[str], str]] = {
    "SECRET_KEY": _secret_key,
    "BASE_HOST": _base_host,
    "DATABASE_URL": servers.database,
    "DATABASE_OWNER_URL": servers.database,
    "DATABASE_SIDE_URL": servers.database,
    "CELLS": servers.list_of_cells,
    "CELL_OWNERS": servers.list_of_cells,
    "DATABASE_IS_MANAGED": _is_yes,
    "BACKUPS": _is_yes,
    "PRIVATE_NETWORK": _is_yes,
    "SPACE_LOGINS": servers.logins_of_spaces,
    "FOUNDING_CELLS": servers.names_of_cells,
    "SECRET_KEY_FALLBACKS": _former_keys,
    "TROOVON_ENV": _word,
    "TROOVON_PROCESS": _process,
    "TRUSTED_PROXIES": servers.proxy_list,
    "DATA_DIR": _absolute,
    "DATABASE_DISK": _absolute,
    "VALKEY_URL": servers.valkey,
    "GEOCODER_URL": servers.geocoder,
    "CACHE_URL": servers.valkey,
    "EINVOICING_API_BASE": servers.platform,
    "EINVOICING_API_KEY": _key,
    "EINVOICING_SINCE": _day,
    "MAIL_URL": servers.mail,
    "ALARM_MAIL_URL": servers.mail,
    "MAIL_PROVIDER": servers.provider,
    "MAIL_EVENTS": servers.mail_events,
    "INBOUND_MAIL_URL": servers.inbound_mail,
    "MAIL_FROM": _sender,
    "MAIL_MESSAGE_HOST": _message_host,
    "MAIL_DKIM_SELECTOR": _selector,
    "STORAGE_URL": servers.storage,
    "STRIPE_SECRET_KEY": _stripe_key,
    "STRIPE_MODE": _mode,
    "STRIPE_API_BASE": servers.stripe_base,
    "STRIPE_WEBHOOK_SECRETS_SNAPSHOT": _signing_secrets,
    "STRIPE_WEBHOOK_SECRETS_CONNECTED": _signing_secrets,
    "STRIPE_WEBHOOK_SECRETS_THIN": _signing_secrets,
    "VAPID_PRIVATE_KEY": _push_key,
    "VAPID_PUBLIC_KEY": _public_push_key,
    "VAPID_CONTACT": _push_contact,
    "SENTRY_DSN": _sentry,
    "METRICS_TOKEN": _token,
    "HEALTH_TOKEN": _token,
    "SENTRY_TRACES": _share,
    "LOG_LEVEL": _log_level,
    "SELLER_FILE": _seller,
    **{name: _number(*bounds) for name, bounds in _NUMBERS.items()},
    "VIRUS_SCANNER_URL": servers.scanner,
    "OIDC_LOCAL_PROVIDERS": servers.local_servers,
    "WEBHOOK_LOCAL_RECEIVERS": servers.local_servers,
    **dict.fromkeys(_CLASSES, _class),
}
