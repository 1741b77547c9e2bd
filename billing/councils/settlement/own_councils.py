"""Decisions of a council: its row is locked, and pending shares are split by its decision."""

from django.db.models import Q
from django.utils.translation import gettext as _

from billing.models import Council, SaleTerms, Share, ShareTerms
from saas.kernel.errors import NotAllowed
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Tenant


def lock_own(council: Council, by: SpaceActor) -> Council:
    """Lock a council of the actor's own space. Raises NotAllowed for another's."""
    schema_name = Tenant.objects.values_list("schema_name", flat=True).get(pk=council.tenant_id)
    if schema_name != by.schema_name:
        raise NotAllowed(_("Ce CSE est celui d’un autre espace."))
    return Council.objects.select_for_update(no_key=True).get(pk=council.pk)


def split_waiting_shares(accepted: ShareTerms) -> int:
    """Split shares counted under terms not accepted before; return their number."""
    never_answered_yes = Q(terms=accepted) | Q(terms__accepted_at=None)
    waited = SaleTerms.objects.filter(never_answered_yes, council=accepted.council_id)
    shares = Share.objects.filter(council=accepted.council_id, sale__in=waited.values("sale"))
    return shares.update(aep_bp=accepted.aep_bp)
