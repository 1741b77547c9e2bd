"""Pages of programs, their tokens and webhooks, as the walk sees them."""

from infra.demo.seed.world import SILLAGE
from infra.screenshots.stops import EMPLOYEE, HR, OPERATOR, OPS, SPACE, Stop, newest
from saas.accounts.models import ERASED, User
from tenants.community.integrations.models import WebhookEndpoint
from tenants.community.sso.models import Provider


def _webhook() -> tuple[str, ...]:
    return newest(WebhookEndpoint.objects.filter(paused_at=None))


def _leaver() -> tuple[str, ...]:
    return newest(User.objects.filter(is_active=False).exclude(email__endswith=ERASED))


def _provider() -> tuple[str, ...]:
    return newest(Provider.objects.filter(kind=Provider.Kind.OIDC), "pk")


def _saml_provider() -> tuple[str, ...]:
    return newest(Provider.objects.filter(kind=Provider.Kind.SAML), "pk")


STOPS: tuple[Stop, ...] = (
    Stop("api:reference", SPACE, EMPLOYEE),
    Stop("api:reference", OPS, OPERATOR),
    Stop("personal_data:erase_leaver", SPACE, HR, _leaver),
    Stop("accounts:signin", SPACE, look="by-company", space=SILLAGE.slug),
    Stop("sso:callback", SPACE, look="failed", space=SILLAGE.slug, status=422),
    Stop("sso:settings", SPACE, HR, look="offered", space=SILLAGE.slug),
    Stop("sso:add_openid", SPACE, HR, space=SILLAGE.slug),
    Stop("sso:add_saml", SPACE, HR, space=SILLAGE.slug),
    Stop("sso:provider", SPACE, HR, _provider, space=SILLAGE.slug),
    Stop("sso:openid", SPACE, HR, _provider, space=SILLAGE.slug),
    Stop("sso:saml", SPACE, HR, _saml_provider, space=SILLAGE.slug),
    Stop("integrations:webhook", SPACE, HR, _webhook),
    Stop("integrations:remove", SPACE, HR, _webhook),
)
