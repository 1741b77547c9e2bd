"""A wrong value of a variable ends the start with a sentence that names it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.environment import NAMES
from infra.local.processes import ROOT
from saas import configuration

SELLER = str(ROOT / "infra" / "local" / "seller.json")
RIGHT = {
    "SECRET_KEY": "0123456789" * 6,
    "BASE_HOST": "troovon.example",
    "DATABASE_URL": "postgresql://troovon_app:p@postgresql:5432/troovon",
    "VALKEY_URL": "redis://:p@valkey:6379/0",
    "MAIL_URL": "smtp://relay.example:25?tls=no",
    "MAIL_FROM": "Troovon <bonjour@troovon.example>",
    "MAIL_MESSAGE_HOST": "troovon.example",
    "STORAGE_URL": "s3://bucket?endpoint_url=https://s3.example",
    "STRIPE_SECRET_KEY": "sk_test_0000",
    "STRIPE_MODE": "test",
    "STRIPE_API_BASE": "http://127.0.0.1:4242",
    "STRIPE_WEBHOOK_SECRETS_THIN": "whsec_old, whsec_new",
    "VAPID_PRIVATE_KEY": "A" * 42 + "E",
    "VAPID_PUBLIC_KEY": "B" * 87,
    "SENTRY_DSN": "https://key@sentry.example/1",
    "BACKUP_DAYS": "35",
    "LOG_LEVEL": "INFO",
    "SENTRY_TRACES": "0.05",
    "METRICS_TOKEN": "0123456789abcdef",
    "SELLER_FILE": SELLER,
    "SECRET_KEY_FALLBACKS": f"{'0123456789' * 6}, {'abcdefghij' * 6}",
    "SPACE_LOGINS": "t_north=postgresql://t_north:p@postgresql:5432/troovon",
    "TROOVON_ENV": "production",
    "TRUSTED_PROXIES": "10.0.0.0/8, ::1",
    "DATA_DIR": "/var/lib/troovon",
    "WEB_PROCESSES": "2",
    "MAIL_PROVIDER": "sendgrid",
    "MAIL_EVENTS": "webhook_secret=user:password",
    "INBOUND_MAIL_URL": "anymail:postmark?domain=reponse.troovon.example&webhook_secret=a:b",
    "HEALTH_TOKEN": "0123456789abcdef",
    "DNS_RESOLVER": "tenants.spaces.resolver.DnsResolver",
    "OIDC_LOCAL_PROVIDERS": "127.0.0.1:8000 localhost:8001",
}
WRONG = [
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "a" * 60),
    ("BASE_HOST", "https://troovon.example"),
    ("BASE_HOST", "troovon.example/path"),
    ("BASE_HOST", "Troovon.example"),
    ("BASE_HOST", "192.0.2.1"),
    ("BASE_HOST", "troovon.example:port"),
    ("BASE_HOST", "troovon.example:"),
    ("BASE_HOST", "troovon"),
    ("DATABASE_URL", "mysql://a@b/c"),
    ("DATABASE_URL", "postgresql://a@b:port/c"),
    ("DATABASE_OWNER_URL", "postgresql://a@b/"),
    ("CELLS", "postgresql://a@b/c"),
    ("CELLS", "home=postgresql://a@b/c"),
    ("CELLS", "east=postgresql://a@b/c east=postgresql://a@d/c"),
    ("CELL_OWNERS", "East=postgresql://a@b/c"),
    ("CELL_OWNERS", "west=postgresql://a@b/c"),
    ("FOUNDING_CELLS", "west"),
    ("DATABASE_IS_MANAGED", "true"),
    ("VALKEY_URL", "valkey:6379"),
    ("VALKEY_URL", "redis://valkey:6379/first"),
    ("VALKEY_URL", "redis://valkey:port/0"),
    ("CACHE_URL", "http://valkey"),
    ("MAIL_URL", "smtp://"),
    ("MAIL_URL", "smtp://relay:port"),
    ("MAIL_URL", "smtp://relay:25?starttls=no"),
    ("MAIL_URL", "anymail:"),
    ("MAIL_FROM", "Troovon"),
    ("MAIL_MESSAGE_HOST", "https://troovon.example"),
    ("STORAGE_URL", "s3://"),
    ("STRIPE_SECRET_KEY", "pk_test_public"),
    ("STRIPE_API_BASE", "127.0.0.1:4242"),
    ("STRIPE_WEBHOOK_SECRETS_SNAPSHOT", "whsec_one,two"),
    ("VAPID_PRIVATE_KEY", "garbage"),
    ("VAPID_PUBLIC_KEY", "garbage"),
    ("VAPID_CONTACT", "bonjour@troovon.example"),
    ("SENTRY_DSN", "sentry"),
    ("SENTRY_DSN", "https://sentry.example/1"),
    ("BACKUP_DAYS", "many"),
    ("BACKUP_DAYS", "0"),
    ("TROOVON_SHARE_HOLD", "-1"),
    ("DISK_FREE_MB", "1.5"),
    ("LOG_LEVEL", "info"),
    ("SENTRY_TRACES", "5"),
    ("SENTRY_TRACES", "half"),
    ("METRICS_TOKEN", "short"),
    ("LOG_LEVEL", "LOUD"),
    ("DNS_RESOLVER", "resolver"),
    ("DNS_RESOLVER", "tenants.spaces.nowhere.DnsResolver"),
    ("DNS_RESOLVER", "nowhere.DnsResolver"),
    ("DNS_RESOLVER", "tenants.spaces.resolver.Dns"),
    ("DATABASE_URL", "postgresql://["),
    ("SPACE_LOGINS", "north"),
    ("SECRET_KEY_FALLBACKS", "short"),
    ("TROOVON_PROCESS", "wroker"),
    ("TROOVON_ENV", "my place"),
    ("TRUSTED_PROXIES", "proxy.example"),
    ("DATA_DIR", "data"),
    ("DATABASE_DISK", "disk"),
    ("WEB_PROCESSES", "0"),
    ("WEB_PROCESSES", "65"),
    ("WEB_PROCESSES", "1.5"),
    ("MAIL_URL", "garbage"),
    ("MAIL_URL", "anymail:nobody?api_key=x"),
    ("MAIL_PROVIDER", "nobody"),
    ("MAIL_EVENTS", "webhook_secret=password"),
    ("MAIL_EVENTS", "user:password"),
    ("INBOUND_MAIL_URL", "anymail:nobody?domain=a.example&webhook_secret=a:b"),
    ("INBOUND_MAIL_URL", "anymail:postmark?webhook_secret=a:b"),
    ("INBOUND_MAIL_URL", "anymail:postmark?domain=a.example&webhook_secret=b"),
    ("STORAGE_URL", "ftp://somewhere"),
    ("STRIPE_MODE", "real"),
    ("STRIPE_MODE", "live"),
    ("HEALTH_TOKEN", "short"),
    ("VIRUS_SCANNER_URL", "clamav"),
    ("OIDC_LOCAL_PROVIDERS", "127.0.0.1"),
    ("WEBHOOK_LOCAL_RECEIVERS", "http://127.0.0.1:8000/"),
]


# No host, no port, no number, no word, no path.
GARBAGE = "x://[ "


def test_right_values_start() -> None:
    assert configuration.wrong_values(RIGHT) == []
    assert configuration.wrong_values(dict.fromkeys(RIGHT, "")) == []


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_wrong_value_is_refused_with_its_name(name: str, value: str) -> None:
    with pytest.raises(SystemExit) as end:
        configuration.refuse({**RIGHT, name: value})
    sentence = str(end.value)
    assert sentence.startswith(f"Troovon does not start: {name} ")
    assert "\n" not in sentence


@pytest.mark.parametrize("name", sorted(NAMES))
def test_garbage_in_any_variable_is_refused_with_its_name(name: str) -> None:
    """Check that none starts with garbage, and that none ends in a trace."""
    environ = {**RIGHT, "TROOVON_PROCESS": "manage", name: GARBAGE}
    if name == "ALARM_MAIL_URL":
        environ["TROOVON_PROCESS"] = "web"
    if name == "SELLER_FILE":
        return  # `required_file` refuses it
    with pytest.raises(SystemExit) as end:
        configuration.refuse(environ)
    assert str(end.value).startswith(f"Troovon does not start: {name} ")


def test_sentence_holds_no_secret() -> None:
    wrong = {
        "SECRET_KEY": "canary",
        "DATABASE_URL": "mysql://app:canary@b/c",
        "MAIL_URL": "smtp://user:canary@relay:port",
        "STRIPE_SECRET_KEY": "canary",
        "VAPID_PRIVATE_KEY": "canary",
        "SENTRY_DSN": "canary",
        "VALKEY_URL": "http://:canary@valkey",
        "SPACE_LOGINS": "canary",
        "INBOUND_MAIL_URL": "canary",
        "MAIL_EVENTS": "canary",
        "HEALTH_TOKEN": "canary",
        "SECRET_KEY_FALLBACKS": "canary",
    }
    found = configuration.wrong_values(wrong)
    assert {one.variable for one in found} >= set(wrong)
    assert "canary" not in repr(found)


@pytest.mark.parametrize("key", [{"STRIPE_SECRET_KEY": "sk_live_0000"}, {"STRIPE_MODE": "live"}])
def test_real_money_meets_neither_simulator_nor_fictional_seller(key: dict[str, str]) -> None:
    live = {**RIGHT, "STRIPE_SECRET_KEY": "", "STRIPE_MODE": "", **key}
    found = configuration.wrong_values(live)
    assert [one.variable for one in found] == ["STRIPE_API_BASE", "SELLER_FILE"]


def test_real_seller_sells_for_real_money(tmp_path: Path) -> None:
    seller = {**json.loads(Path(SELLER).read_text()), "fictional": False}
    path = tmp_path / "seller.json"
    path.write_text(json.dumps(seller))
    live = {**RIGHT, "STRIPE_SECRET_KEY": "sk_live_0", "STRIPE_MODE": "live", "STRIPE_API_BASE": ""}
    assert configuration.wrong_values({**live, "SELLER_FILE": str(path)}) == []


@pytest.mark.parametrize("text", ["", "[]", '{"name": "Troovon"}', "{"])
def test_unreadable_seller_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "seller.json"
    path.write_text(text)
    [wrong] = configuration.wrong_values({**RIGHT, "SELLER_FILE": str(path)})
    assert wrong.variable == "SELLER_FILE"


def test_process_ignores_secrets_of_others() -> None:
    web = {**RIGHT, "TROOVON_PROCESS": "web", "VAPID_PRIVATE_KEY": "garbage"}
    assert configuration.wrong_values(web) == []
    assert configuration.wrong_values({**web, "TROOVON_PROCESS": "fetcher"})


def test_push_key_without_its_public_half_is_refused() -> None:
    [wrong] = configuration.wrong_values({**RIGHT, "VAPID_PUBLIC_KEY": ""})
    assert wrong.variable == "VAPID_PUBLIC_KEY"


def test_scanner_without_an_address_is_refused() -> None:
    clam = {"VIRUS_SCANNER": "tenants.community.mediastore.gateway.scanner.ClamScanner"}
    [wrong] = configuration.wrong_values(RIGHT | clam)
    assert wrong.variable == "VIRUS_SCANNER_URL"
    address = {"VIRUS_SCANNER_URL": "tcp://clamav:3310"}
    assert configuration.wrong_values(RIGHT | clam | address) == []


FAR = [
    ("DATABASE_URL", "postgresql://troovon_app:canary@db.example/troovon"),
    ("DATABASE_URL", "postgresql://troovon_app:canary@db.example/troovon?sslmode=require"),
    ("DATABASE_URL", "postgresql://troovon_app:canary@10.0.0.6:5432/troovon?pooler=session"),
    ("DATABASE_URL", "postgresql://troovon_app:canary@one:5432,two.example:5432/troovon"),
    ("DATABASE_OWNER_URL", "postgresql://troovon_owner:canary@[fd00::6]/troovon"),
    ("DATABASE_SIDE_URL", "postgresql://troovon_owner:canary@side.example/troovon"),
    ("CELLS", "east=postgresql://troovon_app:canary@east.example/troovon"),
    ("SPACE_LOGINS", "t_north=postgresql://t_north:canary@db.example:5432/troovon"),
    ("VALKEY_URL", "redis://:canary@10.0.0.7:6379/0"),
    ("VALKEY_URL", "redis://:canary@[fd00::7]:6379/0"),
    ("VALKEY_URL", "sentinel://:canary@one:26379,two.example:26379/0?master=main"),
    ("CACHE_URL", "redis://cache.example:6379/1"),
]


@pytest.mark.parametrize(("name", "url"), FAR)
def test_far_server_without_proven_tls_is_refused(name: str, url: str) -> None:
    [wrong] = configuration.wrong_values({**RIGHT, name: url})
    assert wrong.variable == name
    assert "another machine" in wrong.sentence
    assert "PRIVATE_NETWORK=yes" in wrong.sentence
    assert "canary" not in wrong.sentence
    assert configuration.wrong_values({**RIGHT, name: url, "PRIVATE_NETWORK": "yes"}) == []


def test_far_servers_by_proven_tls_start() -> None:
    proven = "sslmode=verify-full&sslrootcert=/ca.pem"
    far = {
        "DATABASE_URL": f"postgresql://troovon_app:p@one.example,two.example/troovon?{proven}",
        "CELLS": f"east=postgresql://troovon_app:p@east.example/troovon?{proven}",
        "SPACE_LOGINS": "t_north=postgresql://t_north:p@one.example:5432/troovon",
        "VALKEY_URL": "rediss://:p@valkey.example:6379/0",
    }
    assert configuration.wrong_values({**RIGHT, **far}) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "postgresql", "db.localhost", ""])
def test_server_of_this_machine_needs_no_tls(host: str) -> None:
    near = {
        "DATABASE_URL": f"postgresql://troovon_app:p@{host}/troovon",
        "VALKEY_URL": f"redis://:p@{host or 'localhost'}:6379/0",
    }
    assert configuration.wrong_values({**RIGHT, **near}) == []


def test_several_faults_are_sentences_without_a_trace() -> None:
    """A process is started as an operator starts it."""
    environ = {**os.environ, **RIGHT, "BACKUP_DAYS": "many", "BASE_HOST": "https://troovon.example"}
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**environ, "DJANGO_SETTINGS_MODULE": "saas.settings", "TROOVON_PROCESS": "manage"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    lines = ended.stderr.splitlines()
    assert [line.split()[4] for line in lines] == ["BASE_HOST", "BACKUP_DAYS"]
