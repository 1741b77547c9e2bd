"""What authors are told about their classifieds."""

from saas.kernel import mail
from tenants.community.classifieds import queries
from tenants.community.classifieds.models import Classified


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
            "url": queries.address_of(classified.get_absolute_url()),
        },
    )
