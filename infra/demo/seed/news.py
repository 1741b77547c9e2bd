"""The demo's notifications: things to do and news of the last days, for those who look first."""

import datetime as dt

from django.urls import reverse

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.notifying import Event, Kind, Words, notify
from tenants.spaces.models import Tenant

TO_DO = (
    (
        Kind.LOANS,
        "lending:loans",
        Words(
            "Un objet est à rendre bientôt",
            "«\u00a0Perceuse à percussion\u00a0» est à rendre dans deux jours.",
            "Voir mes prêts",
        ),
    ),
    (
        Kind.RIDES,
        "rides:mine",
        Words(
            "Une demande pour votre trajet",
            "Un collègue demande une place demain matin.",
            "Répondre",
        ),
    ),
)
NEWS = (
    (
        Kind.GATHERINGS,
        "gatherings:mine",
        Words(
            "Une place s’est libérée pour vous", "Badminton de jeudi\u00a0: la place est à vous."
        ),
    ),
    (Kind.THANKS, "members:profile", Words("On vous remercie", "Inès vous dit merci.")),
    (
        Kind.GATHERINGS,
        "gatherings:mine",
        Words("Une activité a changé", "Le repas de mardi commence à 12\u00a0h\u00a015."),
    ),
    (
        Kind.CLASSIFIEDS,
        "classifieds:mine",
        Words(
            "Votre annonce est restée en ligne un mois de plus", "«\u00a0Chaise de bureau\u00a0»."
        ),
    ),
)
READERS = 3


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> None:
    """Tell the first members of a space; the third, which is new, has nobody to tell."""
    if len(people) <= READERS:
        return
    with schema.inside(tenant.schema_name):
        readers = [person.pk for person in people[:READERS]]
        for number, (kind, page, words) in enumerate(TO_DO, start=1):
            due = at + dt.timedelta(days=number)
            _tell_of(f"demo-to-do:{number}", kind, page, words, due, readers=readers, at=at)
        for number, (kind, page, words) in enumerate(NEWS, start=1):
            then = at - dt.timedelta(hours=9 * number)
            _tell_of(f"demo-news:{number}", kind, page, words, None, readers=readers, at=then)


def _tell_of(  # noqa: PLR0917 - a row of the tables above
    key: str,
    kind: Kind,
    page: str,
    words: Words,
    due: dt.datetime | None,
    *,
    readers: list[int],
    at: dt.datetime,
) -> None:
    path = reverse(page, urlconf="saas.urls_tenant")
    notify(Event(key, kind, path, lambda: words, f"demo:{page}", due), to=readers, at=at)
