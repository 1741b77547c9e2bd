"""The demo's board: offers and requests, with pictures and conversations."""

import datetime as dt
import random

from django.core.files.base import ContentFile

from infra.demo.pictures import art
from infra.demo.seed.rows.board import MORE_TITLES, ROWS, SILLAGE_ROWS, Row
from infra.demo.seed.rows.talks import TALKS, Talk
from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.values import week
from tenants.community.classifieds import actions, rules
from tenants.community.classifieds.models import Classified, Picture
from tenants.community.conversations import actions as conversations
from tenants.community.lending.models import Thing
from tenants.spaces.models import OwnSite, Tenant

DAYS = 60
PICTURE_WIDTH = 1000


def fill(tenant: Tenant, people: list[User], things: list[Thing], *, at: dt.datetime) -> None:
    """Post the members' classifieds, also for lent things; the third space stays empty."""
    rows = {"trois-moulins": ROWS, "sillage": SILLAGE_ROWS}.get(tenant.slug, ())
    with schema.inside(tenant.schema_name):
        site = OwnSite.objects.first()
        posted = [
            _post(row, people, site=site, at=at - dt.timedelta(minutes=12 + 97 * number**1.35))
            for number, row in enumerate(rows)
        ]
        if tenant.slug == "trois-moulins":
            _post_further(people, site, at)
            _close_some(at)
        for talk in TALKS.get(tenant.slug, ()):
            _talk(talk, [*things, *posted], at)


def _post(row: Row, people: list[User], *, site: OwnSite | None, at: dt.datetime) -> Classified:
    author = people[row.author % len(people)]
    pictures = [_draw(row, author, at)] if row.art else []
    return actions.post(
        offer=rules.Offer(
            kind=row.kind,
            title=row.title,
            description=row.text,
            price_cents=row.cents,
            price_unit=row.unit,
            site_id=site.pk if site else None,
            place=row.place,
            audience=row.audience,
            on_screens=bool(row.art) and row.audience != "company",
            service=row.service,
            availability=tuple(week.stretch(*stretch) for stretch in row.hours),
        ),
        days=DAYS,
        pictures=pictures,
        by=author,
        at=at,
    )


def _draw(row: Row, author: User, at: dt.datetime) -> Picture:
    drawn = art.png(row.art, sum(row.title.encode()), PICTURE_WIDTH)
    upload = ContentFile(drawn, name=f"{row.art}.png")
    return actions.receive_picture(upload=upload, by=author, at=at)


def _post_further(people: list[User], site: OwnSite | None, at: dt.datetime) -> None:
    chance = random.Random("board")  # noqa: S311 - the same town each time, not a secret
    colleagues = list(User.objects.exclude(pk__in=[person.pk for person in people]).order_by("pk"))
    places = ("Porte Sud", "Porte des Tilleuls", "Hall B", "Accueil A", "Parking P2")
    for number, (kind, title, cents) in enumerate(MORE_TITLES):
        price = cents + 100 * chance.randrange(8) if cents else None
        row = Row(kind, title, "", price, chance.choice(places), number)
        _post(row, colleagues, site=site, at=at - dt.timedelta(days=2, hours=7 * number))


def _talk(talk: Talk, posted: list[Thing | Classified], at: dt.datetime) -> None:
    row = next(row for row in posted if row.title.startswith(talk.thing))
    by = User.objects.order_by("pk").filter(first_name=talk.asker)[0]
    kind = "thing" if isinstance(row, Thing) else "classified"
    subject = next(filter(None, hooks.subject.ask(kind, row.reference, by)))
    sent_at = at - dt.timedelta(minutes=50)
    conversation = conversations.begin(
        subject=subject, reference=row.reference, text=talk.words[0], by=by, at=sent_at
    )
    owner = conversation.owner
    for number, text in enumerate(talk.words[1:], 1):
        conversations.send(
            conversation=conversation,
            text=text,
            by=by if number % 2 == 0 else owner,
            at=sent_at + dt.timedelta(minutes=7 * number),
        )


def _close_some(at: dt.datetime) -> None:
    old = Classified.objects.filter(closed_at=None).select_related("author").order_by("created_at")
    for classified in old[:9]:
        actions.close(classified=classified, outcome="here", by=classified.author, at=at)
