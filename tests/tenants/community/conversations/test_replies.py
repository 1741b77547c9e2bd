"""Answers by mail: a signed address, the sender's own words once, and no word to machines."""

import base64
import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core import mail
from django.http import HttpRequest
from django.utils import timezone

from saas.accounts.models import User
from saas.configuration import wrong_values
from saas.environment import InboundMail, inbound_mail
from tenants.community.conversations import actions, forms, tasks
from tenants.community.conversations.models import Conversation, Message, Picture
from tenants.community.conversations.rules import replies
from tenants.spaces.queries.own import own_space
from tests.fixtures.people import SpaceClient, make_user
from tests.tenants.community.classifieds.making import picture_bytes, run
from tests.tenants.community.conversations.test_actions import begin
from tests.tenants.community.notifications.making import deliver

DOMAIN = "reply.troovon.example"
SECRET = "troovon:a-secret"
AUTH = "Basic " + base64.b64encode(SECRET.encode()).decode()
QUOTED = "\n\nLe sam. 28 nov. 2026 à 10:12, Troovon <bonjour@troovon.example> a\nécrit :\n> Bonjour"
POSTMARK = {
    "MessageStream": "inbound",
    "MessageID": "22c74902-a0c1-4511-804f-341342852c90",
    "Subject": "Re: Un message de votre espace vous attend",
    "HtmlBody": "",
}


type Queued = list[Any]


@pytest.fixture(autouse=True)
def _inbound_mail_is_on(settings: LazySettings) -> None:
    settings.INBOUND_MAIL = InboundMail(DOMAIN, "postmark", {"webhook_secret": SECRET})


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The jobs that wait for the commit, with their arguments."""
    jobs: list[tuple[Any, ...]] = []
    monkeypatch.setattr(actions, "after_commit", lambda task, *args: jobs.append((task, *args)))
    return jobs


@pytest.fixture
def conversation(owner: User, teammate: User) -> Conversation:
    return begin(owner, teammate)


@pytest.fixture
def address(conversation: Conversation) -> str:
    """The Reply-To of the mail that the owner gets."""
    run(tasks.mail_message, Message.objects.get().pk)
    deliver()
    (message,) = mail.outbox
    mail.outbox.clear()
    (reply_to,) = message.reply_to
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "répondre à cet e-mail" in message.body
    return str(reply_to)


def postmark(
    to: str, sender: str, text: str = f"D’accord !{QUOTED}", *, auth: str = AUTH, **more: Any
) -> int:
    headers = {"Message-ID": "<1@mail.example>"} | more.pop("headers", {})
    body = POSTMARK | {
        "FromFull": {"Email": sender, "Name": "Owner", "MailboxHash": ""},
        "ToFull": [{"Email": to, "Name": "", "MailboxHash": ""}],
        "OriginalRecipient": to,
        "TextBody": text,
        "Headers": [
            {"Name": "Return-Path", "Value": f"<{sender}>"},
            *({"Name": name, "Value": value} for name, value in headers.items()),
        ],
        **more,
    }
    return post(json.dumps(body), "application/json", auth)


def post(data: Any, kind: str | None, auth: str) -> int:
    more: dict[str, Any] = {"content_type": kind} if kind else {}
    client = SpaceClient(settings.BASE_HOST)
    return int(
        client.post("/mail/inbound/", data, headers={"authorization": auth}, **more).status_code
    )


def texts() -> list[str]:
    return list(Message.objects.values_list("text", flat=True))[1:]


def test_own_words_of_a_mail_become_one_message(address: str, owner: User) -> None:
    words = f"D’acc\x00ord !{QUOTED}"  # with a sign that no database holds
    assert postmark(address.upper(), owner.email.upper(), words) == 200
    assert postmark(address, owner.email, words) == 200
    (message,) = Message.objects.filter(author=owner)
    assert message.text == "D’accord !"
    assert mail.outbox == []


def test_mailgun_hands_mails_in_as_well(address: str, owner: User, settings: LazySettings) -> None:
    settings.INBOUND_MAIL = inbound_mail(
        f"anymail:mailgun?domain={DOMAIN}&webhook_secret={SECRET}&webhook_signing_key=key-1"
    )
    stamp, token = str(int(timezone.now().timestamp())), "a" * 50
    signature = hmac.new(b"key-1", f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    form = {
        "recipient": address,
        "sender": owner.email,
        "from": f"Owner <{owner.email}>",
        "body-plain": "Oui, à midi.\r\n\r\n-- \r\nOwner, 06 12",
        "message-headers": json.dumps(
            [["From", owner.email], ["To", address], ["Message-Id", "<2@mail.example>"]]
        ),
        "attachment-count": "0",
        "timestamp": stamp,
        "token": token,
    }
    assert post(form | {"signature": "0" * 64}, None, AUTH) == 400
    assert texts() == []
    assert post(form | {"signature": signature}, None, AUTH) == 200
    assert texts() == ["Oui, à midi."]


def test_webhook_secret_is_asked_for_before_anything_is_read(
    address: str, owner: User, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight strangers with mails of 35 MB each took 170 MB, and the process kept them."""
    with monkeypatch.context() as unread:
        unread.setattr(HttpRequest, "read", lambda *_: pytest.fail("the body was read"))
        assert postmark(address, owner.email, auth="Basic bm9ib2R5OnJlYWxseQ==") == 400
        assert postmark(address, owner.email, auth="") == 400
    settings.INBOUND_MAIL = None
    assert postmark(address, owner.email) == 404
    assert texts() == []


