"""The demo's programs: tokens, webhooks with a history, and a company's identity provider."""

import datetime as dt

from django.conf import settings

from infra.demo.seed.people import address_of
from infra.demo.seed.world import MOULINS, PEOPLE, SILLAGE
from infra.local.stack import PROVIDER_NAME, PROVIDER_SECRET
from infra.oidc_provider.provider import subject_of
from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.secrets import program_tokens
from tenants.community.deals.models import Deal
from tenants.community.gatherings.models import Gathering
from tenants.community.integrations import actions, queries
from tenants.community.integrations.models import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from tenants.community.members.queries import people as member_queries
from tenants.community.sso import actions as sso
from tenants.community.sso.gateway.saml import Metadata
from tenants.community.sso.queries import domains_to_cover
from tenants.community.sso.rules.signing_in import Vouched
from tenants.spaces.models import Tenant

State = WebhookDelivery.State
MINUTE = dt.timedelta(minutes=1)
SHOWN = 6
# The receiver's response to each attempt; no attempt fails on the network.
HISTORIES: tuple[tuple[int | None, ...], ...] = (
    (204,),
    (204,),
    (503, 503, 204),
    (204,),
    (None, 204),
    (500, 500, 500, 500, 500, 500, 500, 500),
)


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> None:
    """Make tokens and webhooks in the first space; the second trusts its company's provider."""
    with schema.inside(tenant.schema_name):
        [administrator, *_others] = User.objects.filter(
            pk__in=member_queries.administrator_ids()
        ).order_by("pk")
        if tenant.slug == MOULINS.slug:
            _tokens(people[0], administrator, at)
            _webhooks(administrator, at)
        if tenant.slug == SILLAGE.slug:
            _provider(administrator, at - dt.timedelta(days=9))


def _provider(administrator: User, at: dt.datetime) -> None:
    [place] = settings.OIDC_LOCAL_PROVIDERS
    provider = sso.describe(
        name=PROVIDER_NAME,
        issuer=f"http://{place}",
        client_id="troovon",
        secret=PROVIDER_SECRET,
        domains=domains_to_cover(None),
        by=administrator,
        at=at,
    )

    sso.describe_saml(
        name="Ancien annuaire",
        metadata=Metadata(
            "https://annuaire.sillage.example/", "https://annuaire.sillage.example/sso", ["MIIB"]
        ),
        attributes={},
        domains=domains_to_cover(None),
        by=administrator,
        at=at,
    )

    def vouched(email: str) -> Vouched:
        return Vouched(f"http://{place}", subject_of(email), email, "", "")

    sso.record_test(
        number=provider.pk, vouched=vouched(administrator.email), by=administrator, at=at
    )
    sso.switch(number=provider.pk, mode="offered", by=administrator, at=at)
    sso.record_failure(number=provider.pk, kind="silent", at=at + dt.timedelta(days=3))
    colleagues = [person for person in PEOPLE[SILLAGE.slug] if not person.roles]
    for number, person in enumerate(colleagues[:3]):
        moment = at + dt.timedelta(days=4 + number)
        sso.recognise(
            number=provider.pk, vouched=vouched(address_of(person)), language="fr", at=moment
        )


def _tokens(member: User, administrator: User, at: dt.datetime) -> None:
    week = dt.timedelta(days=7)
    own_token = actions.make_token(
        kind="personal",
        name="Tableau de la cuisine",
        scopes=["deals:read", "gatherings:read"],
        days=90,
        by=member,
        at=at - 3 * week,
    )
    program_tokens.record_use(own_token.token, at=at - dt.timedelta(hours=2))
    old = actions.make_token(
        kind="personal",
        name="Essai",
        scopes=["classifieds:read"],
        days=30,
        by=member,
        at=at - 2 * week,
    )
    actions.revoke_token(token=old.token, by=member, at=at - week)
    screen = actions.make_token(
        kind="integration",
        name="Intranet",
        scopes=["classifieds:read", "deals:read", "gatherings:read"],
        days=365,
        by=administrator,
        at=at - week,
    )
    program_tokens.record_use(screen.token, at=at - dt.timedelta(minutes=12))


def _webhooks(administrator: User, at: dt.datetime) -> None:
    intranet = actions.add_endpoint(
        url="https://intranet.moulins.example/troovon",
        name="Intranet",
        kinds=["deal.posted", "gathering.announced", "gathering.cancelled"],
        by=administrator,
        at=at - dt.timedelta(days=12),
    )
    chat = actions.add_endpoint(
        url="https://discussion.moulins.example/hooks/bons-plans",
        name="Salon « Bons plans »",
        kinds=["deal.posted"],
        by=administrator,
        at=at - dt.timedelta(days=9),
    )
    actions.pause(endpoint=chat, by=administrator, at=at - dt.timedelta(days=2))
    happened = _happenings()
    for happening, tries in zip(happened, HISTORIES, strict=False):
        _delivered(intranet, happening, tries)


def _happenings() -> list[tuple[hooks.Happening, dt.datetime]]:
    deals = [
        (
            hooks.Happening(
                "deal.posted", "deals", deal.reference, deal.title, deal.get_absolute_url()
            ),
            deal.created_at,
        )
        for deal in Deal.objects.order_by("-created_at")[: SHOWN // 2]
    ]
    gatherings = [
        (
            hooks.Happening(
                "gathering.announced",
                "gatherings",
                gathering.reference,
                gathering.title,
                gathering.get_absolute_url(),
            ),
            gathering.created_at,
        )
        for gathering in Gathering.objects.order_by("-created_at", "-pk")[: SHOWN // 2]
    ]
    return [*deals, *gatherings]


def _delivered(
    endpoint: WebhookEndpoint,
    happened: tuple[hooks.Happening, dt.datetime],
    tries: tuple[int | None, ...],
) -> None:
    happening, moment = happened
    event = WebhookEvent.objects.create(
        kind=happening.kind, data=queries.data_of(happening), happened_at=moment
    )
    ended_at = moment + len(tries) * MINUTE
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint,
        event=event,
        state=State.DELIVERED if tries[-1] == HISTORIES[0][0] else State.FAILED,
        attempts_made=len(tries),
        ended_at=ended_at,
    )
    for number, status in enumerate(tries):
        WebhookAttempt.objects.create(
            delivery=delivery,
            at=moment + number * MINUTE,
            took_ms=140 + 37 * number,
            status=status,
            failure="" if status else "slow",
        )
