"""The demo's people: those with a name in the story, and colleagues enough to be a place."""

import datetime as dt
import random
import uuid
from collections.abc import Sequence

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from infra.demo.seed.factors import protect
from infra.demo.seed.world import (
    FIRST_NAMES,
    LAST_NAMES,
    MOST_PEOPLE,
    MOULINS,
    PASSWORD,
    PEOPLE,
    SPACES,
    TEAMS,
    Person,
    domain_of,
)
from saas.accounts.models import User
from saas.accounts.rules import token_for
from saas.kernel import schema
from saas.kernel.secrets import tokens
from saas.kernel.values import legal
from tenants.community.members.actions.membership import invite
from tenants.community.members.models import JoinRequest, Profile, Role
from tenants.community.members.rules import roster as staff
from tenants.community.members.rules.membership import JOINING
from tenants.spaces.models import OwnCompany, OwnSite, Tenant

FOUNDERS = {space.slug: space.founder[2] for space in SPACES}
INVITING = ("trois-moulins", "sillage")
# The company with a roster: its members not yet joined, the last two planned for a later day.
LISTED, PLANNED = "Logiroute", 2
STAFF = (
    ("Awa", "Sissoko"),
    ("Bruno", "Delage"),
    ("Chloé", "Vernet"),
    ("Eva", "Nemours"),
    ("Félix", "Aubert"),
    ("Gaëlle", "Rio"),
    ("Hakim", "Saadi"),
)


def speak(language: str, tenants: list[Tenant]) -> None:
    """Set the language of pages and mails for all employees, merchants and operators."""
    for name in (schema.PUBLIC, *(tenant.schema_name for tenant in tenants)):
        with schema.inside(name):
            User.objects.update(language=language)


def add_people(tenant: Tenant, at: dt.datetime) -> list[User]:
    """Let a space's people in and return those of the story, in their order."""
    with schema.inside(tenant.schema_name):
        companies = {company.name: company for company in OwnCompany.objects.all()}
        site = OwnSite.objects.first()
        password, cast = make_password(PASSWORD), PEOPLE[tenant.slug]  # hashed once: 0.2 s each
        people = [*cast, *_further(tenant.slug, sorted(companies))]
        users = User.objects.bulk_create(
            User(
                email=address_of(person),
                first_name=person.first_name,
                last_name=person.last_name,
                password=password,
                password_by_link=True,
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
                **_found(user if person in cast else None),
                joined_by=_way_in(person),
                joined_at=user.created_at,
                **legal.accepted_at(legal.CGU, user.created_at),
            )
            for user, person in zip(users, people, strict=True)
        )
        Role.objects.bulk_create(
            Role(user=user, role=role, given_at=at)
            for user, person in zip(users, cast, strict=False)
            for role in person.roles
        )
        protect(_council_of(users, cast), at)
        _invite_colleagues(tenant.slug, at)
        return users[: len(cast)]


def _council_of(users: list[User], cast: Sequence[Person]) -> list[User]:
    """Return the users with a council role, because these need a second factor."""
    known = zip(users, cast, strict=False)
    return [user for user, person in known if {"treasurer", "council"} & set(person.roles)]


def _found(user: User | None) -> dict[str, object]:
    """Return the columns of a member who agreed to be found by name; without a user, nothing."""
    return {"found_as": user.display_name, "found_answered_at": user.created_at} if user else {}


def _way_in(person: Person) -> str:
    listed = person.company == LISTED and not person.roles
    return Profile.Joined.ROSTER if listed else Profile.Joined.DOMAIN


def _invite_colleagues(slug: str, at: dt.datetime) -> None:
    founder = User.objects.get(email=FOUNDERS[slug])
    if slug in INVITING:
        invite(by=founder, uses=50, days=30, company_id=None, at=at)
    if slug == MOULINS.slug:
        _invite_staff(founder, OwnCompany.objects.get(name=LISTED).pk, at)


def _invite_staff(by: User, company_id: int, at: dt.datetime) -> None:
    """Leave some of a list of staff that was confirmed last week still to come, or to be asked."""
    for place, (first_name, last_name) in enumerate(STAFF):
        mailed = at - dt.timedelta(days=6) if place < len(STAFF) - PLANNED else None
        asked_at = mailed or staff.due_at(
            at.date() + dt.timedelta(days=3), at=at, zone=timezone.get_current_timezone()
        )
        nonce = uuid.uuid4()
        JoinRequest.objects.create(
            email=address_of(Person(first_name, last_name, LISTED, "")),
            first_name=first_name,
            last_name=last_name,
            company_id=company_id,
            site_id=OwnSite.objects.get(name="Valmorin").pk,
            invited_by=by,
            nonce=nonce,
            token_hash=tokens.hashed(token_for(JOINING, nonce)),
            asked_at=asked_at,
            expires_at=asked_at + staff.INVITED_FOR,
            mailed_at=mailed,
            reminded_at=at - dt.timedelta(days=1) if place == 0 else None,
        )


def address_of(person: Person) -> str:
    """Return a person's work address, in a fictional domain."""
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
