"""Invitations of links, used to ask: a new space invites in its own mail domains only."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.web import rate_limit
from tenants.community.members.models import Invitation
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import membership as rules
from tenants.spaces.queries.own import own_standing
from tenants.spaces.rules import standing as standing_rules

_A_DAY_SECONDS = 24 * 3600


@transaction.atomic
def use_invitation(*, address: str, code: str, at: dt.datetime) -> Invitation | None:
    """Return the invitation of a code; without a code, check that the address is in a mail domain.

    An address outside the space's mail domains counts against the limit of outside addresses. There
    is no `by`: the person joining has no account yet.
    """
    domains = queries.email_domains()
    if not code:
        rules.check_domain(address, domains)
        return None
    invitation = rules.check_invitation(queries.invitation_of(code), at)
    if address.rpartition("@")[2] not in domains:
        _check_outside(at)
    return invitation


def _check_outside(at: dt.datetime) -> None:
    """Refuse an address outside the space's own mail domains while it is new, or too many a day."""
    standing = own_standing()
    left = standing_rules.allowance(standing, today=timezone.localdate(at), at=at)
    if not left.outside:
        raise Refused(
            _(
                "Pour l’instant, seules les adresses des domaines e-mail de cet espace y entrent. "
                "Écrivez votre adresse professionnelle, ou revenez demain."
            ),
            field="email",
        )
    rate_limit.check(
        "join_outside",
        schema.current(),
        most=left.outside,
        per_seconds=_A_DAY_SECONDS,
        when_silent=rate_limit.Silent.REFUSE,
        field="email",
    )