def test_mails_of_machines_are_neither_sent_on_nor_answered(
    address: str, owner: User, queued: Queued
) -> None:
    for name, value in {
        "Auto-Submitted": "auto-replied",
        "Precedence": "bulk",
        "Return-Path": "<>",
        "X-Autoreply": "yes",
    }.items():
        assert postmark(address, owner.email, headers={name: value}) == 200
        assert texts() == [], name
        assert queued == [], name


def test_pictures_come_along_and_other_files_are_named(
    address: str, owner: User, queued: list[Any]
) -> None:
    def file(name: str, kind: str, content: bytes) -> dict[str, str]:
        return {
            "Name": name,
            "ContentType": kind,
            "Content": base64.b64encode(content).decode(),
            "ContentID": "",
        }

    files = [
        file("velo.jpg", "image/jpeg", picture_bytes()),
        file("notice.pdf", "application/pdf", b"%PDF-1.7"),
    ]
    assert postmark(address, owner.email, Attachments=files) == 200
    assert Picture.objects.get().message_id == Message.objects.get(author=owner).pk
    (sentence,) = refusals(queued)
    assert "sans notice.pdf" in sentence


def refusals(queued: list[Any]) -> list[str]:
    return [job[3] for job in queued if job[0] is tasks.mail_reply_warning]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("another sender", "autre adresse"),
        ("expired", "expiré"),
        ("empty", "Écrivez quelques mots"),
        ("too long", "2000 caractères"),
        ("blocked", "ne reçoit pas de messages"),
    ],
)
def test_mail_that_is_not_taken_is_answered_to_its_person_alone(
    address: str, conversation: Conversation, owner: User, queued: Queued, change: str, words: str
) -> None:
    sender = "somebody@elsewhere.example" if change == "another sender" else owner.email
    text = {"empty": QUOTED, "too long": "oui " * 600}.get(change, "Oui")
    if change == "expired":
        address = written(conversation, owner, days=-1)
    elif change == "blocked":
        actions.block(conversation=conversation, by=conversation.asker, at=timezone.now())
    assert postmark(address, sender, text) == 200
    assert postmark(address, sender, text) == 200
    (sentence,) = refusals(queued)
    assert words in sentence
    assert texts() == []
    run(tasks.mail_reply_warning, conversation.pk, owner.pk, sentence)
    (message,) = mail.outbox
    assert message.to == [owner.email]
    assert words in message.body
    assert message.reply_to == []


def written(conversation: Conversation, person: User, *, days: int = 30) -> str:
    until = timezone.now().date() + dt.timedelta(days=days)
    return replies.write_address(
        replies.ReplyAddress(own_space().pk, conversation.pk, person.pk, until)
    )


def test_forged_strange_and_left_addresses_lead_nowhere(
    address: str, owner: User, queued: list[Any]
) -> None:
    local = address.partition("@")[0]
    forged = f"{local[:5]}{'a' if local[5] != 'a' else 'b'}{local[6:]}@{DOMAIN}"
    for to in (forged, f"r@{DOMAIN}", f"r{'é' * 9}@{DOMAIN}", address.replace(DOMAIN, "x.example")):
        assert postmark(to, owner.email) == 200
    owner.is_active = False
    owner.save(update_fields=["is_active"])
    assert postmark(address, owner.email) == 200
    assert texts() == []
    assert queued == []


def test_address_is_good_for_one_of_the_two_only(
    conversation: Conversation, queued: list[Any]
) -> None:
    another = make_user("Ines")
    assert postmark(written(conversation, another), another.email) == 200
    assert texts() == []
    assert queued == []


