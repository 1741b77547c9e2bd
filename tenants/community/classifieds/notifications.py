"""Mails to authors about their classifieds."""

from saas.kernel import mail
from tenants.community.classifieds.models import Classified
from tenants.spaces.queries import own_url


def tell_of_expiry(classified: Classified) -> None:
    """Ask an author whether to keep a classified that ends within days."""
    author = classified.author
    mail.send(
        to=author.email,
        template="classified_expiring",
        language=author.language,
        context={
            "first_name": author.first_name,
            "classified": classified,
            "url": own_url(classified.get_absolute_url()),
        },
    )
