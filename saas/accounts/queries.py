"""Queries of signing in."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from saas.accounts import rules
from saas.accounts.models import Pass, Session, User, normal_email
from saas.kernel.people.personal import PersonalTable, table
from saas.kernel.secrets import tokens


def person_at(email: str) -> User | None:
    """Return the active person of an address."""
    return User.objects.filter(email=normal_email(email), is_active=True).first()


def pass_of(token: str) -> Pass | None:
    """Return the pass that a token belongs to, with its person."""
    return Pass.objects.select_related("user").filter(token_hash=tokens.hashed(token)).first()


def crossing_of(email: str, *, origin: str, at: dt.datetime) -> Pass | None:
    """Return an address's valid crossing to a page of another host (`origin`), or None."""
    made = Pass.objects.filter(purpose=Pass.Purpose.CROSSING, origin=origin, used_at=None)
    crossings = made.filter(
        user__email=normal_email(email), user__is_active=True, expires_at__gt=at
    )
    return crossings.order_by("-pk").first()


def passes_to_mail() -> QuerySet[Pass]:
    """Return the sign-in passes to be mailed; passes for unknown addresses are left out."""
    links = Pass.objects.filter(purpose=Pass.Purpose.SIGN_IN, used_at=None, user__is_active=True)
    return links.exclude(origin="").select_related("user")


def unmailed(*, at: dt.datetime) -> list[int]:
    """Return ids of valid passes with a mail that may have been lost."""
    waiting = passes_to_mail().filter(mailed_at=None, expires_at__gt=at)
    late = waiting.filter(created_at__lt=at - rules.MAILED_WITHIN)
    return list(late.order_by("pk").values_list("pk", flat=True)[: rules.MOST_UNMAILED])


def hold(person: User) -> None:
    """Lock a person's row: a concurrent action of the same person waits for the commit."""
    User.objects.select_for_update().values_list("pk").get(pk=person.pk)


def personal_data(person: User) -> list[PersonalTable]:
    """Return the data about a person's sessions and sign-in links: dates, no secret."""
    open_ones = Session.objects.filter(person_id=person.pk)
    return [
        table("sessions", _("Connexions ouvertes"), open_ones, "expire_date"),
        table(
            "links",
            _("Liens de connexion"),
            Pass.objects.filter(user=person),
            *("purpose", "created_at", "expires_at", "used_at"),
        ),
    ]
