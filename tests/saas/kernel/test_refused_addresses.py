"""A permanent refusal ends mails to an address; after a temporary refusal they are delayed."""

import smtplib
import traceback

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import QuerySet

from saas.accounts import notifications
from saas.accounts.models import Pass, User
from saas.kernel import cache, mail, pending_mail
from tests.fixtures.people import AT

GONE, BUSY = (550, b"5.1.1 no such user"), (451, b"4.7.1 try again later")
OURS = (554, b"5.7.1 relay access denied")


@pytest.fixture
def entry(owner: User) -> Pass:
    made: Pass = Pass.objects.create(
        user=owner,
        purpose=Pass.Purpose.SIGN_IN,
        origin="https://north.example",
        place="North",
        created_at=AT,
        expires_at=AT,
    )
    Pass.objects.filter(pk=made.pk).update(mailed_at=None)
    return made


def address(entry: Pass) -> str:
    assert entry.user is not None
    return entry.user.email


def waiting() -> QuerySet[Pass]:
    return Pass.objects.select_related("user")


def tries(monkeypatch: pytest.MonkeyPatch, entry: Pass, answer: tuple[int, bytes]) -> list[int]:
    """Send as three minutes of the clock do, to a server with this answer."""
    tried: list[int] = []

    def refuse(_backend: EmailBackend, _messages: object) -> int:
        tried.append(1)
        raise smtplib.SMTPRecipientsRefused({address(entry): answer})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    for _minute in range(3):
        pending_mail.send_once(waiting(), entry.pk, notifications.mail_link)
    return tried


def test_permanent_refusal_ends_the_mails_of_a_row(
    entry: Pass, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert len(tries(monkeypatch, entry, GONE)) == 1
    assert Pass.objects.get(pk=entry.pk).mailed_at is not None
    assert "550" in caplog.text
    assert address(entry) not in caplog.text


@pytest.mark.parametrize("answer", [BUSY, OURS])
def test_temporary_refusal_keeps_the_row_and_waits(
    entry: Pass,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    answer: tuple[int, bytes],
) -> None:
    waits: list[int] = []
    store = cache.store_value

    def stored(name: str, value: object, *, seconds: int) -> None:
        waits.append(seconds)
        store(name, value, seconds=seconds)

    monkeypatch.setattr(cache, "store_value", stored)
    assert len(tries(monkeypatch, entry, answer)) == 1, "the claim lasts until the next try"
    claim = f"letter:{Pass._meta.label}:mailed_at:{entry.pk}"
    cache.forget(claim)
    assert len(tries(monkeypatch, entry, answer)) == 1
    assert waits == [60, 120]
    assert Pass.objects.get(pk=entry.pk).mailed_at is None
    assert address(entry) not in caplog.text
    cache.forget(claim)
    cache.forget(f"{claim}:tries")


def test_waits_grow_to_two_hours() -> None:
    waits = [pending_mail.wait_seconds(number) for number in range(1, 40)]
    assert waits == sorted(waits)
    assert (waits[0], waits[3], waits[-1]) == (60, 480, 7200)


def test_trace_of_a_refusal_holds_no_address(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_backend: EmailBackend, _messages: object) -> int:
        raise smtplib.SMTPRecipientsRefused({owner.email: GONE})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    entry = Pass(user=owner, purpose=Pass.Purpose.SIGN_IN, created_at=AT, expires_at=AT)
    with pytest.raises(mail.AddressRefusedError) as raised:
        notifications.mail_link(entry)
    assert owner.email not in "".join(traceback.format_exception(raised.value))
