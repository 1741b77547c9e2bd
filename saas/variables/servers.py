"""Checks of addresses: databases, brokers, mail servers, stores, and those of other services."""

import re
from importlib.util import find_spec
from urllib.parse import SplitResult, parse_qs, urlsplit

from saas.addresses import POOLER, address_of, cells, sentinels, space_logins, without_pooler
from saas.environment import proxies

STRIPE = "https://api.stripe.com"
HOST = re.compile(
    r"(?=.{1,200}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z"
)
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_WEBHOOK_SECRET = re.compile(r"[^:\s]+:[^:\s]+\Z")


def parts_of(url: str) -> SplitResult | None:
    """Return the parts of a URL, or None if its port is no number or its host is broken."""
    try:
        parts = urlsplit(url)
        # Several hosts of a database are written side by side, each with its own port.
        _ = parts.port if "," not in parts.netloc else None
    except ValueError:
        return None
    return parts


def database(value: str) -> str:
    """Check the URL of a database."""
    parts = address_of(without_pooler(value)[0]) if parts_of(value) else {}
    if parts.get("dbname") and parts.get("user"):
        return ""
    return (
        "is not of the form postgresql://login:password@host:5432/database, with several hosts"
        " host1:5432,host2:5432 and ?target_session_attrs=read-write; behind PgBouncer in session"
        f" mode ?{POOLER}."
    )


def logins_of_spaces(value: str) -> str:
    """Check the logins of single spaces."""
    try:
        space_logins(value)
    except ValueError as error:
        return f"is not read: {error}."
    return ""


def list_of_cells(value: str) -> str:
    """Check a list of clusters and their URLs."""
    try:
        cells(value, "this")
    except ValueError as error:
        return f"names no clusters: {error}."
    return ""


def is_list_of_cells(value: str) -> bool:
    """Return True if a variable names clusters as it should."""
    return not list_of_cells(value)


def names_of_cells(value: str) -> str:
    """Check a list of names of clusters."""
    is_list = all(WORD.match(word) for word in value.split())
    return "" if is_list else "is a list of names of CELLS; home is the first cluster."


def valkey(value: str) -> str:
    """Check the URL of a broker or a cache."""
    if value.startswith("sentinel://"):
        return sentinel(value)
    parts = parts_of(value)
    number = parts.path.strip("/") if parts else ""
    is_number = not number or (number.isascii() and number.isdecimal())
    if parts and parts.scheme in {"redis", "rediss"} and parts.hostname and is_number:
        return ""
    return "is not of the form redis://:password@host:6379/0 (rediss:// with TLS)."


def sentinel(value: str) -> str:
    """Check the URL of Sentinels."""
    try:
        sentinels(value)
    except ValueError:
        return "is not of the form sentinel://:password@host1:26379,host2:26379/0?master=NAME."
    return ""


def mail(value: str) -> str:
    """Check the URL by which mails leave."""
    parts = parts_of(value)
    if parts is None:
        return "has a port that is no number."
    if parts.scheme not in {"smtp", "smtps", "anymail", "outbox"}:
        return "begins with outbox:, smtp://, smtps:// or anymail:."
    if parts.scheme in {"smtp", "smtps"} and not parts.hostname:
        return "names no host: smtp://user:password@host:587."
    if parts.scheme == "anymail" and not is_in("anymail.backends", parts.path):
        return "names no provider of anymail's: anymail:sendgrid?api_key=…"
    if parts.scheme == "smtp" and parts.query not in {"", "tls=yes", "tls=no"}:
        return "may end in ?tls=no, for a relay on this machine or network, and in nothing else."
    return ""


def provider(value: str) -> str:
    """Check the name of a mail provider."""
    if is_in("anymail.webhooks", value):
        return ""
    return "is no provider that anymail hears: sendgrid, postmark, mailgun, …"


def mail_events(value: str) -> str:
    """Check the options under which a provider posts bounces."""
    secret = parse_qs(value).get("webhook_secret", [""])[0]
    return "" if _WEBHOOK_SECRET.match(secret) else "contains no webhook_secret=user:password."


def inbound_mail(value: str) -> str:
    """Check the URL by which answers to mails come in."""
    parts = parts_of(value)
    options = parse_qs(parts.query) if parts else {}
    secret, domain = options.get("webhook_secret", [""])[0], options.get("domain", [""])[0]
    is_whole = HOST.match(domain.lower()) and _WEBHOOK_SECRET.match(secret)
    if parts and parts.scheme == "anymail" and is_whole and not provider(parts.path):
        return ""
    return "is anymail:NAME?domain=reponse.troovon.example&webhook_secret=user:password."


def is_in(package: str, name: str) -> bool:
    """Return True if a package has a module of a name; nothing of the module is run."""
    is_name = name.isidentifier() and not name.startswith(("_", "base"))
    return is_name and find_spec(f"{package}.{name}") is not None


def storage(value: str) -> str:
    """Check the URL of stored files."""
    parts = parts_of(value)
    if parts is None or parts.scheme != "s3":
        return "begins with s3:// or is empty, which keeps files in DATA_DIR."
    return "" if parts.hostname else "names no bucket: s3://bucket?endpoint_url=…"


def stripe_base(value: str) -> str:
    """Check the address of Stripe's simulator."""
    parts = parts_of(value)
    if parts and parts.scheme in {"http", "https"} and parts.hostname:
        return ""
    return f"is a URL for the simulator only, such as http://127.0.0.1:4242; empty: {STRIPE}."


def geocoder(value: str) -> str:
    """Check the address of a search of addresses."""
    parts = parts_of(value)
    if parts and parts.scheme in {"http", "https"} and parts.hostname and not parts.query:
        return ""
    return "is the address of a search, such as https://data.geopf.fr/geocodage/search/."


def platform(value: str) -> str:
    """Check the address of a platform of electronic invoices."""
    parts = parts_of(value)
    if parts and parts.scheme == "https" and parts.hostname and not parts.query:
        return ""
    return "is the address of a platform's API, such as https://api.platform.example/v1."


def scanner(value: str) -> str:
    """Check the address of ClamAV."""
    parts = parts_of(value)
    if parts and parts.scheme == "tcp" and parts.hostname and parts.port:
        return ""
    return "is the address of ClamAV: tcp://clamav:3310."


def local_servers(value: str) -> str:
    """Check a list of servers on a developer's machine."""
    parts = [parts_of(f"//{word}") for word in value.split()]
    if all(each and each.hostname and each.port and not each.path for each in parts):
        return ""
    return "is a list of host:port on a developer's machine; empty in production."


def proxy_list(value: str) -> str:
    """Check a list of our proxies."""
    try:
        proxies(value)
    except ValueError:
        return "is a list of addresses or networks, such as 10.0.0.0/8 192.0.2.7."
    return ""
