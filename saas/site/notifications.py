"""Mails of the public site."""

from saas.kernel import mail
from tenants.spaces import hosts
from tenants.spaces.models import Tenant
from tenants.spaces.rules import workplaces as rules


def mail_spaces(email: str, language: str, spaces: list[Tenant]) -> None:
    """Mail the links of the spaces open to an address, or that there are no spaces yet."""
    links = [{"name": space.name, "url": hosts.space_url(space.slug)} for space in spaces]
    mail.send(
        to=email,
        template="find_spaces",
        language=language,
        context={
            "links": links,
            "domain": rules.domain_of(email),
            "url": "" if links else hosts.public_url("/start/"),
        },
    )
