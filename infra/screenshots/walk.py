"""The walk over all pages: each address with a page, its visitor, its place in the demo.

A test compares this table with the three URL confs and fails if a page is missing here.
"""

from functools import partial

from billing.models import (
    Council,
    CouncilMandate,
    Dispute,
    Invoice,
    Order,
    OwnPayout,
    OwnShare,
    Payout,
    PromotionCode,
    Refund,
    ShareTerms,
    Statement,
    Subscription,
)
from infra.demo.seed.people import address_of
from infra.demo.seed.world import MOULINS, NORD, PEOPLE, SILLAGE
from infra.screenshots import walk_daily as daily
from infra.screenshots import walk_fixtures as fixtures
from infra.screenshots import walk_lending as lending
from infra.screenshots import walk_media as media
from infra.screenshots import walk_moderation as moderation
from infra.screenshots import walk_offers as offers
from infra.screenshots import walk_programs as programs
from infra.screenshots import walk_proofs as proofs
from infra.screenshots import walk_screens as screens
from infra.screenshots import walk_together as together
from infra.screenshots import walk_wizard as wizard
from infra.screenshots.addresses import stops_beside
from infra.screenshots.pageless import NO_PAGE
from infra.screenshots.stops import (
    EMPLOYEE,
    FOUNDER,
    HR,
    MERCHANT,
    NOBODY,
    OPERATOR,
    OPS,
    PUBLIC,
    SPACE,
    TOUCH,
    TREASURER,
    Find,
    Stop,
    employee,
    newest,
)
from saas.accounts.models import User
from saas.catalogue.city_services.models import CityService
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, RunningFlight
from saas.kernel.secrets import tokens
from saas.site import queries as site
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.rules import KEEP_PURPOSE
from tenants.community.conversations.models import Conversation
from tenants.community.deals.models import Deal
from tenants.spaces.models import OpenClause, OpenItem, OwnCompany, OwnSite, OwnTreaty

__all__ = ["FOUNDER", "NOBODY", "OPS", "PUBLIC", "SPACE", "STOPS", "Stop"]


def _anothers_classified() -> tuple[str, ...]:
    rows = Classified.objects.filter(closed_at=None, pictures__isnull=False)
    return newest(rows.exclude(author=employee()))


def _closed_classified() -> tuple[str, ...]:
    return newest(Classified.objects.filter(closed_at__isnull=False))


def _own_classified() -> tuple[str, ...]:
    return newest(Classified.objects.filter(closed_at=None, author=employee()))


def _expiring_classified() -> tuple[str, ...]:
    (pk,) = newest(Classified.objects.filter(closed_at=None, author=employee()), "pk")
    return (tokens.sign(KEEP_PURPOSE, int(pk)),)


def _conversation() -> tuple[str, ...]:
    return newest(Conversation.objects.filter(asker=employee()))


def _anothers_deal() -> tuple[str, ...]:
    return newest(Deal.objects.filter(closed_at=None, failing_count=0).exclude(author=employee()))


def _broken_deal() -> tuple[str, ...]:
    return newest(Deal.objects.filter(failing_count__gt=2))


def _own_deal() -> tuple[str, ...]:
    return newest(Deal.objects.filter(closed_at=None, author=employee()))


def _colleague() -> tuple[str, ...]:
    return newest(User.objects.filter(email=address_of(PEOPLE[MOULINS.slug][1])))


def _about_a_classified() -> tuple[str, ...]:
    parsed = Conversation.objects.filter(asker=employee()).values("subject_reference")
    rows = Classified.objects.filter(closed_at=None, hidden_at=None).exclude(author=employee())
    return ("classified", *newest(rows.exclude(reference__in=parsed)))


def _shop() -> tuple[str, ...]:
    return newest(Merchant.objects.filter(pk=_first_shop().pk), "slug")


def _first_shop() -> Merchant:
    return Merchant.objects.earliest("pk")


