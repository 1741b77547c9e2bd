"""Three spaces full of canaries, among them a park, and people with open sessions in all."""

import dataclasses
import datetime as dt
import importlib
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from infra.drills.inside.columns import Flock
from infra.drills.inside.rows import MONTH, add, fill_the_rest
from infra.drills.inside.spaces import build as build_schema
from saas.accounts.models import Pass, SecondFactor, User
from saas.accounts.sessions import proofs
from saas.catalogue.merchants.models import Merchant
from saas.console.models import Operator
from saas.kernel import schema
from saas.kernel.secrets import tokens
from saas.kernel.uploads.pictures import WIDTHS
from tenants.community.classifieds.models import Availability, Classified, Picture
from tenants.community.conversations.models import Block, Conversation, Message
from tenants.community.deals.models import Deal
from tenants.community.integrations.models import WebhookDelivery
from tenants.community.kiosk.models import DayPart
from tenants.community.lending.models import (
    DamageNote,
    LendingPicture,
    Loan,
    Thing,
    WaitingListEntry,
)
from tenants.community.mediastore.models import Medium, Sponsoring
from tenants.community.members.models import JoinRequest, Profile, Role, Thanks
from tenants.community.members.rules import membership as joining
from tenants.community.moderation.models import Decision
from tenants.community.neighbourhood.models import ShopMark
from tenants.community.notifications.models import Habits
from tenants.community.personal_data.models import DataExport, Erasure
from tenants.community.rides.models import Booking, Departure, Ride
from tenants.spaces import provisioning
from tenants.spaces.database.cells import directory
from tenants.spaces.models import SharedItem, Tenant, Treaty, TreatyClause

SPACE_CODES = "abc"
ROLES = ("member", "administrator", "treasurer", "moderator", "council")
LEAVER = "leaver"
BACKEND = "saas.accounts.backends.ActivePersonBackend"
OPENED = "things"
OFFERED = ("sell", "give")


