"""Pages of the mediastore, as the walk sees them."""

from infra.demo.seed.world import NORD
from infra.screenshots.stops import EMPLOYEE, SPACE, TOUCH, TREASURER, Stop, newest
from tenants.community.mediastore.models import Medium


def _open_book() -> tuple[str, ...]:
    return newest(Medium.objects.filter(kind="guide", state="ready"))


def _podcast() -> tuple[str, ...]:
    return newest(Medium.objects.filter(kind="podcast"))


def _pass() -> tuple[str, ...]:
    return newest(Medium.objects.filter(kind="pass"))


def _on_site() -> tuple[str, ...]:
    return newest(Medium.objects.filter(access="on_site", state="ready"))


def _page() -> tuple[str, ...]:
    return (*_open_book(), "1")


def _episode() -> tuple[str, ...]:
    return (*_podcast(), "1")


def _page_on_site() -> tuple[str, ...]:
    return (*_on_site(), "1")


STOPS: tuple[Stop, ...] = (
    Stop("mediastore:shelf", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("mediastore:detail", SPACE, EMPLOYEE, _open_book),
    Stop("mediastore:detail", SPACE, EMPLOYEE, _podcast, "podcast"),
    Stop("mediastore:detail", SPACE, EMPLOYEE, _pass, "pass"),
    Stop("mediastore:detail", SPACE, EMPLOYEE, _on_site, "on-site"),
    Stop("mediastore:touch", SPACE, TOUCH),
    Stop("mediastore:touch_medium", SPACE, TOUCH, _on_site),
    Stop("mediastore:touch_read", SPACE, TOUCH, _page_on_site),
    Stop("mediastore:read", SPACE, EMPLOYEE, _page),
    Stop("mediastore:read", SPACE, EMPLOYEE, _episode, "episode"),
    Stop("mediastore:edit", SPACE, TREASURER, _podcast),
)
