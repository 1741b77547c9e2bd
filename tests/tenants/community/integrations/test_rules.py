"""Addresses that may be told, scopes, signatures and tries, without a database."""

import datetime as dt
import socket
import ssl
from typing import Any

import pytest

from saas.kernel.errors import Refused
from saas.kernel.web import outgoing
from saas.kernel.web.hosts import SilentHostError
from tenants.community.integrations import gateway, rules
from tenants.community.integrations.queries import WebhookRequest
from tests.fixtures.people import AT

WEBHOOK = WebhookRequest("https://intern.example/hook", b"{}", {})


@pytest.mark.parametrize(
    "url",
    [
        "http://intranet.example/",
        "ftp://intranet.example/",
        "https://",
        "https://localhost/",
        "https://printer.local/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://10.0.0.8/hook",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://user:word@intranet.example/",
        "https://intranet.example:22/",
        "https://intranet.example:8443/",
        "https://[fec0::1]/",
        "https://intranet.example:99999/",
        "https://intranet.example/a hook",
        "https://intranet .example/hook",
        "https://intranet.example/hook?a=\x7f",
        "https://intranet.example/\u00e9",
        f"https://{'a' * 64}.intranet.example/",
    ],
)
def test_address_that_is_nobody_s_outside_is_refused(url: str) -> None:
    with pytest.raises(Refused) as refusal:
        outgoing.check_url(url)
    assert refusal.value.field == "url"


def test_address_outside_may_receive_webhooks() -> None:
    assert outgoing.check_url(" https://intranet.example:443/a?b=1#c ").endswith("/a?b=1")


@pytest.mark.parametrize("address", ["10.1.2.3", "127.0.0.1", "fe80::1", "100.64.0.1", "0.0.0.0"])  # noqa: S104
def test_name_that_leads_inside_is_refused_when_something_is_sent(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def resolve(*_args: Any, **_kwargs: Any) -> list[Any]:
        return [(socket.AF_INET, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", (address, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    outcome = gateway.send(WEBHOOK)
    assert (outcome.status, outcome.failure, outcome.delivered) == (None, "internal", False)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (outgoing.UnknownHostError(), "unknown"),
        (ssl.SSLCertVerificationError(), "tls"),
        (TimeoutError(), "slow"),
        (SilentHostError(), "slow"),
        (ConnectionRefusedError(), "connection"),
    ],
)
def test_failed_try_says_why(
    monkeypatch: pytest.MonkeyPatch, error: Exception, failure: str
) -> None:
    def post(*_args: Any, **_kwargs: Any) -> int:
        raise error

    monkeypatch.setattr(outgoing, "post_for_status", post)
    outcome = gateway.send(WEBHOOK)
    assert (outcome.failure, outcome.delivered) == (failure, False)


@pytest.mark.parametrize(
    ("held", "needed", "opens"),
    [
        ("deals:read", "deals:read", True),
        ("deals:write", "deals:read", True),
        ("deals:read", "deals:write", False),
        ("deals:write", "loans:read", False),
    ],
)
def test_write_scope_includes_read(held: str, needed: str, opens: bool) -> None:  # noqa: FBT001
    assert rules.opens([held], needed) is opens


@pytest.mark.parametrize("scopes", [[], ["loans:read"], ["neighbours:write"], ["x"]])
def test_integration_has_no_scope_between_two_people(scopes: list[str]) -> None:
    with pytest.raises(Refused):
        rules.check_scopes("integration", scopes)


def test_signature_is_that_of_the_standard() -> None:
    """The example that Standard Webhooks gives."""
    signed = rules.signed(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        identity="msg_p5jXN8AQM9LWM0D4loKWxJek",
        moment="1614265330",
        body=b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_tries_come_later_and_later_and_end() -> None:
    moments = [rules.next_try(made, at=AT) for made in range(1, 9)]
    assert moments[-1] is None
    waits = [moment - AT for moment in moments if moment]
    assert waits == sorted(waits)
    assert dt.timedelta(days=1) < sum(waits, dt.timedelta()) < dt.timedelta(days=2)