@dataclasses.dataclass
class Space:
    """A space: its canaries, its people's sessions, the values for its addresses, its names."""

    tenant: Tenant
    flock: Flock
    sessions: dict[str, str] = dataclasses.field(default_factory=dict)
    values: dict[str, list[str]] = dataclasses.field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the data that a crawler needs."""
        return {
            "letter": self.flock.letter,
            "schema": self.tenant.schema_name,
            "slug": self.tenant.slug,
            "sessions": self.sessions,
            "values": self.values,
            "known": self.flock.known,
        }


def build(at: dt.datetime) -> list[Space]:
    """Found the spaces, fill them, and let the first two show each other some of their things.

    With two clusters, the first is at home and the others are in the cell.
    """
    script = provisioning.current_script()
    first, *others = list(SPACE_CODES)
    cell = directory.clusters()[-1]  # home, where there are no cells
    spaces = [_found(first, script, at, cell="")]
    spaces += [_found(code, script, at, cell=cell) for code in others]
    for space in spaces:
        with schema.inside(space.tenant.schema_name):
            _fill(space, at)
    _agree(spaces[0], spaces[1], at)
    for space in spaces:
        _share(space, at)
    return spaces


def _found(letter: str, script: str, at: dt.datetime, *, cell: str) -> Space:
    flock, name = Flock(letter), f"t_canary{letter}"
    kind = Tenant.Kind.PARK if letter == SPACE_CODES[0] else Tenant.Kind.COMPANY
    there = directory.alias_in(cell, provisioning.OWNER)
    with transaction.atomic(using=there), transaction.atomic(using=provisioning.OWNER):
        build_schema(name, script, there)
        tenant = provisioning.register(
            schema_name=name,
            slug=f"canary-{letter}",
            kind=kind,
            accent="#0b5f63",
            language="fr",
            description=_description(flock, kind),
            at=at,
            cell=cell,
        )
    return Space(Tenant.objects.get(pk=tenant.pk), flock)


def _description(flock: Flock, kind: str) -> dict[str, Any]:
    companies = 2 if kind == Tenant.Kind.PARK else 1
    return {
        "name": flock.word("spaces.Tenant.name"),
        "companies": [
            {"name": flock.word("spaces.Company.name"), "siren": "732829320", "head_count": 300}
            for _ in range(companies)
        ],
        "email_domains": [f"{flock.word('spaces.EmailDomain.domain')}.example"],
        "sites": [
            {
                "name": flock.word("spaces.Site.name"),
                "street": flock.word("spaces.Site.street"),
                "postcode": "37000",
                "city": flock.word("spaces.Site.city"),
                "latitude": "47.390000",
                "longitude": "0.690000",
                "head_count": 300,
                "break_starts": "12:00",
                "break_ends": "13:30",
                "gates": [
                    {
                        "name": flock.word("spaces.Gate.name"),
                        "latitude": "47.390000",
                        "longitude": "0.690000",
                    }
                ],
            }
        ],
    }


def _fill(space: Space, at: dt.datetime) -> None:
    people = {role: _person(space, role) for role in (*ROLES, LEAVER)}
    member, other = people["member"], people["administrator"]
    classifieds = [
        _classified(space, kind, author=author, audience=audience)
        for kind in ("sell", "give", "rent")
        for author in (member, other)
        for audience in ("space", "neighbours")
    ]
    for classified in classifieds:
        asker = other if classified.author_id == member.pk else member
        _talk_about(space, classified, asker, at=at)
    add(space.flock, Availability, weekday=1, starts_minute=60, ends_minute=120)
    add(space.flock, Block, blocker=member, blocked=other)
    add(space.flock, ShopMark, person=member, follows=True)
    add(space.flock, Deal, author=member, link="https://deal.example")
    add(space.flock, Habits, person=member, mail_stopped_at=at, mail_stopped_for="bounced")
    add(space.flock, WebhookDelivery, next_at=at)
    add(space.flock, Decision, outcome="remove")
    add(space.flock, DataExport, person=member, ready_at=at)
    add(space.flock, Erasure, person=other, asked_at=at, due_at=at + MONTH)
    add(space.flock, DayPart, weekdays=31, starts_minute=480, ends_minute=720)
    add(space.flock, Medium, added_by=member, kind="press", feed="")
    add(space.flock, Sponsoring, pk=1, places=2)
    add(space.flock, Thanks, giver=member, receiver=other)
    add(space.flock, SecondFactor, reset_due_at=at + MONTH)
    _lend(space, member, other, at=at)
    _drive(space, member, other)
    for author in (member, other):
        space.flock.open(author, OPENED, "first_name")
    _make_entries(space, member, at)
    fill_the_rest(space.flock)
    _gather_values(space, people)
    cache.set("drill", space.flock.word("the cache"), 3600)


def _talk_about(space: Space, classified: Classified, asker: User, *, at: dt.datetime) -> None:
    talk = add(
        space.flock,
        Conversation,
        subject_kind="classified",
        subject_reference=classified.reference,
        asker=asker,
        owner=classified.author,
        last_message_at=at,
    )
    add(space.flock, Message, conversation=talk, author=asker)


def _lend(space: Space, owner: User, borrower: User, *, at: dt.datetime) -> None:
    thing = add(space.flock, Thing, owner=owner, longest_minutes=60, audience="space")
    times = {"starts_at": at, "ends_at": at + dt.timedelta(hours=1)}
    loan = add(space.flock, Loan, thing=thing, borrower=borrower, state="out", **times)
    add(space.flock, WaitingListEntry, thing=thing, person=borrower, **times)
    note = add(space.flock, DamageNote, loan=loan, author=borrower)
    name = f"{schema.current()}/lending/{space.flock.word('the address of a picture')}"
    shown = {"damage_note": note, "uploader": borrower, "state": "waiting", "name": name}
    add(space.flock, LendingPicture, width=0, height=0, **shown)


def _drive(space: Space, driver: User, rider: User) -> None:
    ride = add(space.flock, Ride, author=driver, seats=3, weekdays="", audience="space")
    departure = add(space.flock, Departure, ride=ride, seats=3, taken=1)
    add(space.flock, Booking, departure=departure, person=rider)


def _person(space: Space, role: str) -> User:
    user: User = add(space.flock, User, is_active=True, theme="system")
    agreed = {"found_answered_at": timezone.now()}
    add(space.flock, Profile, user=user, joined_by="domain", **agreed)
    if role not in {"member", LEAVER}:
        Role.objects.create(user=user, role=role, given_at=user.created_at)
    space.sessions[role] = open_session(user, space.flock)
    if role == LEAVER:
        user.is_active = False
        user.save()
    return user


def open_session(user: User, flock: Flock | None = None) -> str:
    """Open a session in the current schema; the session contains a canary."""
    session = importlib.import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    proofs.prove_all(session, timezone.now(), is_console=schema.current() == schema.PUBLIC)
    if flock:
        session["canary"] = flock.word("accounts.Session.session_data")
    session.create()
    return str(session.session_key)


def _classified(space: Space, kind: str, *, author: User, audience: str) -> Classified:
    classified: Classified = add(
        space.flock,
        Classified,
        kind=kind,
        author=author,
        audience=audience,
        price_cents=1200 if kind == "sell" else None,
        price_unit="whole",
        service="",
        outcome="",
    )
    token = space.flock.word("the address of a picture")
    name = f"{schema.current()}/classifieds/{token}"
    add(
        space.flock,
        Picture,
        classified=classified,
        uploader=author,
        state="ready",
        name=name,
        position=0,
        width=1280,
        height=960,
    )
    offered = audience == "neighbours" and kind in OFFERED
    shown = f"a stored picture:{OPENED}" if offered else "a stored picture"
    for width in WIDTHS:
        content = f"RIFF {space.flock.word(shown)} WEBP"
        default_storage.save(f"{name}-{width}.webp", ContentFile(content.encode()))
    space.values.setdefault("token", []).append(token)
    if offered:
        space.flock.open(classified, OPENED)
    return classified


def _make_entries(space: Space, member: User, at: dt.datetime) -> None:
    """Create the means of entry: a pass, an invitation's link, a signed address."""
    token, hashed = tokens.fresh()
    add(
        space.flock,
        Pass,
        user=member,
        token_hash=hashed,
        purpose="sign_in",
        leads_to="/",
        expires_at=at + MONTH,
    )
    options: JoinRequest = add(space.flock, JoinRequest, expires_at=at + MONTH, confirmed_at=None)
    signed = tokens.sign(joining.JOINING, str(options.nonce))
    space.values.setdefault("token", []).extend([token, signed])