def _campaign(state: str) -> Find:
    def find() -> tuple[str, ...]:
        return newest(Campaign.objects.filter(merchant=_first_shop(), state=state))

    return find


def _order() -> tuple[str, ...]:
    return newest(Order.objects.filter(merchant=_first_shop()))


def _subscription() -> tuple[str, ...]:
    return newest(Subscription.objects.filter(merchant=_first_shop()))


def _promotion() -> tuple[str, ...]:
    return newest(PromotionCode.objects.all(), "code")


def _paid_order() -> tuple[str, ...]:
    return newest(Order.objects.filter(merchant=_first_shop(), paid_at__isnull=False))


def _own_payout() -> tuple[str, ...]:
    return newest(OwnPayout.objects.all(), "stripe_id")


def _own_share() -> tuple[str, ...]:
    """Find a share of the park's council: those of a company have another treasurer."""
    (council,) = fixtures.in_public(_council)()
    return newest(OwnShare.objects.filter(council_reference=council))


def _refunded_order() -> tuple[str, ...]:
    return newest(Order.objects.filter(state=Order.State.PARTLY_REFUNDED))


def _refund() -> tuple[str, ...]:
    return newest(Refund.objects.all())


def _dispute() -> tuple[str, ...]:
    return newest(Dispute.objects.all())


def _invoice() -> tuple[str, ...]:
    return newest(Invoice.objects.filter(order__merchant=_first_shop()), "number")


def _outbox_mail() -> tuple[str, ...]:
    return (str(site.outbox()[0]["id"]),)


def _running() -> tuple[str, ...]:
    return newest(RunningFlight.objects.all())


def _site() -> tuple[str, ...]:
    return newest(OwnSite.objects.all(), "pk")


def _company() -> tuple[str, ...]:
    return newest(OwnCompany.objects.all(), "pk")


def _shared_thing() -> tuple[str, ...]:
    clause = OpenClause.objects.earliest("pk")
    things = OpenItem.objects.filter(tenant_id=clause.tenant_id)
    return (clause.slug, *newest(things))


def _treaty(state: str) -> Find:
    return lambda: newest(OwnTreaty.objects.filter(state=state))


def _signed_terms() -> tuple[str, ...]:
    signed = ShareTerms.objects.filter(council__reference=_council()[0]).earliest("version")
    return (*_council(), str(signed.version))


def _statement() -> tuple[str, ...]:
    made = Statement.objects.filter(council__reference=_council()[0])
    return (*_council(), *newest(made))


def _council() -> tuple[str, ...]:
    return newest(Council.objects.filter(tenant__slug=MOULINS.slug, company=None))


def _mandate(state: str) -> tuple[str, ...]:
    return ("councils", *newest(CouncilMandate.objects.filter(state=state)))


def _always(*parts: str) -> Find:
    return lambda: parts


def _service() -> tuple[str, ...]:
    return newest(CityService.objects.all(), "slug")


