"""The documents required by ASVS exist, and match the code."""

import re

import pytest
from django.conf import settings

from saas import environment
from saas.accounts.sessions.rules import CONSOLE, USUAL
from saas.kernel.uploads import files
from saas.kernel.watching.security_log import SecurityEvent
from tenants.community.sso.rules.signing_in import SESSION_LASTS
from tests.architecture.source import ROOT

WAYS_IN = (
    *("password", "passkey", "mailed link", "identity provider", "crossing", "API token"),
    *("SCIM", "SAML", "pairing code"),
)
# Modules of `cryptography` that the product uses, and the words for them in the document.
CIPHERS = {
    "fernet": "Fernet",
    "hazmat.primitives.ciphers.aead": "AES-256-GCM",
    "hazmat.primitives.kdf.hkdf": "HKDF",
    "hazmat.primitives.hashes": "SHA256",
    "hazmat.primitives.asymmetric": "ECDSA P-256",
    "hazmat.primitives.asymmetric.x25519": "X25519",
}
PRODUCT = ("saas", "tenants", "billing", "api")
DEAR = ("hashes of passwords", "files of strangers", "servers of others", "Stripe", "papers")


def text_of(path: str) -> str:
    return " ".join((ROOT / path).read_text().split())


def test_ways_in_are_documented() -> None:
    text = text_of("SECURITY.md")
    for words in (*WAYS_IN, "second factor", "recovery code"):
        assert words in text, words


def test_ends_of_sessions_are_documented() -> None:
    text = text_of("SECURITY.md")
    minutes, hours = CONSOLE.idle.seconds // 60, CONSOLE.absolute.seconds // 3600
    for words in (
        f"idle after {USUAL.idle.days} days and over after {USUAL.absolute.days}",
        f"idle after {minutes} minutes and over after {hours} hours",
        f"by a provider over after {SESSION_LASTS.seconds // 3600} hours",
        "Parallel sessions are allowed",
        "signing out here does not sign out there",
    ):
        assert words in text, words


def test_each_secret_is_in_the_list_of_keys() -> None:
    text = text_of("SECURITY.md")
    keys = text[text.index("## Keys") :]
    for name in (*environment.HOLDERS, "SECRET_KEY", "SECRET_KEY_FALLBACKS", "BACKUP_KEY"):
        assert f"`{name}`" in keys, name


def test_ciphers_are_those_of_the_list() -> None:
    imported = set()
    for folder in PRODUCT:
        for path in (ROOT / folder).rglob("*.py"):
            imported |= set(
                re.findall(r"^from cryptography\.([\w.]+) import", path.read_text(), re.MULTILINE)
            )
    assert imported - {"exceptions", "hazmat.primitives", "hazmat.primitives.serialization"} == set(
        CIPHERS
    )
    text = text_of("SECURITY.md").replace("SHA-256", "SHA256")
    assert [words for words in CIPHERS.values() if words not in text] == []


def test_work_that_costs_much_is_documented() -> None:
    text = text_of("SECURITY.md")
    [dear] = re.findall(r"Work that costs much(.*?)Only the newest", text)
    assert [words for words in DEAR if words not in dear] == []
    assert f"longer than {settings.PAGE_SECONDS} seconds" in dear


def test_limits_stand_where_the_document_says() -> None:
    text = text_of("SECURITY.md")
    [limits] = re.findall(r"\*\*Limits\*\*(.*?)- \*\*Logged", text)
    named = re.findall(r"`(saas/[\w/.]+)`", limits)
    assert len(named) >= 3
    for path in named:
        assert (ROOT / path).exists(), path


def test_events_of_the_log_are_documented() -> None:
    text = text_of("SECURITY.md")
    assert [event for event in SecurityEvent if f"`{event}`" not in text] == []


def test_duties_of_the_installation_are_named() -> None:
    text = text_of("infra/deploy/README.md")
    for words in ("## Logs and encryption", "logs leave the machine", "sslmode=verify-full"):
        assert words in text, words


@pytest.mark.parametrize("name", ['l’été "x".pdf', "a\r\nSet-Cookie: x=1.pdf", "a;b=c.pdf", "…/x"])
def test_name_of_a_download_is_encoded(name: str) -> None:
    header = files.download(b"%PDF-", name=name)["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert "\r" not in header
    assert "\n" not in header
    value = header.partition("filename")[2]
    assert value.startswith("*=utf-8''") or re.fullmatch(r'="([^"\\]|\\.)*"', value)
