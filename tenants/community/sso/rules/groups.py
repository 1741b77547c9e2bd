"""Roles by groups of a person at their provider: which groups count, and what they give.

A provider's `groups` are `{"claim": name, role: [group, …]}`. The council's roles are not among
them: the employer's directory must not fill the council.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from tenants.community.sso.models import Provider

ROLES = ("administrator", "moderator", "kiosk_manager")
CLAIM, USUAL_CLAIM = "claim", "groups"
LONGEST_NAME, MOST_GROUPS = 200, 20


def checked(claim: str, groups: Mapping[str, str]) -> dict[str, Any]:
    """Return the groups of each role, a line each, as they are saved. Raises Refused."""
    found: dict[str, Any] = {}
    for role in ROLES:
        lines = (line.strip() for line in groups.get(role, "").splitlines())
        named = list(dict.fromkeys(line for line in lines if line))
        if len(named) > MOST_GROUPS or any(len(one) > LONGEST_NAME for one in named):
            raise Refused(
                _("Vingt groupes au plus, un par ligne, de deux cents signes au plus."), field=role
            )
        if not all(one.isprintable() for one in named):
            raise Refused(_("Ce nom de groupe contient un signe invisible."), field=role)
        if named:
            found[role] = named
    if found and not claim.strip():
        raise Refused(_("Écrivez le nom de ce qui contient les groupes."), field="claim")
    return {CLAIM: claim.strip(), **found} if found else {}


def claim_of(provider: Provider) -> str:
    """Return the name of the claim or attribute of groups; empty if groups give no role."""
    return str(provider.groups.get(CLAIM, ""))


def roles_in(claims: Mapping[str, Any], provider: Provider) -> list[str] | None:
    """Return the roles given by a person's groups; None if the provider left the groups out.

    A person without a group has no claim either. A directory with too many groups for a token
    (Entra ID) says so in `_claim_names`.
    """
    claim = claim_of(provider)
    elsewhere = claims.get("_claim_names")
    if claim and claim not in claims and isinstance(elsewhere, dict) and claim in elsewhere:
        return None
    named = claims.get(claim) if claim else None
    values = named if isinstance(named, list) else [named]
    held = {one.strip() for one in values if isinstance(one, str)}
    return [role for role in ROLES if held.intersection(provider.groups.get(role, ()))]
