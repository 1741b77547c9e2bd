"""Mails about a member's data."""

from django.conf import settings
from django.urls import reverse

from saas.kernel import mail
from tenants.community.personal_data.models import Erasure
from tenants.spaces import hosts
from tenants.spaces.queries.own import own_space


def mail_erasure(erasure: Erasure) -> None:
    """Mail a person that their data will be erased, when, and how to cancel."""
    space, person = own_space(), erasure.person
    path = reverse("personal_data:erase", urlconf=settings.ROOT_URLCONF)
    mail.send(
        to=person.email,
        template="erasure_asked",
        language=person.language,
        context={
            "first_name": person.first_name,
            "space_name": space.name,
            "by_oneself": erasure.asked_by_id == person.pk,
            "by_clock": erasure.asked_by_id is None,
            "due_at": erasure.due_at,
            # A closed account opens nothing: its mail has no button.
            "url": hosts.space_url(space.slug, path) if person.is_active else "",
        },
    )
