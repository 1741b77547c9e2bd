"""All persons that may try a route, and the objects that it shows."""

import dataclasses
import datetime as dt
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from billing.models import Council
from billing.orders.actions.checkout import open_checkout
from infra.drills.inside.access import news, programs, reported, screens, searches, shelf
from infra.drills.inside.access.together import make_gathering
from saas.accounts import actions as accounts
from saas.accounts.auth import BACKEND
from saas.accounts.models import Pass, User
from saas.accounts.sessions import proofs
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.offers import actions as tills
from saas.catalogue.offers.rules import TILL_LINK, Terms
from saas.catalogue.placements.models import Campaign, CampaignDraft, Flight
from saas.catalogue.placements.queries import prices as placements
from saas.kernel import schema
from saas.kernel.display.accent import theme_hash
from saas.kernel.secrets import tokens
from saas.kernel.values import legal
from tenants.community.classifieds import actions as classifieds
from tenants.community.classifieds import rules as offers
from tenants.community.conversations.models import Conversation
from tenants.community.lending.actions import things as lending
from tenants.community.lending.models import Loan, Thing
from tenants.community.lending.rules import loans as lending_rules
from tenants.community.lending.rules import slots
from tenants.community.members.actions import leaving, membership
from tenants.community.members.models import CompanyClaim, Profile, Role
from tenants.community.members.queries import people as queries
from tenants.community.rides import actions as rides
from tenants.community.rides import rules as ride_rules
from tenants.community.rides.models import Booking, Departure
from tenants.spaces.models import Tenant
from tenants.spaces.spots import site_ids

HOME, ABROAD = "north", "south"
WEEK = dt.timedelta(days=7)


@dataclasses.dataclass
class World:
    """The people by name, each with the schema of their account, and the parts of addresses."""

    serial: int = 0
    people: dict[str, tuple[str, User]] = dataclasses.field(default_factory=dict)
    things: dict[str, str] = dataclasses.field(default_factory=dict)


def session_of(where: str, person: User) -> str:
    """Open a session for a person in their schema and return its key."""
    with schema.inside(where):
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        proofs.prove_all(session, timezone.now(), is_console=where == schema.PUBLIC)
        session.create()
        return str(session.session_key)


def sessions_of(world: World) -> dict[str, str]:
    """Open a session for all active people; a leaver keeps their earlier session."""
    active = {name: known for name, known in world.people.items() if known[1].is_active}
    keys = {name: session_of(where, person) for name, (where, person) in active.items()}
    return {**keys, "gone": world.things["session of gone"]}


def populate(*, operator: User, at: dt.datetime, serial: int = 0) -> World:
    """Create a person of each kind, with objects of theirs, in the two spaces of tests."""
    world = World(serial=serial)
    world.people["operator"] = (schema.PUBLIC, operator)
    _colleagues(world, at)
    _abroad(world, at)
    with schema.in_public():
        _merchants(world, at)
        _councils(world, at)
        home = Tenant.objects.get(schema_name=HOME)
    with schema.inside(HOME):
        _things(world, at)
        world.things["own notification"] = news.notification(world.people["member"][1], at)
        world.things["own device"] = news.device(world.people["member"][1], at)
        world.things |= screens.of_managers(world.people["kiosk"][1], at)
        world.things |= shelf.fill(world.people["council"][1], at)
        reported.add_cases(world.things, world.people, at=at)
    world.things["theme"] = theme_hash(home.accent)
    return world


def _join(person: User, way: str, at: dt.datetime, *, company_id: int | None = None) -> None:
    joined = {"joined_by": way, "joined_at": at - WEEK, "company_id": company_id}
    Profile.objects.create(user=person, **joined, **legal.accepted_at(legal.CGU, at - WEEK))


def _person(world: World, name: str, *, where: str, at: dt.datetime) -> User:
    person = User(
        email=f"{name}{world.serial or ''}@{where}.example",
        first_name=name.title(),
        last_name="Porte",
        created_at=at - WEEK,
    )
    person.set_unusable_password()
    person.save()
    world.people[name] = (where, person)
    world.things[f"ref {name}"] = person.reference
    return person


