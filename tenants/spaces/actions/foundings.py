"""Actions of founders, and of the clock on abandoned foundings.

The founder is not signed in yet: possession of the confirmed founding identifies them.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import normal_email
from saas.accounts.rules import check_password_is_strong
from saas.kernel.errors import Refused
from saas.kernel.secrets import hashing, tokens
from saas.kernel.tasks import after_commit
from saas.kernel.values import legal
from saas.kernel.web import rate_limit
from tenants.spaces import hosts
from tenants.spaces.models import Founding, Tenant
from tenants.spaces.queries import email_domains as mail_domains
from tenants.spaces.queries import foundings as queries
from tenants.spaces.rules import email_domains as mailbox_rules
from tenants.spaces.rules import foundings as founding_rules
from tenants.spaces.rules import launches
from tenants.spaces.rules import names as name_rules
from tenants.spaces.rules import sites as site_rules
from tenants.spaces.rules import slugs as slug_rules
from tenants.spaces.rules import workplaces as workplace_rules
from tenants.spaces.tasks import foundings as tasks

_HOUR = 3600


@transaction.atomic
def begin(
    *,
    email: str,
    first_name: str,
    last_name: str,
    kind: str,
    language: str,
    network: str,
    at: dt.datetime,
) -> Founding:
    """Create a founding, or continue the founding of this address, and mail the link."""
    address = normal_email(email)
    domain = workplace_rules.domain_of(address)
    rate_limit.check(
        "founding_network",
        tokens.hashed(network),
        most=founding_rules.BEGUN_BY_A_NETWORK,
        per_seconds=_HOUR,
        when_silent=rate_limit.Silent.REFUSE,
    )
    workplace_rules.check_work_address(address)
    name_rules.check_full_name(first_name, last_name)
    workplace_rules.check_kind(kind, domain=domain, domain_has_space=queries.has_space(domain))
    founding = queries.unfinished(address) or Founding(email=address, created_at=at)
    if founding.state == Founding.State.STARTED:
        founding.first_name, founding.last_name = first_name, last_name
        founding.kind, founding.language = kind, language
    for column, value in legal.accepted_at(legal.DPA, at).items():
        setattr(founding, column, value)
    _new_link(founding, at)
    founding.full_clean(exclude=["description", "progress"])
    founding.save()
    after_commit(tasks.mail_link, founding.pk)
    return founding


@transaction.atomic
def send_link_again(*, founding_id: UUID, at: dt.datetime) -> Founding:
    """Mail a new link; the earlier link becomes invalid."""
    founding = _locked(founding_id)
    founding_rules.check_needs_link(founding)
    _new_link(founding, at)
    founding.save(update_fields=["token_hash", "token_expires_at", "link_mailed_at"])
    after_commit(tasks.mail_link, founding.pk)
    return founding


@transaction.atomic
def confirm(*, token: str, at: dt.datetime) -> Founding:
    """Confirm the address behind a mailed link; its domain is then proven, and stays so."""
    founding = _locked(queries.founding_of(token).pk)
    founding_rules.check_link(founding, at=at)
    if founding.state == Founding.State.STARTED:
        founding.state = Founding.State.CONFIRMED
    founding.confirmed_at = at
    founding.save(update_fields=["state", "confirmed_at"])
    return founding


@transaction.atomic
def describe(
    *,
    founding_id: UUID,
    kind: str,
    name: str,
    language: str,
    companies: list[dict[str, Any]],
    at: dt.datetime,  # noqa: ARG001 - each action says when
) -> Founding:
    """Save the company of the space, or the companies of a park.

    A company of a park may bring `mailboxes`, addresses in its own mail domains: each gets a link
    after the space is built. The founder's own domain is proven by their own address.
    """
    founding = _locked(founding_id)
    domain = workplace_rules.domain_of(founding.email)
    founding_rules.check_open(founding)
    workplace_rules.check_kind(kind, domain=domain, domain_has_space=queries.has_space(domain))
    name_rules.check_name(name, field="name")
    for company in companies:
        workplace_rules.check_siren(company["siren"])
        name_rules.check_name(company["name"])
    if kind == Tenant.Kind.PARK:
        workplace_rules.check_companies(companies)
    founding.kind, founding.language = kind, language
    mailboxes = _mailboxes_of(companies)
    founding.description |= {
        "name": name,
        "companies": [_without_mailboxes(company) for company in companies],
        "email_domains": [domain],
        **_placed_domains(mailboxes, proven=domain),
    }
    _advance(founding, Founding.State.DESCRIBED)
    founding.save()
    return founding


@transaction.atomic
def locate(
    *,
    founding_id: UUID,
    site: dict[str, Any],
    others: Sequence[dict[str, Any]] = (),
    at: dt.datetime,  # noqa: ARG001 - as above
) -> Founding:
    """Save the sites' locations, their gates and their breaks; the first is typed."""
    founding = _locked(founding_id)
    founding_rules.check_open(founding)
    founding_rules.check_described(founding)
    for place in (site, *others):
        site_rules.check_places(place)
    founding_rules.check_break(site["break_starts"], site["break_ends"])
    sites = founding_rules.named_apart([site, *others])
    founding.description |= {"sites": [_as_json(place) for place in sites]}
    founding.save(update_fields=["description"])
    return founding


