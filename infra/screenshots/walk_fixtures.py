"""Ways to open a page for a single person: mailed links, unfinished foundings, a draft to pay.

They are created through the product's own actions, once, and found again by the next walk.
"""

import datetime as dt
import functools
from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.utils import timezone

from billing.ledger.actions import bank
from billing.ledger.settlement import cases, statements
from billing.models import BankStatement, Case, EInvoice, ManualEntry
from infra.demo.seed import cast, waiting
from infra.demo.seed.people import address_of
from infra.demo.seed.world import MOULINS, NORD, PASSWORD, PEOPLE, WAITING_DOMAIN, domain_of
from saas.accounts import actions as accounts
from saas.accounts import rules as passes
from saas.accounts.models import Pass, User
from saas.catalogue.city_services import tasks as services
from saas.catalogue.city_services.models import ServiceFile
from saas.catalogue.merchants.actions import shops as merchants
from saas.catalogue.merchants.models import Merchant, Signup
from saas.catalogue.merchants.rules import shops as signups
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.models import Campaign, Slot
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.console.models import Operator
from saas.kernel import schema
from saas.kernel.secrets import tokens
from tenants.community.members import tasks
from tenants.community.members.actions import membership as members
from tenants.community.members.actions import roster as roster_actions
from tenants.community.members.models import Invitation, JoinRequest, RosterUpload
from tenants.community.members.queries import roster as rosters
from tenants.community.members.rules import membership as joining
from tenants.spaces import hosts
from tenants.spaces.actions import email_domains
from tenants.spaces.actions import foundings as founding_actions
from tenants.spaces.actions import life as life_actions
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import EmailDomainClaim, Founding, OwnCompany, SpaceOperation
from tenants.spaces.queries import foundings as founding_queries
from tenants.spaces.queries import life as life_queries
from tenants.spaces.rules import email_domains as proofs
from tenants.spaces.rules import foundings as rules
from tenants.spaces.views.foundings import HELD, REQUESTED

NETWORK = "127.0.0.1"
STAFF_LIST = settings.ROOT / "infra/demo/liste-du-personnel.csv"
VISITOR, NAMING = "alix.promenade@quai-neuf.example", "alix.promenade@pont-neuf.example"
JOINING = "alix.promenade@helvane.example"
SIGNING_UP = "alix.promenade@glacier.example"
NAMES = {"first_name": "Alix", "last_name": "Promenade"}
SIREN = "802954784"
HELD_IN_SESSION = "foundings"

type Find = Callable[[], tuple[str, ...]]


def in_public(find: Find) -> Find:
    """Return a `find` that searches the public schema for a page of a space."""

    def found() -> tuple[str, ...]:
        with schema.in_public():
            return find()

    return found


def founding(stage: str) -> Find:
    """Find a founding that waits for its mail, has a name, or is built."""
    ways: dict[str, Callable[[], Founding]] = {
        "started": _started,
        "named": _named,
        "built": _built,
    }
    return lambda: (ways[stage]().reference,)


def founding_token() -> tuple[str, ...]:
    """Return the token that confirms the founding with a pending mail."""
    return (rules.link_token(_started()),)