def _member(world: World, name: str, at: dt.datetime, *, company: int, role: str = "") -> User:
    person = _person(world, name, where=HOME, at=at)
    first, second = sorted(queries.company_ids())
    company_id = second if company == 2 else first  # noqa: PLR2004 - the second of the park
    _join(person, "domain", at, company_id=company_id)
    if role:
        of = company_id if name == "local" else None
        Role.objects.create(user=person, role=role, company_id=of, given_at=at)
    return person


def _colleagues(world: World, at: dt.datetime) -> None:
    with schema.inside(HOME):
        _member(world, "admin", at, company=1, role=Role.Kind.ADMINISTRATOR)
        _member(world, "spare", at, company=1, role=Role.Kind.ADMINISTRATOR)
        _member(world, "local", at, company=1, role=Role.Kind.ADMINISTRATOR)
        _member(world, "moderator", at, company=1, role=Role.Kind.MODERATOR)
        _member(world, "council", at, company=1, role=Role.Kind.COUNCIL)
        _member(world, "treasurer", at, company=1, role=Role.Kind.TREASURER)
        _member(world, "kiosk", at, company=1, role=Role.Kind.KIOSK_MANAGER)
        _member(world, "member", at, company=1)
        _member(world, "other", at, company=2)
        _member(world, "gone", at, company=1)
        _claimants(world, at)


def _claimants(world: World, at: dt.datetime) -> None:
    """Create two colleagues with a pending claim to work for a company."""
    companies = sorted(queries.company_ids())
    names = ("claimant", "far_claimant")
    for name, company_id in zip(names, companies, strict=False):
        person = _person(world, name, where=HOME, at=at)
        _join(person, "invitation", at)
        CompanyClaim.objects.create(user=person, company_id=company_id, asked_at=at)


def _abroad(world: World, at: dt.datetime) -> None:
    with schema.inside(ABROAD):
        person = _person(world, "foreigner", where=ABROAD, at=at)
        _join(person, "domain", at)
        Role.objects.create(user=person, role=Role.Kind.ADMINISTRATOR, given_at=at)
        world.things["foreign classified"] = _offer(person, "Rabot", at)
        world.things["foreign deal"] = reported.make_deal(person, at)
        world.things["foreign medium"] = shelf.medium(person, at)
        world.things["foreign ride"] = _ride(person, at)
        world.things["foreign search"] = searches.save_search(person, "Rabot", at)
        world.things["foreign gathering"] = make_gathering(person, "Belote", at)
        world.things["foreign notification"] = news.notification(person, at)
        world.things["foreign device"] = news.device(person, at)
        world.things["foreign thing"] = _lend(person, "Serre-joint", at).reference
        world.things["foreign loan"] = _loan(person, "Escabeau", at, borrower=person)
        world.things["foreign invitation"] = membership.invite(
            by=person, uses=3, days=3, company_id=None, at=at
        ).code
        world.things["foreign company"] = str(queries.company_ids()[0])
        world.things |= screens.foreign(person, at)
        world.things["foreign pass"] = _pass(person, at)
        world.things["foreign token"] = programs.token(person, "personal", at)
        world.things["foreign webhook"] = programs.webhook(person, at)