@transaction.atomic
def reserve(*, founding_id: UUID, slug: str, at: dt.datetime) -> Founding:  # noqa: ARG001 - as above
    """Reserve a subdomain for the founding; the database refuses the second of two requests."""
    founding = _locked(founding_id)
    founding_rules.check_open(founding)
    founding_rules.check_located(founding)
    queries.hold_names()
    wanted = slug_rules.normal_slug(slug)
    taken = queries.taken_slugs(founding)
    slug_rules.check_slug(wanted, taken=taken, paths=hosts.path_words())
    founding.slug = wanted
    _advance(founding, Founding.State.NAMED)
    try:
        with transaction.atomic():
            founding.save(update_fields=["slug", "state"])
    except IntegrityError as error:
        raise Refused(_("Cette adresse vient d’être prise."), field="slug") from error
    return founding


@transaction.atomic
def reserve_and_build(*, founding_id: UUID, slug: str, at: dt.datetime) -> Founding:
    """Reserve a subdomain, then queue the building in the present colour, without a password."""
    founding = reserve(founding_id=founding_id, slug=slug, at=at)
    return build(founding_id=founding_id, accent=founding.accent, password="", at=at)


@transaction.atomic
def hand_over(
    *, founding_id: UUID, email: str, first_name: str, last_name: str, at: dt.datetime
) -> Founding:
    """Let a colleague continue a founding: a link is mailed to them, earlier links are invalid."""
    founding = _locked(founding_id)
    address = normal_email(email)
    founding_rules.check_may_take_over(
        founding, email=address, domain=workplace_rules.domain_of(address)
    )
    name_rules.check_full_name(first_name, last_name)
    founding.email, founding.first_name, founding.last_name = address, first_name, last_name
    founding.password = ""
    _new_link(founding, at)
    founding.full_clean(exclude=["description", "progress"])
    founding.save()
    after_commit(tasks.mail_link, founding.pk)
    return founding


@transaction.atomic
def build(
    *,
    founding_id: UUID,
    accent: str,
    password: str,
    launches_on: dt.date | None = None,
    at: dt.datetime,
) -> Founding:
    """Save the colour, the launch day and a password, then queue the building of the space.

    The launch day and the password are optional.
    """
    founding = _locked(founding_id)
    founding_rules.check_open(founding)
    founding_rules.check_named(founding)
    founding_rules.check_accent(accent)
    launches.check_launch_day(launches_on, today=timezone.localdate(at))
    _check_is_only_one(founding)
    if password:
        check_password_is_strong(password, names=queries.names_of(founding))
    founding.accent = accent
    founding.password = hashing.hash_password(password) if password else ""
    founding.description["launches_on"] = launches_on.isoformat() if launches_on else ""
    founding.save(update_fields=["accent", "password", "description"])
    _queue(founding, at)
    return founding


@transaction.atomic
def build_again(*, founding_id: UUID, at: dt.datetime) -> Founding:
    """Retry a failed building with the same answers."""
    founding = _locked(founding_id)
    founding_rules.check_failed(founding)
    _check_is_only_one(founding)
    founding.attempts = 0
    _queue(founding, at)
    return founding