def founders_session() -> str:
    """Return the key of a session that holds these foundings, as the founder's browser does."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[HELD_IN_SESSION] = {
        _started().reference: REQUESTED,
        _named().reference: HELD,
        _built().reference: HELD,
    }
    session.create()
    return str(session.session_key)


@functools.cache
def _started() -> Founding:
    return _begun(VISITOR)


@functools.cache
def _named() -> Founding:
    begun = _begun(NAMING)
    at = timezone.now()
    if begun.slug:
        return begun
    founding_actions.confirm(token=rules.link_token(begun), at=at)
    founding_actions.describe(
        founding_id=begun.pk,
        kind="company",
        name="Chantier du Pont-Neuf",
        language="fr",
        companies=[{"name": "Chantier du Pont-Neuf", "siren": SIREN, "head_count": 85}],
        at=at,
    )
    site = {**NORD.sites[0], "name": "Le Chantier", "head_count": 85}
    founding_actions.locate(founding_id=begun.pk, site=site, at=at)
    return founding_actions.reserve(founding_id=begun.pk, slug="pont-neuf", at=at)


def _begun(email: str) -> Founding:
    at = timezone.now()
    known = founding_queries.unfinished(email)
    if known is not None and known.token_expires_at > at + dt.timedelta(minutes=30):
        return known
    return founding_actions.begin(
        email=email, kind="company", language="fr", network=NETWORK, at=at, **NAMES
    )


def _built() -> Founding:
    return Founding.objects.get(slug=MOULINS.slug, state=Founding.State.BUILT)


def pass_of_employee() -> tuple[str, ...]:
    """Return a pass into the first space."""
    return (_pass(address_of(PEOPLE[MOULINS.slug][0])),)


def pass_of_merchant() -> tuple[str, ...]:
    """Return a pass to the desk."""
    return (_pass(Merchant.objects.select_related("owner").earliest("pk").owner.email),)


def pass_of_operator() -> tuple[str, ...]:
    """Return a pass into the console."""
    return (_pass(cast.OPERATOR),)


def _pass(email: str) -> str:
    return accounts.issue_pass(
        user=User.objects.get(email=email),
        purpose=Pass.Purpose.SIGN_IN,
        lifetime=passes.MAILED,
        at=timezone.now(),
    )


def invitation() -> tuple[str, ...]:
    """Return the code of a link that lets colleagues join."""
    return (_invitation(withdrawn=False).code,)


def withdrawn() -> tuple[str, ...]:
    """Return the code of a link that was taken back."""
    return (_invitation(withdrawn=True).code,)


def _invitation(*, withdrawn: bool) -> Invitation:
    known = Invitation.objects.filter(withdrawn_at__isnull=not withdrawn).first()
    if known is not None:
        return known
    by, at = User.objects.get(email=MOULINS.founder[2]), timezone.now()
    made = members.invite(by=by, uses=400, days=30, company_id=None, at=at)
    return members.withdraw(by=by, invitation=made, at=at) if withdrawn else made


def join_token() -> tuple[str, ...]:
    """Return the token that confirms a request to join the first space."""
    at = timezone.now()
    request = JoinRequest.objects.filter(email=JOINING, expires_at__gt=at).first()
    if request is None:
        request = members.ask_to_join(
            email=JOINING,
            code=invitation()[0],
            company_id=OwnCompany.objects.earliest("pk").pk,
            language="fr",
            host=passes.SignInHost("space", MOULINS.name, hosts.space_url(MOULINS.slug, ""), "/"),
            network=NETWORK,
            at=at,
            **NAMES,
        )
    return (passes.token_for(joining.JOINING, request.nonce),)


def roster() -> tuple[str, ...]:
    """Have the administrator of the first space look at the demo's list of staff."""
    by, at = User.objects.get(email=MOULINS.founder[2]), timezone.now()
    if rosters.upload_of(by, at=at) is None:
        content = STAFF_LIST.read_bytes()
        staff = roster_actions.upload(
            by=by, name=STAFF_LIST.name, content=content, company_id=None, at=at
        )
        tasks.read_roster.run(staff.pk)
    return ()


def unread_roster() -> tuple[str, ...]:
    """Have the administrator of the north wait for a list of staff that no job has read yet."""
    by = User.objects.get(email=NORD.founder[2])
    RosterUpload.objects.filter(person=by).delete()
    RosterUpload.objects.create(person=by, name=STAFF_LIST.name, sent_at=timezone.now())
    return ()


def proven_domain() -> tuple[str, ...]:
    """Return a mail domain that a company of the park has proven."""
    return (domain_of(MOULINS.companies[-1]["name"]),)


@in_public
def mail_domain_token() -> tuple[str, ...]:
    """Return the token that proves the park's pending mail domain."""
    at, space = timezone.now(), life_queries.space_at(MOULINS.slug)
    waiting_one = EmailDomainClaim.objects.filter(
        tenant=space, confirmed_at=None, expires_at__gt=at
    )
    claim = waiting_one.first() or email_domains.claim(
        email=f"accueil@promenade.{WAITING_DOMAIN}",
        company_id=None,
        language="fr",
        by=SpaceActor(space.schema_name, "US-PROMENADE", "Alix Promenade", "administrator"),
        at=at,
    )
    return (proofs.link_token(claim.nonce),)


def signup_token() -> tuple[str, ...]:
    """Return the token that confirms the address of a new merchant."""
    known = Signup.objects.filter(email=SIGNING_UP, confirmed_at=None).first()
    signup = known or merchants.sign_up(
        email=SIGNING_UP,
        password=PASSWORD,
        language="fr",
        network=NETWORK,
        at=timezone.now(),
        **NAMES,
    )
    return (tokens.sign(signups.CONFIRM, str(signup.pk)),)


