import datetime as dt
from typing import Any

import pytest
from django.core import mail

from saas.accounts import notifications
from saas.accounts.models import Pass, User
from saas.accounts.rules import token_for
from tests.fixtures.people import AT


def html_of(message: Any) -> str:
    return str(message.alternatives[0][0])


def entry_for(user: User, at: dt.datetime) -> Pass:
    return Pass(
        user=user,
        purpose=Pass.Purpose.SIGN_IN,
        origin="https://north.example",
        place="Hubert & Fils",
        created_at=at,
        expires_at=at,
    )


@pytest.mark.parametrize(("language", "words"), [("fr", "Bonjour Nadia"), ("en", "Hello Nadia")])
def test_link_is_in_one_s_language_as_text_and_html(owner: User, language: str, words: str) -> None:
    owner.language = language
    entry = entry_for(owner, AT)

    notifications.mail_link(entry)

    (message,) = mail.outbox
    text, html = str(message.body), html_of(message)
    url = f"https://north.example/enter/{token_for(entry.purpose, entry.nonce)}/"
    assert words in text
    assert words in html
    assert text.count(url) == 1
    assert f'href="{url}"' in html
    assert f'lang="{language}"' in html


def test_name_is_written_as_it_is_in_text_escaped_in_html_and_cut_for_a_phone(owner: User) -> None:
    entry = entry_for(owner, AT)
    notifications.mail_link(entry)
    entry.place = "Amicale\r\ndu personnel\u2028de la\x00Coopérative Sillage et associés"
    notifications.mail_link(entry)
    message, long = mail.outbox
    assert "Hubert & Fils" in str(message.subject)
    assert "Hubert & Fils" in str(message.body)
    assert "Hubert &amp; Fils" in html_of(message)
    assert long.subject == "Votre lien pour entrer\u00a0: Amicale du personnel de la…"
    assert len(str(long.subject)) <= 60
