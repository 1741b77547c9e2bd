"""Mails about other spaces: treaties, questions, and answers that did not come."""

from django.urls import reverse

from saas.accounts.models import User
from saas.kernel import mail
from tenants.community.treaties.models import Question
from tenants.spaces.models import OwnEnquiry, OwnTreaty
from tenants.spaces.queries import own_space, own_url


def tell_of_treaty(treaty: OwnTreaty, administrator: User) -> None:
    """Tell somebody who administers this space where a treaty stands, and where to decide."""
    mail.send(
        to=administrator.email,
        template="treaty",
        language=administrator.language,
        context={
            "first_name": administrator.first_name,
            "space_name": own_space().name,
            "treaty": treaty,
            "url": own_url(reverse("treaties:treaty", args=[treaty.reference])),
        },
    )


def hand_over(enquiry: OwnEnquiry, author: User) -> None:
    """Hand somebody's words to the author of a thing, with the contact that they chose to give."""
    mail.send(
        to=author.email,
        template="neighbour_asks",
        language=author.language,
        context={
            "first_name": author.first_name,
            "enquiry": enquiry,
            "url": own_url(reverse("classifieds:detail", args=[enquiry.item_reference])),
        },
    )


def tell_refused(question: Question) -> None:
    """Tell a member that nobody will answer their question."""
    mail.send(
        to=question.asker.email,
        template="neighbour_gone",
        language=question.asker.language,
        context={
            "first_name": question.asker.first_name,
            "title": question.title,
            "url": own_url(reverse("treaties:board")),
        },
    )