def test_former_key_still_opens_an_address(address: str, settings: LazySettings) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key"
    assert replies.read_address([address]) is not None
    settings.SECRET_KEY_FALLBACKS = []
    assert replies.read_address([address]) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Oui\n\nOn Mon, Nov 30, 2026 at 10:12 AM Troovon <b@x.example> wrote:\n\n> Hi", "Oui"),
        ("Oui\n________________________________\nDe : Troovon\nEnvoyé : lundi\nObjet : x", "Oui"),
        ("Oui\n-----Message d’origine-----\nDe : Troovon", "Oui"),
        ("Oui\n\nEnvoyé de mon iPhone\n\n> Le 30 nov. a écrit :", "Oui"),
        ("> Samedi ?\nOui\n> Midi ?\nNon", "Oui\nNon"),
        ("1 200 € -- trop cher ?\nLe prix de 2026 :\nde : 3 à : 4", None),
        ("De : rien, c’était un plaisir", None),
        ("\n" * 50_000 + "Oui", "Oui"),
        ("Le 3 " * 20_000, None),
        ("", ""),
    ],
)
def test_words_of_a_mail_are_its_senders_own(text: str, words: str | None) -> None:
    assert replies.own_words(text) == (text.strip() if words is None else words)


def test_mail_of_markup_alone_is_read_as_text() -> None:
    assert (
        replies.own_words(replies.text_of(None, "<p>Oui,<br>&agrave; midi</p>")) == "Oui,\nà midi"
    )


def test_answers_come_in_where_a_provider_is_named() -> None:
    assert inbound_mail("") is None
    for url in ("anymail:postmark", f"anymail:postmark?domain={DOMAIN}", "smtp://x"):
        assert [one.variable for one in wrong_values({"INBOUND_MAIL_URL": url})]


@pytest.mark.parametrize(
    "sender",
    [
        '"{known}" <evil@evil.example>',
        "{known} <evil@evil.example>",
        "{known}, evil@evil.example",
        "evil@evil.example, {known}",
        "<{known}",
        "{known}>",
        "@{known}",
        "{known}\r\nFrom: {known}",
        "{known}\x00",
        "=?utf-8?q?{known}?= <evil@evil.example>",
        "=?nope?q?x?= <>",
        "é@é",
        "(" * 300,
        "",
        "group: {known};",
        '"unclosed',
    ],
)
def test_from_header_of_any_form_is_no_error_and_no_disguise(
    address: str, owner: User, queued: Queued, sender: str
) -> None:
    text = sender.format(known=owner.email)
    header = {"Name": "From", "Value": text}
    plain = {"Email": text, "Name": "", "MailboxHash": ""}
    named = {"Email": "evil@evil.example", "Name": text, "MailboxHash": ""}
    for full in (plain, named, {}, None, text):
        assert postmark(address, "x@x.example", FromFull=full, From=text) == 200
    headers = [header, {"Name": "Message-ID", "Value": "<2@mail.example>"}]
    assert postmark(address, "x@x.example", FromFull=plain, Headers=headers) == 200
    assert texts() == []
    assert len(refusals(queued)) <= 3


def test_strangers_at_an_address_warn_its_person_three_times_and_stop_no_answer(
    address: str, owner: User, queued: Queued
) -> None:
    for number in range(45):
        header = {"Message-ID": f"<{number}@evil.example>"}
        assert postmark(address, f"x{number % 2}@evil.example", headers=header) == 200
    assert len(refusals(queued)) == 3
    assert postmark(address, owner.email, headers={"Message-ID": "<own@mail.example>"}) == 200
    assert texts() == ["D’accord !"]


def test_sender_at_an_address_is_limited(
    address: str, owner: User, queued: Queued, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MOST_AT_AN_ADDRESS", 2)
    for number in range(5):
        assert (
            postmark(address, owner.email, headers={"Message-ID": f"<{number}@m.example>"}) == 200
        )
    assert len(texts()) == 2
    assert refusals(queued) == []


def test_signature_of_an_address_is_compared_whole(address: str) -> None:
    local = address.partition("@")[0].removeprefix(replies.PREFIX)
    content = base64.b32decode(local.upper() + "=" * (-len(local) % 8))

    def readable(changed: bytes) -> bool:
        token = base64.b32encode(changed).decode().rstrip("=").lower()
        return replies.read_address([f"{replies.PREFIX}{token}@{DOMAIN}"]) is not None

    assert readable(content)
    for place in range(len(content)):
        for bit in range(8):
            changed = bytearray(content)
            changed[place] ^= 1 << bit
            assert not readable(bytes(changed)), (place, bit)
    for length in range(len(content)):
        assert not readable(content[:length]), length
    assert not readable(content + b"\0")