WRITTEN: tuple[Stop, ...] = (
    Stop("site:message", PUBLIC, find=_outbox_mail),
    Stop(
        "site:shop",
        PUBLIC,
        find=lambda: newest(Merchant.objects.filter(opened_at__isnull=False), "slug"),
    ),
    Stop("/nulle-part/", PUBLIC, look="404", status=404),
    Stop("founding:confirm", PUBLIC, find=fixtures.founding_token),
    Stop("founding:check", PUBLIC, FOUNDER, fixtures.founding("started")),
    Stop("founding:company", PUBLIC, FOUNDER, fixtures.founding("named")),
    Stop("founding:company", PUBLIC, FOUNDER, fixtures.founding("named"), "park", "?kind=park"),
    Stop("founding:hand_over", PUBLIC, FOUNDER, fixtures.founding("named")),
    Stop("founding:site", PUBLIC, FOUNDER, fixtures.founding("named")),
    Stop("founding:address", PUBLIC, FOUNDER, fixtures.founding("named")),
    Stop("founding:address", PUBLIC, FOUNDER, fixtures.founding("named"), "refused", "?slug=admin"),
    Stop("founding:look", PUBLIC, FOUNDER, fixtures.founding("named")),
    Stop("founding:build", PUBLIC, FOUNDER, fixtures.founding("built")),
    Stop("accounts:enter", PUBLIC, find=fixtures.pass_of_merchant),
    Stop("merchants:confirm", PUBLIC, find=fixtures.signup_token),
    Stop("placements:detail", PUBLIC, MERCHANT, _campaign("paid")),
    *wizard.STOPS,
    Stop("billing:checkout", PUBLIC, MERCHANT, fixtures.campaign_to_pay),
    Stop("billing:order", PUBLIC, MERCHANT, _order),
    Stop("billing:trace", PUBLIC, MERCHANT, _paid_order),
    Stop("billing:stop", PUBLIC, MERCHANT, _order),
    Stop("billing:subscription", PUBLIC, MERCHANT, _subscription),
    Stop("billing:invoice", PUBLIC, MERCHANT, _invoice),
    Stop("accounts:enter", SPACE, find=fixtures.pass_of_employee),
    Stop("accounts:enter", SPACE, find=_always("inconnu"), look="refused", status=422),
    Stop("members:join_by_code", SPACE, find=fixtures.invitation),
    Stop("members:join_by_code", SPACE, find=fixtures.withdrawn, look="closed", status=422),
    Stop("members:join_confirm", SPACE, find=fixtures.join_token),
    Stop("members:home", SPACE, EMPLOYEE, look="sillage", space=SILLAGE.slug),
    Stop("members:home", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("members:home", SPACE, HR, look="begun", space=NORD.slug),
    Stop("members:publish", SPACE, EMPLOYEE, _always(), "chosen", "?words=perceuse"),
    Stop("members:own", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("members:welcome", SPACE, HR, space=NORD.slug),
    Stop("members:directory", SPACE, EMPLOYEE, look="none", query="?q=zzz"),
    Stop("members:person", SPACE, EMPLOYEE, _colleague),
    Stop("members:people", SPACE, EMPLOYEE, look="403", status=403),
    Stop("members:roles", SPACE, HR, _colleague),
    Stop("members:close_account", SPACE, HR, _colleague),
    Stop("members:reset_factor", SPACE, HR, _colleague),
    Stop("members:people", SPACE, HR, look="gone", query="?gone=1"),
    Stop("members:mail_domains", SPACE, HR, look="one-company", space=NORD.slug),
    Stop("members:mail_domain_remove", SPACE, HR, fixtures.proven_domain),
    Stop("members:mail_domain_confirm", SPACE, find=fixtures.mail_domain_token),
    Stop("members:mail_domain_confirm", SPACE, find=_always("inconnu"), look="closed", status=422),
    Stop("members:company", SPACE, HR, _company),
    Stop("members:company_details", SPACE, HR, _company),
    Stop("members:company_leave", SPACE, HR, _company),
    Stop("members:poster", SPACE, HR, fixtures.invitation),
    Stop("members:roster", SPACE, HR, look="one-company", space=NORD.slug),
    Stop("members:roster_reading", SPACE, HR, fixtures.unread_roster, space=NORD.slug),
    Stop("members:roster_columns", SPACE, HR, fixtures.roster),
    Stop("members:roster_preview", SPACE, HR, fixtures.roster),
    Stop("spaces:settings", SPACE, EMPLOYEE, look="403", status=403),
    Stop("spaces:address", SPACE, HR, look="refused", query="?slug=admin"),
    Stop("spaces:site", SPACE, HR, _site),
    Stop("spaces:module", SPACE, HR, lambda: ("lending",)),
    Stop("spaces:modules", SPACE, EMPLOYEE, look="read"),
    Stop("classifieds:board", SPACE, EMPLOYEE, look="found", query="?q=perseuse"),
    Stop("classifieds:board", SPACE, EMPLOYEE, look="nothing", query="?q=hydravion"),
    Stop("classifieds:board", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("classifieds:mine", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("classifieds:detail", SPACE, EMPLOYEE, _anothers_classified),
    Stop("classifieds:detail", SPACE, EMPLOYEE, _own_classified, "own"),
    Stop("classifieds:detail", SPACE, EMPLOYEE, _closed_classified, "closed"),
    Stop("classifieds:edit", SPACE, EMPLOYEE, _own_classified),
    Stop("classifieds:close", SPACE, EMPLOYEE, _own_classified),
    Stop("classifieds:keep", SPACE, find=_expiring_classified),
    Stop("classifieds:keep", SPACE, find=_always("inconnu"), look="closed", status=422),
    *media.STOPS,
    *together.STOPS,
    *daily.STOPS,
    *proofs.STOPS,
    *programs.STOPS,
    *screens.STOPS,
    *moderation.STOPS,
    *lending.STOPS,
    *offers.STOPS,
    Stop("conversations:inbox", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("conversations:detail", SPACE, EMPLOYEE, _conversation),
    Stop("conversations:begin", SPACE, EMPLOYEE, _about_a_classified),
    Stop("deals:board", SPACE, EMPLOYEE, look="over", query="?over=on"),
    Stop("deals:board", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("deals:detail", SPACE, EMPLOYEE, _anothers_deal),
    Stop("deals:detail", SPACE, EMPLOYEE, _own_deal, "own"),
    Stop("deals:detail", SPACE, EMPLOYEE, _broken_deal, "broken"),
    Stop("deals:edit", SPACE, EMPLOYEE, _own_deal),
    Stop("neighbourhood:home", SPACE, EMPLOYEE, look="nord", space=NORD.slug),
    Stop("neighbourhood:home", SPACE, EMPLOYEE, look="map", query="?view=map"),
    Stop("search:results", SPACE, EMPLOYEE, look="map", query="?view=map"),
    Stop("neighbourhood:merchant", SPACE, EMPLOYEE, fixtures.in_public(_shop)),
    Stop("neighbourhood:service", SPACE, EMPLOYEE, fixtures.in_public(_service)),
    Stop("neighbourhood:touch", SPACE, TOUCH),
    Stop("neighbourhood:touch_merchant", SPACE, TOUCH, fixtures.in_public(_shop)),
    Stop("neighbourhood:touch_service", SPACE, TOUCH, fixtures.in_public(_service)),
    Stop("neighbourhood:why", SPACE, EMPLOYEE, _running),
    Stop("treaties:board", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("treaties:detail", SPACE, EMPLOYEE, _shared_thing),
    Stop("treaties:treaties", SPACE, EMPLOYEE, look="403", status=403),
    Stop("treaties:treaty", SPACE, HR, _treaty("accepted")),
    Stop("treaties:treaty", SPACE, HR, _treaty("proposed"), look="proposed"),
    Stop("council:overview", SPACE, TREASURER),
    Stop("council:overview", SPACE, EMPLOYEE, look="member"),
    Stop("council:overview", SPACE, EMPLOYEE, look="empty", space=NORD.slug),
    Stop("members:council", SPACE, TREASURER),
    Stop("members:council", SPACE, EMPLOYEE, look="member"),
    Stop("council:trail", SPACE, TREASURER, _own_share),
    Stop("council:bank", SPACE, TREASURER, _own_payout),
    Stop("council:statement", SPACE, TREASURER, fixtures.in_public(_statement)),
    Stop("council:printed_terms", SPACE, TREASURER, fixtures.in_public(_signed_terms)),
    Stop("council:billing", SPACE, TREASURER, fixtures.in_public(_council)),
    Stop("council:back", SPACE, TREASURER, fixtures.in_public(_council)),
    Stop("/nulle-part/", SPACE, EMPLOYEE, look="404", status=404),
    Stop("/", SPACE, look="unknown", space="nulle-part", status=404),
    Stop("accounts:enter", OPS, find=fixtures.pass_of_operator),
    Stop("ops:space", OPS, OPERATOR, lambda: (MOULINS.slug,)),
    Stop("ops:delete_space", OPS, OPERATOR, lambda: (MOULINS.slug,)),
    Stop("ops:work", OPS, OPERATOR, fixtures.work),
    Stop("ops:restore", OPS, OPERATOR, fixtures.archive),
    Stop("ops:council", OPS, OPERATOR, _council),
    Stop("ops:queue_item", OPS, OPERATOR, partial(_mandate, "waiting")),
    Stop("ops:queue_item", OPS, OPERATOR, partial(_mandate, "refused"), "refused"),
    Stop("ops:space_councils", OPS, OPERATOR, lambda: (MOULINS.slug,)),
    Stop("ops:council_people", OPS, OPERATOR, lambda: (MOULINS.slug,)),
    Stop("ops:space_factor", OPS, OPERATOR, lambda: (MOULINS.slug,)),
    Stop("ops:space_administrators", OPS, OPERATOR, lambda: (MOULINS.slug,)),
    Stop("ops:space_access", OPS, OPERATOR, lambda: (MOULINS.slug,)),
    Stop("ops:space_companies", OPS, OPERATOR, lambda: (MOULINS.slug,)),
    Stop("ops:merchant", OPS, OPERATOR, lambda: newest(Merchant.objects.all())),
    Stop("ops:merge_merchant", OPS, OPERATOR, lambda: newest(Merchant.objects.all())),
    Stop("ops:block_merchant", OPS, OPERATOR, lambda: newest(Merchant.objects.all())),
    Stop("ops:correct_merchant", OPS, OPERATOR, lambda: newest(Merchant.objects.all())),
    Stop("ops:merchant_factor", OPS, OPERATOR, lambda: newest(Merchant.objects.all())),
    Stop("ops:order", OPS, OPERATOR, _order),
    Stop("ops:order", OPS, OPERATOR, _refunded_order, "refunded"),
    Stop("ops:refund", OPS, OPERATOR, _order),
    Stop("ops:stop", OPS, OPERATOR, _order),
    Stop("ops:subscription", OPS, OPERATOR, _subscription),
    Stop("ops:decide", OPS, OPERATOR, _refund),
    Stop("ops:dispute", OPS, OPERATOR, _dispute),
    Stop("ops:invoice", OPS, OPERATOR, _invoice),
    Stop("ops:service_file", OPS, OPERATOR, fixtures.service_file),
    Stop("ops:service_file", OPS, OPERATOR, fixtures.unread_service_file, look="reading"),
    Stop("ops:service", OPS, OPERATOR, lambda: newest(CityService.objects.all(), "slug")),
    Stop("ops:promotion", OPS, OPERATOR, _promotion),
    Stop("ops:trace", OPS, OPERATOR, _refunded_order),
    Stop("ops:payout", OPS, OPERATOR, lambda: newest(Payout.objects.all(), "stripe_id")),
    Stop("ops:case", OPS, OPERATOR, fixtures.case),
    Stop("ops:manual_entry", OPS, OPERATOR, fixtures.manual_entry),
    Stop("ops:vat_return", OPS, OPERATOR, fixtures.month_of_books),
    Stop("ops:vat_entries", OPS, OPERATOR, lambda: (*fixtures.month_of_books(), "08")),
    Stop("ops:einvoice", OPS, OPERATOR, fixtures.einvoice),
    Stop("ops:bank_statement", OPS, OPERATOR, fixtures.bank_statement),
    Stop("ops:bank_statement", OPS, OPERATOR, fixtures.unread_statement, look="reading"),
    Stop("ops:pay_on_paper", OPS, OPERATOR, lambda: newest(Council.objects.all())),
)
STOPS = (*WRITTEN, *stops_beside(WRITTEN, pageless=NO_PAGE))
