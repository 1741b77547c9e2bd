"""Mails about getting in."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from saas.accounts.models import Pass, as_any
from saas.accounts.rules import MAILED, token_for
from saas.kernel import mail
from saas.kernel.people import ways_in


def mail_link(entry: Pass) -> None:
    """Mail a sign-in link; if links are not allowed here, mail the allowed method instead."""
    person = as_any(entry.user)
    with translation.override(person.language):
        why = ways_in.why_shut(person.email, person)
    token = token_for(entry.purpose, entry.nonce)
    template, page, args = (
        ("signin_company", "accounts:signin", [])
        if why
        else ("signin_link", "accounts:enter", [token])
    )
    mail.send(
        to=person.email,
        template=template,
        language=person.language,
        context={
            "first_name": person.first_name,
            "place": entry.place,
            "url": f"{entry.origin}{reverse(page, args=args, urlconf=settings.ROOT_URLCONF)}",
            "minutes": int(MAILED.total_seconds() // 60),
            "why": why,
        },
    )
