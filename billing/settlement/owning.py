"""A space decides about its own councils: each decision begins with the council's row."""

from django.utils.translation import gettext as _

from billing.models import Council
from saas.kernel.errors import NotAllowed
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Tenant


def lock_own(council: Council, by: SpaceActor) -> Council:
    """Lock a council of the actor's own space. Raises NotAllowed for another's."""
    schema_name = Tenant.objects.values_list("schema_name", flat=True).get(pk=council.tenant_id)
    if schema_name != by.schema_name:
        raise NotAllowed(_("Ce CSE est celui d’un autre espace."))
    return Council.objects.select_for_update(no_key=True).get(pk=council.pk)
