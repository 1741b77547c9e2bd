"""Settings that an installation must set, and safe file permissions without them."""

import os
import re
import runpy
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage

from infra.local import environment as local_environment
from infra.local.processes import ROOT
from saas import environment
from saas.addresses import beside
from saas.environment import HOLDERS, PROCESSES, storage, stripe_is_live
from saas.kernel.mail import NoMailBackend, NoMailHereError
from saas.kernel.uploads.storage import PlacedStorage

SETTINGS = str(ROOT / "saas" / "settings.py")


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "MAIL_URL", "SELLER_FILE"])
def test_value_without_safe_default_is_needed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Check that settings without a safe default are required.

    Without MAIL_URL, every mail with its link would be public.
    """
    monkeypatch.delenv(name)
    with pytest.raises(SystemExit, match=f"not start: the environment variable {name} is missing"):
        runpy.run_path(SETTINGS)


def test_nothing_starts_without_the_seller(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Invoices would be written in the name of the demo's invented company."""
    monkeypatch.setenv("SELLER_FILE", str(tmp_path / "seller.json"))
    with pytest.raises(SystemExit, match="Troovon does not start: SELLER_FILE names"):
        runpy.run_path(SETTINGS)


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("file_overwrite=false", {"file_overwrite": False}),
        (
            "querystring_auth=true&querystring_expire=300",
            {"querystring_auth": True, "querystring_expire": 300},
        ),
        (
            "object_parameters=%7B%22CacheControl%22%3A%22no-store%22%7D",
            {"object_parameters": {"CacheControl": "no-store"}},
        ),
        (
            "region_name=fr-par&default_acl=private",
            {"region_name": "fr-par", "default_acl": "private"},
        ),
        ("access_key=0123&secret_key=456", {"access_key": "0123", "secret_key": "456"}),
        ("custom_domain=", {"custom_domain": ""}),
    ],
)
def test_options_of_a_storage_are_of_the_type_that_they_say(
    tmp_path: Path, query: str, options: dict[str, object]
) -> None:
    found = storage(f"s3://bucket?{query}", tmp_path)["default"]["OPTIONS"]
    for name, value in options.items():
        assert (found[name], type(found[name])) == (value, type(value))


@pytest.mark.parametrize(
    ("broker", "cache"),
    [
        ("redis://:p@store:6379/0", "redis://:p@store:6379/1"),
        ("redis://store:6379", "redis://store:6379/1"),
        ("rediss://store:6379/4", "rediss://store:6379/5"),
    ],
)
def test_cache_stands_beside_the_broker(broker: str, cache: str) -> None:
    assert beside(broker) == cache


def test_clearing_the_cache_leaves_queued_jobs_where_they_are(db: None) -> None:
    with redis.Redis.from_url(settings.VALKEY_URL) as broker:
        broker.delete("kept-queue")
        broker.rpush("kept-queue", "a job")
        cache.set("kept", "a moment")

        cache.clear()

        assert cache.get("kept") is None
        assert broker.lrange("kept-queue", 0, -1) == [b"a job"]
        broker.delete("kept-queue")


def test_private_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    placed = PlacedStorage(**storage("", tmp_path)["default"]["OPTIONS"])
    name = placed.save("t_x/classifieds/picture.webp", ContentFile(b"x"))
    path = Path(placed.path(name))
    assert path.stat().st_mode & 0o777 == 0o600
    assert {folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)} == {
        0o700
    }


@pytest.mark.parametrize(
    ("cores", "mib", "processes"), [(8, 16_000, 8), (8, 1_300, 3), (2, 300, 1), (128, 2**20, 64)]
)
def test_web_processes_fit_cores_and_memory(
    monkeypatch: pytest.MonkeyPatch, cores: int, mib: int, processes: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: range(cores))
    monkeypatch.setattr(environment, "_memory_mib", lambda: mib)
    assert environment.web_processes("") == processes
    assert environment.web_processes("5") == 5


