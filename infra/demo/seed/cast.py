"""Accounts of the demo, as `troovon demo` prints them; only the demo prints a password."""

from typing import Any

from infra.demo.seed.community import kiosk
from infra.demo.seed.people import address_of
from infra.demo.seed.rows.shops import SHOPS
from infra.demo.seed.shops import address_of as shop_address
from infra.demo.seed.world import PASSWORD, PEOPLE, SPACES
from infra.local.authenticator import SECRET
from tenants.spaces import hosts
from tenants.spaces.models import Tenant

OPERATOR, SECOND_OPERATOR = "operateur@troovon.example", "second@troovon.example"
STORY_ROLES = {"treasurer": "treasurer", "moderator": "moderator"}


def described(tenants: list[Tenant]) -> dict[str, Any]:
    """Return the spaces and the people, each with where they sign in."""
    return {
        "screen": kiosk.link(),
        "spaces": [
            {
                "slug": tenant.slug,
                "url": hosts.space_url(tenant.slug),
                "schema": tenant.schema_name,
                "role": tenant.schema_name,
                "kind": tenant.kind,
            }
            for tenant in tenants
        ],
        "people": [
            *(person for space in SPACES for person in _members(space.slug, space.founder[2])),
            *(
                _outside("merchant", shop_address(shop), hosts.public_url("/signin/"))
                for shop in SHOPS
            ),
            *(
                _outside("operator", email, hosts.operator_url("/signin/"))
                for email in (OPERATOR, SECOND_OPERATOR)
            ),
        ],
    }


def _members(slug: str, founder: str) -> list[dict[str, Any]]:
    people = [_inside("hr", slug, founder)]
    for person in PEOPLE[slug]:
        roles = [STORY_ROLES[role] for role in person.roles if role in STORY_ROLES]
        protected = bool({"treasurer", "council"} & set(person.roles))
        people += [
            _inside(role, slug, address_of(person), has_factor=protected)
            for role in roles or ["employee"]
        ]
    if slug == "sillage":
        people.append(_inside("stranger", slug, address_of(PEOPLE[slug][0])))
    return people


def _inside(role: str, slug: str, email: str, *, has_factor: bool = False) -> dict[str, Any]:
    url = hosts.space_url(slug, "/signin/")
    return {
        "role": role,
        "space": slug,
        "email": email,
        "password": PASSWORD,
        "factor_secret": SECRET if has_factor else None,
        "url": url,
    }


def _outside(role: str, email: str, url: str) -> dict[str, Any]:
    return {
        "role": role,
        "space": None,
        "email": email,
        "password": PASSWORD,
        "factor_secret": SECRET if role == "operator" else None,
        "url": url,
    }
