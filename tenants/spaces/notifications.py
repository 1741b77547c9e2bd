"""What somebody who founds a space is told."""

from django.conf import settings
from django.urls import reverse

from saas.kernel import mail
from tenants.spaces import hosts, rules
from tenants.spaces.models import Founding


def tell_link(founding: Founding) -> None:
    """Send the link that confirms an address, and takes the founding up again."""
    path = reverse(
        "founding:confirm",
        args=[rules.link_token(founding)],
        urlconf=settings.PUBLIC_SCHEMA_URLCONF,
    )
    mail.send(
        to=founding.email,
        template="founding_link",
        language=founding.language,
        context={
            "first_name": founding.first_name,
            "url": hosts.public_url(path),
            "minutes": int(rules.LINK_LASTS.total_seconds() // 60),
        },
    )


def tell_ready(founding: Founding) -> None:
    """Send the address of the space that was built."""
    mail.send(
        to=founding.email,
        template="founding_ready",
        language=founding.language,
        context={
            "first_name": founding.first_name,
            "name": founding.description["name"],
            "url": hosts.space_url(founding.slug),
        },
    )