def test_no_header_of_a_proxy_names_our_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that links in mails use the accepted Host, never another header."""
    for base in ("localhost:8000", "troovon.example"):
        monkeypatch.setenv("BASE_HOST", base)
        values = runpy.run_path(SETTINGS)
        assert not values.get("USE_X_FORWARDED_HOST", False)
        assert not values.get("USE_X_FORWARDED_PORT", False)
    assert not settings.USE_X_FORWARDED_HOST
    assert not settings.USE_X_FORWARDED_PORT


SECRETS = {
    "DATABASE_OWNER_URL": "postgresql://owner:canary-owner@127.0.0.1:1/troovon",
    "CELL_OWNERS": "east=postgresql://owner:canary-cells@127.0.0.1:1/troovon",
    "STRIPE_SECRET_KEY": "sk_test_canary",
    "STRIPE_WEBHOOK_SECRETS_SNAPSHOT": "whsec_canary_snapshot",
    "STRIPE_WEBHOOK_SECRETS_CONNECTED": "whsec_canary_connected",
    "STRIPE_WEBHOOK_SECRETS_THIN": "whsec_canary_thin",
    "MAIL_URL": "smtps://user:canary-mail@mail.example:465",
    "ALARM_MAIL_URL": "smtps://user:canary-alarm@mail.example:465",
    "MAIL_EVENTS": "webhook_secret=user:canary-events",
    "EINVOICING_API_KEY": "canary-platform",
    "VAPID_PRIVATE_KEY": "canary-vapid" + "A" * 31,
    "HEALTH_TOKEN": "canary-health-health",
    "METRICS_TOKEN": "canary-metrics-metrics",
}


@pytest.mark.parametrize("process", sorted(PROCESSES))
def test_process_holds_only_its_own_secrets(monkeypatch: pytest.MonkeyPatch, process: str) -> None:
    """Check that settings hold only the secrets that this kind of process uses, of all given."""
    assert set(SECRETS) == set(HOLDERS)
    monkeypatch.setenv("TROOVON_PROCESS", process)
    monkeypatch.setenv("VAPID_PUBLIC_KEY", "B" * 87)
    monkeypatch.setenv("CELLS", "east=postgresql://app:app@127.0.0.1:1/troovon")
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    text = repr({name: value for name, value in runpy.run_path(SETTINGS).items() if name.isupper()})
    held = {name for name, value in SECRETS.items() if canary_of(value) in text}
    assert held == {name for name, holders in HOLDERS.items() if process in holders}


def canary_of(value: str) -> str:
    [canary] = re.findall(r"canary[-_a-z]*", value)
    return str(canary) if canary != "canary" else value


def test_demo_gives_each_process_only_its_own_secrets() -> None:
    held = {name: set(kinds) for name, kinds in HOLDERS.items() if name != "MAIL_URL"}
    assert held == local_environment.HELD_BY
    for kind in PROCESSES:
        found = local_environment.of_process(kind, SECRETS)
        assert {name for name in held if name in found} == {
            name for name, kinds in held.items() if kind in kinds or kind == "manage"
        }


@pytest.mark.parametrize(
    ("key", "mode", "is_live"),
    [
        ("", "", False),
        ("", "live", True),
        ("", "test", False),
        ("sk_live_x", "", True),
        ("rk_live_x", "live", True),
        ("sk_test_x", "test", False),
    ],
)
def test_process_without_the_key_knows_whether_money_is_real(
    monkeypatch: pytest.MonkeyPatch, key: str, mode: str, *, is_live: bool
) -> None:
    monkeypatch.setenv("STRIPE_MODE", mode)
    assert stripe_is_live(key) is is_live


def test_process_without_a_password_for_mails_sends_none() -> None:
    with pytest.raises(NoMailHereError):
        NoMailBackend().send_messages([EmailMessage(to=["a@b.example"])])
