"""Every place where a stranger types an address, and the accounts that an address may have."""

import dataclasses
import datetime as dt
from typing import NamedTuple
from urllib.parse import urlencode

from infra.drills.inside.access.people import ABROAD, HOME
from saas.accounts import actions as accounts
from saas.accounts.access import OPS, PUBLIC, SPACE
from saas.accounts.models import User
from saas.accounts.rules import SignInHost
from saas.catalogue.merchants.actions import shops as merchants
from saas.console.models import Operator
from saas.kernel import schema
from saas.kernel.values import legal
from tenants.community.members.actions import membership
from tenants.community.members.models import Profile, Role
from tenants.community.members.queries import people as queries
from tenants.spaces.models import Founding

PASSWORD = "un-mot-de-passe-d-essai"  # noqa: S105 - of people who live for minutes
WRONG = "un-autre-mot-de-passe"
NOBODY = "nobody"
# Kinds of an address at each sort of entrance, those with an account first.
HERE = ("known", "linkonly", "closed", "asked", "abroad", "merchant")
DESK = ("merchant", "nopasswd", "operator", "shutdown", "unproven", "known")
FOUNDING = ("begun", "proven", "known")
_LOCAL_PART = 16


class Entrance(NamedTuple):
    """A form that takes an address; `fields` come beside it.

    A founding is no account, and to resume a founding is other work than to begin it: there, only
    responses and pages are the same. Six tries in an hour are too few for a measurement.
    """

    name: str
    host: str
    path: str
    fields: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    same_work: bool = True

    def body(self, email: str, **changed: str) -> str:
        """Fill the form in."""
        return urlencode({**dict(self.fields), "email": email, **changed})


@dataclasses.dataclass
class Accounts:
    """An address of each kind, all of the same length, and an unknown address."""

    password: str
    at: dt.datetime
    unknown: int = 0
    code: str = ""
    company: str = ""
    people: dict[str, User] = dataclasses.field(default_factory=dict)

    def address(self, kind: str, entrance: Entrance) -> str:
        """Return the address of a kind; a new address at each call for an unknown visitor."""
        if kind == NOBODY:
            self.unknown += 1
            return _address(f"nobody{self.unknown}", at_work=entrance.name == "founding")
        return _address(kind, at_work=entrance.name == "founding")

    def entrances(self) -> list[Entrance]:
        """List all entrances."""
        typed = (("password", WRONG),)
        names = (("first_name", "Ida"), ("last_name", "Venue"))
        whole = ("name", "Ida Venue")
        join = (*names, ("company_id", self.company))
        return [
            Entrance("sign-in of a space", SPACE, "/signin/", typed, HERE),
            Entrance("link of a space", SPACE, "/signin/link/", (), HERE),
            Entrance("joining", SPACE, "/join/", join, HERE),
            Entrance("joining by invitation", SPACE, f"/join/{self.code}/", join, HERE),
            Entrance("sign-in of the desk", PUBLIC, "/signin/", typed, DESK),
            Entrance("link of the desk", PUBLIC, "/signin/link/", (), DESK),
            Entrance("sign-up for a desk", PUBLIC, "/desk/signup/", (whole, *typed), DESK),
            Entrance("sign-in of the console", OPS, "/signin/", typed, DESK),
            Entrance("link of the console", OPS, "/signin/link/", (), DESK),
            Entrance("finding a space", PUBLIC, "/find/", (), DESK),
            Entrance("founding", PUBLIC, "/start/", names, FOUNDING, same_work=False),
        ]


def settle(at: dt.datetime) -> Accounts:
    """Make an account of each kind, here, abroad and in public."""
    made = Accounts(password=_hashed(), at=at)
    with schema.inside(HOME):
        made.company = str(queries.company_ids()[0])
        for kind in ("known", "linkonly", "closed"):
            person = _join(made, kind)
            if kind == "closed":
                accounts.shut(person=person, by=person, at=at)
        made.code = _invitation(made, at)
        _ask_to_join(made, at)
    with schema.inside(ABROAD):
        _join(made, "abroad")
    with schema.in_public():
        for kind in ("merchant", "nopasswd", "shutdown"):
            _person(made, kind)
        _rename_operator(made)
        accounts.shut(person=made.people["shutdown"], by=made.people["shutdown"], at=at)
        merchants.sign_up(
            first_name="Ida",
            last_name="Venue",
            email=_address("unproven"),
            password=PASSWORD,
            language="fr",
            network="elsewhere",
            at=at,
        )
        for kind, state in (("begun", "started"), ("proven", "confirmed")):
            _found(kind, state, at)
    return made


def office(made: Accounts, people: int) -> list[str]:
    """Add so many more colleagues, all with the same password, and return their addresses."""
    names = [f"office{made.unknown + number}" for number in range(people)]
    made.unknown += people
    with schema.inside(HOME):
        for name in names:
            _join(made, name)
    return [_address(name) for name in names]


def host_of_space() -> SignInHost:
    """Return the host of a space for a request of a sign-in link."""
    return SignInHost("space", HOME, "http://localhost", "/")


def _address(name: str, *, at_work: bool = False) -> str:
    domain = f"{name:z<{_LOCAL_PART}}.example" if at_work else f"{HOME}.example"
    return f"{name:z<{_LOCAL_PART}}@{domain}"


def _hashed() -> str:
    person = User()
    person.set_password(PASSWORD)
    return person.password


def _person(made: Accounts, kind: str) -> User:
    person = User(
        email=_address(kind),
        first_name="Ida",
        last_name="Venue",
        created_at=made.at,
        password=made.password,
    )
    if kind in {"linkonly", "nopasswd"}:
        person.set_unusable_password()
    person.save()
    made.people[kind] = person
    return person


def _rename_operator(made: Accounts) -> None:
    """Give the operator of the installation an address as long as all others."""
    person = Operator.objects.select_related("user").earliest("pk").user
    person.email, person.password = _address("operator"), made.password
    person.save()


def _join(made: Accounts, kind: str) -> User:
    person = _person(made, kind)
    Profile.objects.create(
        user=person,
        company_id=queries.company_ids()[0],
        joined_by="domain",
        joined_at=made.at,
        **legal.accepted_at(legal.CGU, made.at),
    )
    return person


def _invitation(made: Accounts, at: dt.datetime) -> str:
    admin = _join(made, "admin")
    Role.objects.create(user=admin, role=Role.Kind.ADMINISTRATOR, given_at=at)
    return membership.invite(by=admin, uses=5, days=5, company_id=None, at=at).code


def _ask_to_join(made: Accounts, at: dt.datetime) -> None:
    membership.ask_to_join(
        email=_address("asked"),
        first_name="Ida",
        last_name="Venue",
        company_id=int(made.company),
        code=made.code,
        language="fr",
        host=host_of_space(),
        network="elsewhere",
        at=at,
    )


def _found(kind: str, state: str, at: dt.datetime) -> None:
    Founding.objects.create(
        email=_address(kind, at_work=True),
        first_name="Ida",
        last_name="Venue",
        state=state,
        token_hash=f"{kind:z<64}",
        token_expires_at=at,
        created_at=at,
        confirmed_at=at if state == "confirmed" else None,
    )
