"""Mail to alert operators, in the language of each operator."""

import logging
import smtplib
import zoneinfo

from anymail.exceptions import AnymailError  # type: ignore[import-untyped]
from django.conf import settings
from django.utils import timezone, translation

from saas.kernel import hooks, mail
from saas.kernel.hooks import Addressee
from saas.monitoring import wording
from saas.monitoring.models import Trouble
from tenants.spaces import hosts

MOST_NAMED = 20
_NOT_SENT = (OSError, smtplib.SMTPException, AnymailError)
_log = logging.getLogger(__name__)


def mail_operators(troubles: list[Trouble]) -> bool:
    """Mail every active operator the incidents; return True if any operator was reached.

    A mailbox that refuses the mail does not stop the mails to the other operators.
    """
    people = hooks.operators.collect()
    reached = 0
    for person in people:
        try:
            _mail(person, troubles)
        except _NOT_SENT as error:
            _log.warning("an operator could not be mailed: %s", type(error).__name__)
        else:
            reached += 1
    if not reached:
        _log.warning("no operator was reached about %d troubles", len(troubles))
    return reached > 0


def _mail(person: Addressee, troubles: list[Trouble]) -> None:
    zone = zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)
    with translation.override(person.language), timezone.override(zone):
        begun = [(one, wording.of_trouble(one)) for one in troubles if one.ended_at is None]
        ended = [(one, wording.of_trouble(one)) for one in troubles if one.ended_at]
        words = [words for _, words in begun or ended]
        page = words[0].page if len(words) == 1 else wording.page_of_all()
        context = {
            "first_name": person.first_name,
            "title": wording.subject_of(words, ended=not begun),
            "begun": begun[:MOST_NAMED],
            "ended": ended[:MOST_NAMED],
            "more": max(len(begun) - MOST_NAMED, 0) + max(len(ended) - MOST_NAMED, 0),
            "base": hosts.operator_url("/").rstrip("/"),
            "url": hosts.operator_url(page),
        }
        mail.send(to=person.email, template="trouble", language=person.language, context=context)
