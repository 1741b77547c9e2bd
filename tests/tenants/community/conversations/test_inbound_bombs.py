"""Mails that held a thread for minutes: dropped at once, and not asked for again."""

import json
import time
from collections.abc import Callable

import pytest
from django.conf import LazySettings

from saas.environment import InboundMail
from tenants.community.conversations import gateway
from tests.tenants.community.conversations.test_replies import AUTH, DOMAIN, POSTMARK, SECRET, post

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024
LONGEST_SECONDS = 15.0  # each took a minute or more


def parts() -> str:
    """A megabyte of empty parts."""
    return "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n\r\n" * (MEGABYTE // 7)


def nested() -> str:
    """Parts within parts, deeper than the parser can go."""
    head = "Content-Type: multipart/mixed; boundary=b{0}\r\n\r\n--b{0}\r\n"
    return "".join(head.format(number) for number in range(490))


def crossed() -> str:
    """Many lines inside many parts: each line is compared with each boundary."""
    return nested() + "a\r\n" * 500_000


def addresses() -> str:
    """A megabyte of senders."""
    return "From: " + "a@b.example," * (MEGABYTE // 12) + "\r\n\r\nx"


def headers() -> str:
    """Headers alone."""
    return "A: b\r\n" * 500_000


BOMBS = [parts, nested, crossed, addresses, headers]


@pytest.mark.parametrize("bomb", BOMBS)
def test_mail_of_a_stranger_holds_no_thread(
    bomb: Callable[[], str], settings: LazySettings
) -> None:
    settings.INBOUND_MAIL = InboundMail(DOMAIN, "postmark", {"webhook_secret": SECRET})
    body = json.dumps(POSTMARK | {"RawEmail": bomb(), "Headers": []})
    began = time.perf_counter()
    assert post(body, "application/json", AUTH) == 200
    assert time.perf_counter() - began < LONGEST_SECONDS


def test_twenty_attachments_of_a_megabyte_are_read() -> None:
    line = "QUJD" * 19 + "\r\n"
    part = "--b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + line * (MEGABYTE // len(line))
    text = "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 20 + "--b--\r\n"
    message = gateway.BoundedMessage.parse_raw_mime(text)
    assert len(message.get_payload()) == 20
