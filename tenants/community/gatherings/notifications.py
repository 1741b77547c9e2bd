"""Mails to those who come to a gathering, or wait for a place."""

import zoneinfo

from django.utils import timezone

from saas.kernel import mail
from tenants.community.gatherings.models import Notice
from tenants.spaces import hosts
from tenants.spaces.queries import own_space


def mail_notice(notice: Notice) -> None:
    """Tell somebody that a gathering changed, was cancelled, is tomorrow, or has a place."""
    person, gathering, space = notice.person, notice.gathering, own_space()
    with timezone.override(zoneinfo.ZoneInfo(space.time_zone)):
        mail.send(
            to=person.email,
            template=f"gathering_{notice.kind}",
            language=person.language,
            context={
                "first_name": person.first_name,
                "gathering": gathering,
                "notice": notice,
                "url": hosts.space_url(space.slug, gathering.get_absolute_url()),
            },
        )
