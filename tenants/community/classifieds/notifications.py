"""Mails to authors about their classifieds."""

from django.urls import reverse

from saas.kernel import mail, tokens
from tenants.community.classifieds import rules
from tenants.community.classifieds.models import Classified
from tenants.spaces.queries import own_url


def tell_of_expiry(classified: Classified) -> None:
    """Ask an author whether to keep a classified that ends within days.

    The link leads to a button that keeps it, without signing in.
    """
    author = classified.author
    token = tokens.sign(rules.KEEPING, classified.pk)
    mail.send(
        to=author.email,
        template="classified_expiring",
        language=author.language,
        context={
            "first_name": author.first_name,
            "classified": classified,
            "url": own_url(reverse("classifieds:keep", args=[token])),
        },
    )
