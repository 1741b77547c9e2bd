"""Pages about the proof of spaces, as the walk sees them, and about invitations that end."""

from infra.demo.seed.world import LAC
from infra.screenshots.stops import OPERATOR, OPS, PUBLIC, Stop
from tenants.spaces.models import Tenant
from tenants.spaces.stops import stop_url


def _stopping() -> tuple[str, ...]:
    return (stop_url("a.sissoko@logiroute.example").rstrip("/").rpartition("/")[2],)


def _to_prove() -> tuple[str, ...]:
    return ("spaces", Tenant.objects.get(slug=LAC.slug).schema_name)


def _cgv() -> tuple[str, ...]:
    return ("cgv",)


def _first_cgv() -> tuple[str, ...]:
    return ("cgv", "1")


STOPS: tuple[Stop, ...] = (
    Stop("site:legal_text", PUBLIC, find=_cgv),
    Stop("site:legal_version", PUBLIC, find=_first_cgv),
    Stop("founding:stop_invitations", PUBLIC, find=_stopping),
    Stop("ops:queue_item", OPS, OPERATOR, _to_prove, look="space"),
)
