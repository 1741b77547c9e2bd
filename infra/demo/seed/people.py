"""The demo's people: those with a name in the story, and colleagues enough to be a place."""

import datetime as dt
import random

from django.contrib.auth.hashers import make_password

from infra.demo.seed.world import (
    FIRST_NAMES,
    LAST_NAMES,
    MOST_PEOPLE,
    PASSWORD,
    PEOPLE,
    SPACES,
    TEAMS,
    Person,
    domain_of,
)
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.members.actions.membership import invite
from tenants.community.members.models import Profile, Role
from tenants.spaces.models import OwnCompany, OwnSite, Tenant

FOUNDERS = {space.slug: space.founder[2] for space in SPACES}
INVITING = ("trois-moulins", "sillage")


def speak(language: str, tenants: list[Tenant]) -> None:
    """Let pages and mails speak a language to everybody: employees, merchants, operators."""
    for name in (schema.PUBLIC, *(tenant.schema_name for tenant in tenants)):
        with schema.inside(name):
            User.objects.update(language=language)


def add_people(tenant: Tenant, at: dt.datetime) -> list[User]:
    """Let a space's people in and return those of the story, in their order."""
    with schema.inside(tenant.schema_name):
        companies = {company.name: company for company in OwnCompany.objects.all()}
        site = OwnSite.objects.first()
        password = make_password(PASSWORD)  # one hash for all: each would cost a fifth of a second
        cast = PEOPLE[tenant.slug]
        people = [*cast, *_further(tenant.slug, sorted(companies))]
        users = User.objects.bulk_create(
            User(
                email=address_of(person),
                first_name=person.first_name,
                last_name=person.last_name,
                password=password,
                created_at=at - dt.timedelta(days=200 - number),
            )
            for number, person in enumerate(people)
        )
        Profile.objects.bulk_create(
            Profile(
                user=user,
                company_id=companies[person.company].pk,
                site_id=site.pk if site else None,
                team=person.team,
                about=person.about,
                joined_by=Profile.Joined.DOMAIN,
                joined_at=user.created_at,
            )
            for user, person in zip(users, people, strict=True)
        )
        Role.objects.bulk_create(
            Role(user=user, role=role, given_at=at)
            for user, person in zip(users, cast, strict=False)
            for role in person.roles
        )
        if tenant.slug in INVITING:
            founder = User.objects.get(email=FOUNDERS[tenant.slug])
            invite(by=founder, uses=50, days=30, company_id=None, at=at)
        return users[: len(cast)]


def address_of(person: Person) -> str:
    """Return somebody's work address, in a domain that nobody has."""
    domain = domain_of(person.company)
    return f"{_ascii(person.first_name)}.{_ascii(person.last_name)}@{domain}"


def _further(slug: str, companies: list[str]) -> list[Person]:
    chance = random.Random(slug)  # noqa: S311 - the same town each time, not a secret
    names = [(first, last) for first in FIRST_NAMES for last in LAST_NAMES]
    missing = max(0, MOST_PEOPLE[slug] - len(PEOPLE[slug]))
    return [
        Person(first, last, chance.choice(companies), chance.choice(TEAMS))
        for first, last in chance.sample(names, missing)
    ]


def _ascii(name: str) -> str:
    accents = str.maketrans("àâäéèêëîïôöùûüçœ ’", "aaaeeeeiioouuuco-_")
    return name.lower().translate(accents).replace("_", "")
