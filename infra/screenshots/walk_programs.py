"""Pages of programs, their tokens and webhooks, as the walk sees them."""

from infra.screenshots.stops import EMPLOYEE, HR, OPERATOR, OPS, PUBLIC, SPACE, Stop, newest
from tenants.community.integrations.models import WebhookEndpoint


def _webhook() -> tuple[str, ...]:
    return newest(WebhookEndpoint.objects.filter(paused_at=None))


STOPS: tuple[Stop, ...] = (
    Stop("api:reference", SPACE, EMPLOYEE),
    Stop("api:reference", PUBLIC),
    Stop("api:reference", OPS, OPERATOR),
    Stop("personal_data:data", SPACE, EMPLOYEE),
    Stop("integrations:tokens", SPACE, EMPLOYEE),
    Stop("integrations:integrations", SPACE, HR),
    Stop("integrations:webhooks", SPACE, HR),
    Stop("integrations:webhook", SPACE, HR, _webhook),
    Stop("integrations:remove", SPACE, HR, _webhook),
)
