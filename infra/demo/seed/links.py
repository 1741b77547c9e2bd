"""How the demo's companies are told apart, and which of its spaces are neighbours."""

import datetime as dt

from infra.demo.seed.people import FOUNDERS
from infra.demo.seed.world import MOULINS, NORD, SILLAGE
from saas.accounts.models import User
from saas.kernel import modules, schema
from tenants.community.members.forms.companies import BadgeForm
from tenants.community.treaties.forms import deciding
from tenants.spaces.actors import actor_of
from tenants.spaces.forms.modules import SwitchForm
from tenants.spaces.models import Category, OwnCompany, Tenant
from tenants.spaces.rules import addresses as rules

BADGES = {
    "Helvane": ("HELVANE", "#1f6feb"),
    "Laboratoires Orsel": ("ORSEL", "#8a3ffc"),
    "Ateliers Brisson": ("BRISSON", "#b45309"),
    "Logiroute": ("LOGI", "#1a7f37"),
}
SHOWN = [Category.THINGS, Category.LOANS, Category.SERVICES, Category.GATHERINGS, Category.RIDES]


def tie(tenants: dict[str, Tenant], at: dt.datetime) -> None:
    """Set the badges of the park's companies, agree on a treaty and propose another."""
    with schema.inside(tenants[MOULINS.slug].schema_name):
        founder = _founder(MOULINS.slug)
        for company in OwnCompany.objects.all():
            badge, colour = BADGES[company.name]
            form = BadgeForm({"badge": badge, "colour": colour})
            form.full_clean()
            form.perform(by=founder, company_id=company.pk, at=at)
    reference = _propose(
        tenants[SILLAGE.slug],
        "Nos ateliers se touchent presque. Prêtons-nous nos outils ?",
        at=at - dt.timedelta(days=21),
    )
    with schema.inside(tenants[MOULINS.slug].schema_name):
        by = _founder(MOULINS.slug)
        deciding.accept(reference=reference, by=by, at=at - dt.timedelta(days=20))
    _do_without("mediastore", tenants[SILLAGE.slug], at=at - dt.timedelta(days=18))
    _propose(tenants[NORD.slug], "Nous sommes peu : vos annonces nous aideraient.", at=at)


def _propose(tenant: Tenant, message: str, *, at: dt.datetime) -> str:
    with schema.inside(tenant.schema_name):
        return deciding.propose(
            address=MOULINS.slug,
            gives=SHOWN,
            takes=SHOWN,
            message=message,
            by=_founder(tenant.slug),
            at=at,
        )


def _do_without(label: str, tenant: Tenant, *, at: dt.datetime) -> None:
    """Switch off an unused module of a space."""
    module = modules.module_of(label)
    with schema.inside(tenant.schema_name):
        by = actor_of(
            _founder(tenant.slug), schema_name=tenant.schema_name, role=rules.ADMINISTRATOR
        )
        form = SwitchForm({"used": "off"})
        form.submit(module=module, by=by, at=at)


def _founder(slug: str) -> User:
    return User.objects.get(email=FOUNDERS[slug])