def _things(world: World, at: dt.datetime) -> None:
    who = {name: person for name, (where, person) in world.people.items() if where == HOME}
    first, second = sorted(queries.company_ids())
    things = world.things
    things["first company"], things["second company"] = str(first), str(second)
    things["own classified"] = _offer(who["member"], "Perceuse", at)
    things["their classified"] = _offer(who["other"], "Tente", at)
    things["untold classified"] = _offer(who["other"], "Luge", at)
    things["company's classified"] = _offer(who["other"], "Badge", at, audience="company")
    things.update(searches.fill(who["member"], at))
    things["own ride"] = _ride(who["member"], at)
    things["spare ride"] = _ride(who["member"], at)
    accepted = _booking(things["own ride"], who["other"], at)
    rides.accept(booking=accepted, by=who["member"], at=at)
    cancelled = _booking(_ride(who["member"], at), who["other"], at)
    rides.cancel_booking(booking=cancelled, by=who["other"], at=at)
    things["accepted booking"] = accepted.reference
    things["cancelled booking"] = cancelled.reference
    things["company's ride"] = _ride(who["other"], at, audience="company")
    things["own gathering"] = make_gathering(who["member"], "Badminton", at)
    things["company's gathering"] = make_gathering(
        who["other"], "Repas d’équipe", at, audience="company"
    )
    things["spare gathering"] = make_gathering(who["member"], "Tournoi", at)
    things["company's spare gathering"] = make_gathering(
        who["other"], "Tri", at, audience="company"
    )
    things["own thing"] = _lend(who["member"], "Perceuse", at).reference
    things["company's thing"] = _lend(who["other"], "Rallonge", at, audience="company").reference
    things["council's thing"] = _lend(who["council"], "Barnum", at, of_council=True).reference
    things["own loan"] = _loan(who["other"], "Diable", at, borrower=who["member"])
    things["own conversation"] = begin_conversation(who["member"], who["other"], at=at)
    things["their conversation"] = begin_conversation(who["admin"], who["other"], at=at)
    _invitations(things, who, at)
    _programs(things, who, at)
    things["pass"] = _pass(who["member"], at)
    things["session of gone"] = session_of(HOME, who["gone"])
    leaving.close_account(of=who["gone"], by=who["admin"], at=at)
    who["gone"].refresh_from_db()


def _offer(by: User, title: str, at: dt.datetime, **fields: Any) -> str:
    offer = offers.Offer(
        kind="sell",
        title=title,
        description="",
        price_cents=1_000,
        price_unit="whole",
        site_id=None,
        place="Porte Sud",
        **fields,
    )
    return classifieds.post(offer=offer, days=30, by=by, at=at).reference


def _lend(by: User, title: str, at: dt.datetime, **fields: Any) -> Thing:
    of_council = fields.pop("of_council", False)
    description = lending_rules.Description(
        title=title,
        description="",
        condition="good",
        whereabouts="desk",
        place="Porte Sud",
        site_id=None,
        deposit="",
        longest_minutes=1440,
        lends_at_once=False,
        **fields,
    )
    return lending.offer(description=description, of_council=of_council, by=by, at=at)


def _loan(owner: User, title: str, at: dt.datetime, *, borrower: User) -> str:
    thing = _lend(owner, title, at)
    begin = slots.floor_quarter(at)
    return Loan.objects.create(
        thing=thing,
        borrower=borrower,
        state=Loan.State.ACCEPTED,
        starts_at=begin,
        ends_at=begin + WEEK,
        requested_at=at,
    ).reference


def _ride(by: User, at: dt.datetime, *, audience: str = "space") -> str:
    terms = ride_rules.Terms(
        role="driver",
        way="to",
        site_id=min(site_ids()),
        spot=ride_rules.Spot("Gare", 12, "n"),
        seats=3,
        price_cents=0,
        note="",
    )
    timing = ride_rules.Timing((at + WEEK).date(), dt.time(8))
    return rides.offer(terms=terms, timing=timing, audience=audience, by=by, at=at).reference


def _booking(ride: str, by: User, at: dt.datetime) -> Booking:
    departures = list(Departure.objects.filter(ride__reference=ride))
    spot = ride_rules.Spot("Pont", 5, "n")
    (booking,) = rides.ask(departures=departures, spot=spot, by=by, at=at)
    return booking


