"""Pages of every day, as the walk sees them: notifications, and the space as an app."""

from infra.demo.seed.world import NORD
from infra.screenshots.stops import EMPLOYEE, NOBODY, SPACE, Stop, employee
from saas.kernel.secrets import tokens
from tenants.community.notifications.models import Kind
from tenants.community.notifications.rules import LEAVING


def _leaving() -> tuple[str, ...]:
    return (tokens.sign(LEAVING, [employee().reference, Kind.RIDES]),)


STOPS: tuple[Stop, ...] = (
    Stop("notifications:lists", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("notifications:unsubscribe", SPACE, NOBODY, _leaving),
)
