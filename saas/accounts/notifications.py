"""Mails about getting in."""

from django.conf import settings
from django.urls import reverse

from saas.accounts.models import Pass, as_any
from saas.accounts.rules import MAILED, token_for
from saas.kernel import mail


def mail_link(entry: Pass) -> None:
    """Send somebody the link that lets them in once."""
    person = as_any(entry.user)
    path = reverse(
        "accounts:enter",
        args=[token_for(entry.purpose, entry.nonce)],
        urlconf=settings.ROOT_URLCONF,
    )
    mail.send(
        to=person.email,
        template="signin_link",
        language=person.language,
        context={
            "first_name": person.first_name,
            "place": entry.place,
            "url": f"{entry.origin}{path}",
            "minutes": int(MAILED.total_seconds() // 60),
        },
    )