def begin_conversation(asker: User, owner: User, *, at: dt.datetime) -> str:
    """Create a conversation about another member's thing; return the reference."""
    begun = Conversation.objects.create(
        subject_kind="classified",
        subject_reference="PA-TENTE",
        subject_title="Tente",
        asker=asker,
        owner=owner,
        begun_at=at,
        last_message_at=at,
    )
    return begun.reference


def _invitations(things: dict[str, str], who: dict[str, User], at: dt.datetime) -> None:
    first, second = sorted(queries.company_ids())
    for name, company_id in (("invitation", None), ("first", first), ("second", second)):
        made = membership.invite(by=who["admin"], uses=3, days=3, company_id=company_id, at=at)
        things[name if name == "invitation" else f"invitation of the {name}"] = made.code


def _programs(things: dict[str, str], who: dict[str, User], at: dt.datetime) -> None:
    things["own token"] = programs.token(who["member"], "personal", at)
    things["space's token"] = programs.token(who["admin"], "integration", at)
    things["webhook"] = programs.webhook(who["admin"], at)


def _pass(person: User, at: dt.datetime) -> str:
    return accounts.issue_pass(user=person, purpose=Pass.Purpose.SIGN_IN, lifetime=WEEK, at=at)


def _merchants(world: World, at: dt.datetime) -> None:
    for name in ("merchant", "rival"):
        owner = _person(world, name, where="shops", at=at)
        world.people[name] = (schema.PUBLIC, owner)
        shop = Merchant.objects.create(
            owner=owner,
            slug=f"maison-{name}-{world.serial}",
            name=f"Maison {name}",
            category="bakery",
            state=Merchant.State.PUBLISHED,
            published_at=at - WEEK,
            trusted_at=at - WEEK,
            created_at=at - WEEK,
            legal_name="Maison SARL",
            siren="732829320",
            billing_email=owner.email,
            street="3 rue du Four",
            postcode="37000",
            city="Saint-Avel-sur-Loge",
            latitude="47.391000",
            longitude="0.690000",
        )
        if name == "merchant":
            world.things["reference of shop"] = shop.reference
            _open_till(world, owner, at)
        world.things[f"campaign of {name}"] = _campaign(shop, at).reference
        draft = CampaignDraft.objects.create(merchant=shop, made_at=at, changed_at=at)
        world.things[f"draft of {name}"] = draft.reference
        ordered = open_checkout(campaign=_campaign(shop, at), by=owner, at=at)
        world.things[f"order of {name}"] = ordered.reference
        world.things[f"pass of {name}"] = _pass(owner, at)
    world.things["shop"] = f"maison-merchant-{world.serial}"


def _open_till(world: World, owner: User, at: dt.datetime) -> None:
    days = {"starts_on": at.date() - WEEK, "ends_on": at.date() + WEEK}
    terms = Terms("Un café offert", "", **days, rhythm="daily", most_uses=None)
    world.things["offer of merchant"] = tills.make(terms=terms, by=owner, at=at).reference
    opened = tills.open_till(by=owner, at=at)
    world.things["till of merchant"] = tokens.sign(TILL_LINK, str(opened.nonce))


def _campaign(shop: Merchant, at: dt.datetime) -> Campaign:
    campaign = Campaign.objects.create(
        merchant=shop,
        price_list=placements.prices_in_force(at),
        headline="Formule du midi",
        made_at=at,
    )
    Flight.objects.create(
        campaign=campaign,
        tenant=Tenant.objects.get(schema_name=HOME),
        slot="home_feed",
        starts_on=at.date() + dt.timedelta(days=3),
        ends_on=at.date() + dt.timedelta(days=9),
        reach=430,
        net_cents=10_000,
    )
    return campaign


def _councils(world: World, at: dt.datetime) -> None:
    for name, where in (("council", HOME), ("foreign council", ABROAD)):
        tenant = Tenant.objects.get(schema_name=where)
        made = Council.objects.filter(tenant=tenant).first() or Council.objects.create(
            tenant=tenant, name=f"CSE {where}", weight=100, created_at=at
        )
        world.things[name] = made.reference