def campaign_to_pay() -> tuple[str, ...]:
    """Return a campaign that its merchant has drawn up and not paid."""
    shop = Merchant.objects.select_related("owner").earliest("pk")
    at = timezone.now()
    day = campaign_rules.today(at)
    drafts = Campaign.objects.filter(merchant=shop, state="draft", replaced_at=None)
    draft = drafts.filter(made_at__gt=at - dt.timedelta(hours=12)).first()
    if draft is None:
        draft = placements.draw_up(
            creative=campaign_rules.Creative(
                "Galette des rois", "Part et café à emporter.", "3,50 €"
            ),
            spaces=[MOULINS.slug],
            slots=[Slot.HOME_FEED],
            period=price_rules.Period(day, day + dt.timedelta(days=6)),
            instead_of="",
            by=shop.owner,
            at=at,
        )
    return (draft.reference,)


def work() -> tuple[str, ...]:
    """Return the export of the first space, as the founder's worker made it."""
    return (_exported().reference,)


def archive() -> tuple[str, ...]:
    """Return the archive that the export made."""
    return (str(_exported().result["archive"]),)


@functools.cache
def _exported() -> SpaceOperation:
    tenant = life_queries.space_at(MOULINS.slug)
    done = SpaceOperation.objects.filter(
        tenant=tenant, kind=SpaceOperation.Kind.ARCHIVE, state=SpaceOperation.State.DONE
    )
    if not done.exists():
        life_actions.archive(
            tenant_id=tenant.pk,
            closes=False,
            reason="Copie demandée par l’entreprise",
            by="Troovon",
            at=timezone.now(),
        )
    return waiting.until("the export of a space", done.first)


def manual_entry() -> tuple[str, ...]:
    """Return a proposed entry; the demo has no entry by hand of its own."""
    entry = ManualEntry.objects.create(
        booked_for=timezone.localdate(),
        reason="Frais de tenue de compte",
        lines=[{"account": "cost.other", "cents": 1_250}, {"account": "bank", "cents": -1_250}],
        proposed_by=Operator.objects.earliest("since").user,
        proposed_at=timezone.now(),
    )
    return (entry.reference,)


def month_of_books() -> tuple[str, ...]:
    """Return the year and month of today, of which the books have entries."""
    today = timezone.localdate()
    return (str(today.year), str(today.month))


def bank_statement() -> tuple[str, ...]:
    """Return a statement of the bank that waits for its import; the demo has none of its own."""
    day = timezone.localdate().isoformat()
    content = f"Date;Libellé;Montant\n{day};Frais de tenue de compte;-12,50\n{day};Chèque;30,00"
    made = bank.keep_statement(
        name="releve.csv",
        content=content.encode(),
        by=Operator.objects.earliest("since").user,
        at=timezone.now(),
    )
    statements.read_statement(made.pk)
    return (made.reference,)


def unread_statement() -> tuple[str, ...]:
    """Return a statement of the bank that no job has read yet."""
    made, _is_new = BankStatement.objects.get_or_create(
        sha256="0" * 64,
        defaults={
            "name": "releve.csv",
            "file": "unread",
            "uploaded_by": Operator.objects.earliest("since").user,
            "uploaded_at": timezone.now(),
        },
    )
    return (made.reference,)


def service_file() -> tuple[str, ...]:
    """Return a file of city services that waits for its import."""
    content = (
        "nom;genre;rue;code postal;ville;lat;lon\n"
        "Piscine du Port;Sport;1 rue du Port;37990;Saint-Avel-sur-Loge;47.392;0.694\n"
        "Casino;Casino;2 rue du Port;37990;Saint-Avel-sur-Loge;47.392;0.694\n"
    )
    return _service_file(content.encode(), reads=True)


def unread_service_file() -> tuple[str, ...]:
    """Return a file of city services that no job has read yet."""
    return _service_file(b"", reads=False)


def _service_file(content: bytes, *, reads: bool) -> tuple[str, ...]:
    by = Operator.objects.earliest("since").user
    file = ServiceFile.objects.create(
        name="services.csv", content=content, sent_by=by, sent_at=timezone.now()
    )
    if reads:
        services.read_file.run(file.pk)
    return (file.reference,)


def einvoice() -> tuple[str, ...]:
    """Return a supplier's invoice that waits for its answer; the demo has none of its own."""
    made = EInvoice.objects.create(
        kind=EInvoice.Kind.SUPPLIER,
        state=EInvoice.State.RECEIVED,
        platform_id="flow-walk",
        content={"name": "Imprimerie Vasseur", "number": "2026-118", "gross_cents": 12_400},
        created_at=timezone.now(),
    )
    return (made.reference,)


def case() -> tuple[str, ...]:
    """Return a difference between Stripe and the ledger; the demo has no difference of its own."""
    found = cases.open_case(
        kind=Case.Kind.EXTRA,
        subject="tr_promenade",
        at=timezone.now(),
        ledger_cents=-1_200,
        details="transfer",
    )
    return (found.reference,)
