"""Views that accept files limit the size of the upload; all others accept the size of a form."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from saas.commands.access import routes
from saas.kernel.web.bodies import MEGABYTE, USUAL_BYTES, most_bytes_at

TEMPLATES = Path(settings.ROOT) / "frontend_templates"
NEW_SHOP = "saas.catalogue.merchants.views.desk.new_shop"  # the form of `desk.shop`
MEGABYTES = {
    "saas.catalogue.merchants.views.team.join": 8,
    NEW_SHOP: 12,
    "saas.catalogue.merchants.views.desk.shop": 12,
    "saas.catalogue.placements.views.campaigns.new": 12,
    "saas.catalogue.placements.views.drafts.step": 12,
    "saas.console.books.accounting_views.propose_entry": 8,
    "saas.console.books.bank_views.bank": 2,
    "saas.console.books.payment_views.pay_on_paper": 8,
    "saas.console.books.tax_views.duties": 8,
    "saas.console.catalogue.service_views.import_services": 15,
    "saas.console.spaces.correction_views.administrators": 8,
    "tenants.community.classifieds.views.edit": 72,
    "tenants.community.classifieds.views.post": 72,
    "tenants.community.conversations.views.detail": 72,
    "tenants.community.council.views.mandate.submit": 8,
    "tenants.community.lending.views.damage": 72,
    "tenants.community.lending.views.edit": 72,
    "tenants.community.lending.views.offer": 72,
    "tenants.community.mediastore.views.shelving.put": 80,
    "tenants.community.members.views.cards.card": 72,
    "tenants.community.members.views.roster.roster": 5,
}
# Posted by a mail provider: the files are inside mails, without a form.
BY_A_PROVIDER = {"tenants.community.conversations.views.inbound": 36}
BY_PROGRAMS = {
    "api.v1.classifieds.Classifieds": 12,
    "api.v1.conversations.Conversations": 72,
    "api.v1.loans.Loans": 72,
    "api.v1.roster.Roster": 5,
    "api.v1.things.Things": 12,
}


def views() -> Iterator[tuple[str, object]]:
    for host in routes.CONFS:
        for _route, view in routes.routes(host):
            target = getattr(view, "cls", None) or getattr(view, "view_class", None) or view
            yield f"{target.__module__}.{target.__qualname__}", view


def test_views_that_take_files_are_named_with_their_limit() -> None:
    found = {
        name: (view.most_bytes - USUAL_BYTES) // MEGABYTE
        for name, view in views()
        if hasattr(view, "most_bytes")
    }
    assert found == MEGABYTES | BY_A_PROVIDER | BY_PROGRAMS


def test_views_that_read_files_are_those_that_take_them() -> None:
    reading = {
        name
        for name, view in views()
        if callable(view) and "FILES" in inspect.getsource(inspect.unwrap(view))
    }
    assert reading == set(MEGABYTES)


def test_forms_that_send_files_are_as_many_as_the_views_that_take_them() -> None:
    sending = [
        path for path in TEMPLATES.rglob("*.html") if "multipart/form-data" in path.read_text()
    ]
    assert len(sending) == len(set(MEGABYTES) - {NEW_SHOP})


def test_price_of_a_campaign_is_asked_for_without_its_picture() -> None:
    text = (TEMPLATES / "placements" / "new.html").read_text()
    form = re.search(r"<form[^>]*placements:price[^>]*>", text, re.DOTALL)
    assert form is not None
    assert 'hx-params="not picture"' in form[0]


def test_limit_follows_the_address_and_its_host() -> None:
    space, public = settings.ROOT_URLCONF, settings.PUBLIC_SCHEMA_URLCONF
    assert most_bytes_at("/classifieds/new/", space) == 72 * MEGABYTE + USUAL_BYTES
    assert most_bytes_at("/classifieds/new/", public) == USUAL_BYTES
    assert most_bytes_at("/desk/page/", public) == 12 * MEGABYTE + USUAL_BYTES
    for path in ("/signin/", "/nowhere/", "/%00", "/stripe/snapshot/"):
        assert most_bytes_at(path, space) == most_bytes_at(path, public) == USUAL_BYTES