@transaction.atomic
def requeue_stalled(*, at: dt.datetime) -> int:
    """Requeue foundings left by a dead worker or broker; return their number.

    Only the clock calls this.
    """
    stuck = list(queries.stalled(at).select_for_update(skip_locked=True))
    for founding in stuck:
        if founding.attempts < founding_rules.MOST_ATTEMPTS:
            _queue(founding, at)
        else:
            _give_up(founding)
    return len(stuck)


@transaction.atomic
def forget_unfinished(*, at: dt.datetime) -> int:
    """Delete abandoned foundings and return their number. Only the clock calls this."""
    return queries.abandoned(at).delete()[0]


def _mailboxes_of(companies: list[dict[str, Any]]) -> dict[str, list[mailbox_rules.Mailbox]]:
    """Return the validated mailboxes of each company.

    Raises Refused for a domain of another space.
    """
    base = hosts.base_name()
    found = {
        company["name"]: [
            mailbox_rules.normal_mailbox(email, base=base) for email in company.get("mailboxes", [])
        ]
        for company in companies
    }
    mailbox_rules.check_companies_apart(found)
    return found


def _without_mailboxes(company: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in company.items() if key != "mailboxes"}


def _placed_domains(
    mailboxes: dict[str, list[mailbox_rules.Mailbox]], *, proven: str
) -> dict[str, Any]:
    """Return which company has the founder's domain, and which mailboxes are to prove others."""
    known = {*mail_domains.known_domains(), proven}
    mailbox_rows = {name: {box.domain: box for box in boxes} for name, boxes in mailboxes.items()}
    for domain in {domain for boxes in mailbox_rows.values() for domain in boxes} - {proven}:
        elsewhere = mail_domains.is_anothers(domain, None)
        mailbox_rules.check_is_free(domain, company_id=None, held={}, elsewhere=elsewhere)
        mailbox_rules.check_is_no_twin(domain, known)
    founders = next((name for name, boxes in mailbox_rows.items() if proven in boxes), None)
    return {
        "company_domains": {proven: founders} if founders else {},
        "mailboxes": {
            name: [box.email for box in boxes.values()]
            for name, boxes in mailbox_rows.items()
            if boxes
        },
    }


def _check_is_only_one(founding: Founding) -> None:
    """Raise Refused for a second space of a company, if a colleague has built it meanwhile.

    Of two concurrent requests, the second waits for the first's commit.
    """
    queries.hold_names()
    domain = workplace_rules.domain_of(founding.email)
    taken = queries.has_space(domain) or queries.is_being_built(domain)
    workplace_rules.check_kind(founding.kind, domain=domain, domain_has_space=taken)


def _locked(founding_id: UUID) -> Founding:
    return Founding.objects.select_for_update().get(pk=founding_id)


def _new_link(founding: Founding, at: dt.datetime) -> None:
    rate_limit.check(
        "founding_link",
        tokens.hashed(founding.email),
        most=founding_rules.LINKS_OF_AN_ADDRESS,
        per_seconds=_HOUR,
        when_silent=rate_limit.Silent.REFUSE,
    )
    founding.token_expires_at = at + founding_rules.LINK_LASTS
    founding.token_hash = tokens.hashed(founding_rules.link_token(founding))
    founding.link_mailed_at = None


def _advance(founding: Founding, state: Founding.State) -> None:
    """Advance to a state; a later change of an answer does not move the founding back."""
    order = list(Founding.State)
    founding.state = max(Founding.State(founding.state), state, key=order.index)


def _queue(founding: Founding, at: dt.datetime) -> None:
    founding.state = Founding.State.QUEUED
    founding.queued_at = at
    founding.failure = ""
    founding.progress = []
    founding.save(update_fields=["state", "queued_at", "failure", "progress", "attempts"])
    after_commit(tasks.build_space, founding.pk)


def _give_up(founding: Founding) -> None:
    founding.state = Founding.State.FAILED
    founding.failure = _("La construction n’a pas abouti après plusieurs essais.")
    founding.save(update_fields=["state", "failure"])


def _as_json(value: Any) -> Any:
    """Write a place as JSON keeps it: degrees and hours as text."""
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    return str(value) if isinstance(value, Decimal | dt.time) else value