def _gather_values(space: Space, people: dict[str, User]) -> None:
    """Collect the values that occur in this space's addresses."""
    references = [
        *(user.reference for user in people.values()),
        *Classified.objects.values_list("reference", flat=True),
        *Conversation.objects.values_list("reference", flat=True),
    ]
    space.values["reference"] = references
    space.values["pk"] = references
    space.values["code"] = [
        word for word, where in space.flock.known.items() if where.endswith("Invitation.code")
    ]


def _agree(first: Space, second: Space, at: dt.datetime) -> None:
    treaty = Treaty.objects.create(
        proposer=first.tenant,
        partner=second.tenant,
        state=Treaty.State.ACCEPTED,
        message=first.flock.word("spaces.Treaty.message"),
        proposed_by=first.flock.word("spaces.Treaty.proposed_by"),
        proposed_at=at,
        answered_by=second.flock.word("spaces.Treaty.answered_by"),
        answered_at=at,
    )
    for giver in (first, second):
        TreatyClause.objects.create(treaty=treaty, giver=giver.tenant, category=OPENED)
        giver.values["reference"].append(treaty.reference)


def _share(space: Space, at: dt.datetime) -> None:
    """Share things of a space, in a category opened by a treaty and in a category not opened."""
    for category in (OPENED, "services"):
        item = add(
            space.flock,
            SharedItem,
            tenant=space.tenant,
            category=category,
            kind="sell",
            price_unit="whole",
            price_cents=100,
            picture="",
            reference=f"AN-{space.flock.letter.upper()}{category[0].upper()}2345",
            expires_at=at + MONTH,
        )
        space.values["reference"].append(item.reference)
        space.flock.open(item, category)


def public_people(at: dt.datetime) -> dict[str, str]:
    """Sign in a merchant and an operator, in public; return their sessions."""
    with schema.in_public():
        merchant = User.objects.create(
            email="merchant@drill.example", first_name="M", last_name="M", created_at=at
        )
        Merchant.objects.create(
            slug="boutique",
            owner=merchant,
            state=Merchant.State.PUBLISHED,
            name="Boutique",
            category="bakery",
            legal_name="Boutique SARL",
            siren="732829320",
            billing_email=merchant.email,
            latitude="47.391",
            longitude="0.691",
            created_at=at,
            published_at=at,
            trusted_at=at,
        )
        operator = User.objects.create(
            email="operator@drill.example", first_name="O", last_name="O", created_at=at
        )
        Operator.objects.create(user=operator, since=at)
        return {"merchant": open_session(merchant), "operator": open_session(operator)}
