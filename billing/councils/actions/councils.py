"""Terms offered to councils, their answers, and the councils that a space has."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing.councils import tasks
from billing.councils.actions.notices import give_notice
from billing.councils.queries.endings import waits_for_shares
from billing.councils.queries.terms import offered_terms
from billing.councils.rules import contacts as rules
from billing.councils.rules.mandates import check_confirmed_treasurer, mandate_day
from billing.councils.rules.terms import check_rate, check_valid_from
from billing.councils.settlement import own_councils, park_councils
from billing.councils.settlement.own_councils import lock_own
from billing.ledger.rules import approvals
from billing.models import AccountChange, Council, CouncilNotice, ShareTerms
from billing.transitions import machines
from billing.transitions.transition import record, transition
from saas.accounts.models import User
from saas.kernel.database import rows
from saas.kernel.display.writing import rate
from saas.kernel.errors import Refused
from saas.kernel.tasks import after_commit
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Company, Tenant

FIRST_RATE_BP = 4_000
# In France a council of a company with fewer employees is no legal person.
LEGAL_PERSON_FROM = 50
TROOVON = "Troovon"


@transaction.atomic
def offer_first_terms(*, tenant_id: int, begun_at: dt.datetime, at: dt.datetime) -> Council:
    """Create a new space's council and offer it the first terms; idempotent.

    Called by the founding of a space.
    """
    tenant = Tenant.objects.get(pk=tenant_id)
    known = Council.objects.filter(tenant=tenant).first()
    if known is not None:
        return known
    return found_with_first_terms(tenant=tenant, at=at, begun_at=begun_at)


@transaction.atomic
def found_with_first_terms(
    *, tenant: Tenant, at: dt.datetime, begun_at: dt.datetime | None = None
) -> Council:
    """Create the own council of a space and offer it the first terms.

    Called when a space has no council.
    """
    weight = park_councils.heads_of(tenant)
    council = _found(tenant, None, name=tenant.name, weight=weight, at=at)
    begun = begun_at or at
    _offer(council, rate_bp=FIRST_RATE_BP, valid_from=begun, by_name=TROOVON, at=begun)
    return council


def _found(
    tenant: Tenant, company: Company | None, *, name: str, weight: int, at: dt.datetime
) -> Council:
    is_person = weight >= LEGAL_PERSON_FROM
    states = Council.AccountState
    council = Council(
        tenant=tenant,
        company=company,
        name=rows.cut(Council, "name", park_councils.default_name(name)),
        legal_personality=is_person,
        account_state=states.NONE if is_person else states.NO_LEGAL_PERSONALITY,
        weight=weight,
        created_at=at,
    )
    council.full_clean()
    council.save()
    return council


@transaction.atomic
def open_council(
    *, tenant: Tenant, company: Company, rate_bp: int, by: User, at: dt.datetime
) -> Council:
    """Give a company of a park a council of its own, and offer it its first terms at once."""
    check_rate(rate_bp)
    rules.check_is_of_park(company, tenant)
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    if Council.objects.filter(tenant=tenant, company=company).exists():
        raise Refused(_("Cette entreprise a déjà son CSE."), field="company")
    weight = max(company.head_count, 1)
    council = _found(tenant, company, name=company.name, weight=weight, at=at)
    park_councils.subtract_heads(tenant.pk, council.weight, by=by.reference, at=at)
    record("council", council.pk, "founded", states=("", "none"), by=by.reference, at=at)
    terms = _offer(council, rate_bp=rate_bp, valid_from=at, by_name=by.display_name, at=at)
    record("terms", terms.pk, "offered", states=("", "offered"), by=by.reference, at=at)
    park_councils.weigh_refusals(tenant, at=at)
    return council


@transaction.atomic
def end_council(*, council: Council, reason: str, by: User, at: dt.datetime) -> Council:
    """End a council: it gets no further share; its earlier shares are still transferred."""
    approvals.check_reason(reason, field="reason")
    Tenant.objects.select_for_update(no_key=True).get(pk=council.tenant_id)
    council = Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    others = Council.objects.filter(tenant=council.tenant_id, ended_at=None).exclude(pk=council.pk)
    rules.check_may_end(council, others=others.count())
    park_councils.end(council, by=by.reference, at=at, why=reason)
    park_councils.weigh_refusals(Tenant.objects.get(pk=council.tenant_id), at=at)
    return council


@transaction.atomic
def count_heads(*, council: Council, weight: int, by: User, at: dt.datetime) -> Council:
    """Note for how many people a council speaks; sales of the past keep the number they had."""
    rules.check_weight(weight)
    council = Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    park_councils.count_heads(council, weight=weight, by=by.reference, at=at)
    return council


@transaction.atomic
def forget_contacts(*, tenant_id: int, at: dt.datetime) -> int:
    """Delete the contact addresses of a space's councils. Called by the space's deletion.

    The councils themselves stay, because ledger entries reference them.
    """
    CouncilNotice.objects.filter(council__tenant=tenant_id).update(facts={}, mailed_at=at)
    AccountChange.objects.filter(council__tenant=tenant_id).update(contact_email="")
    known = Council.objects.filter(tenant=tenant_id).exclude(contact_email="")
    return known.update(contact_email="")


@transaction.atomic
def offer_terms(
    *, council: Council, rate_bp: int, valid_from: dt.datetime, by: User, at: dt.datetime
) -> ShareTerms:
    """Offer a council other terms; they hold from their day on, once it accepts them."""
    check_rate(rate_bp)
    check_valid_from(valid_from, at=at)
    council = Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    rules.check_still_has_shares(council, waits=waits_for_shares(council))
    if offered_terms(council) is not None:
        raise Refused(_("Des conditions attendent déjà la réponse de ce CSE."))
    name = by.display_name
    terms = _offer(council, rate_bp=rate_bp, valid_from=valid_from, by_name=name, at=at)
    record("terms", terms.pk, "offered", states=("", "offered"), by=by.reference, at=at)
    begins = valid_from.isoformat()
    facts = {"version": terms.version, "rate_bp": rate_bp, "begins": begins}
    give_notice(council=council, kind=CouncilNotice.Kind.OFFERED, facts=facts, by=by, at=at)
    return terms


def _offer(
    council: Council, *, rate_bp: int, valid_from: dt.datetime, by_name: str, at: dt.datetime
) -> ShareTerms:
    terms = ShareTerms(
        council=council,
        version=ShareTerms.objects.filter(council=council).count() + 1,
        rate_bp=rate_bp,
        valid_from=valid_from,
        offered_at=at,
        offered_by_name=by_name,
    )
    terms.full_clean()
    terms.save()
    return terms


@transaction.atomic
def accept_terms(
    *,
    council: Council,
    by: SpaceActor,
    at: dt.datetime,
    version: int | None = None,
    aep_bp: int = 0,
    resolution: str = "",
) -> ShareTerms:
    """Accept the terms offered to a council; shares that waited for it may be released.

    `aep_bp` is the part for the operating budget, `resolution` the council's vote. `version` is the
    version shown: another version, offered meanwhile, is not accepted unread.
    """
    rules.check_split(aep_bp)
    council = lock_own(council, by)
    check_confirmed_treasurer(council, by.reference, today=mandate_day(at))
    terms = _answered(council, version)
    terms.accepted_at = at
    terms.accepted_by_reference = by.reference
    terms.accepted_by_name = by.name
    terms.accepted_by_role = by.role
    terms.aep_bp, terms.resolution = aep_bp, resolution
    terms.save(
        update_fields=[
            "accepted_at",
            "accepted_by_reference",
            "accepted_by_name",
            "accepted_by_role",
            "aep_bp",
            "resolution",
        ]
    )
    own_councils.split_waiting_shares(terms)
    after_commit(tasks.release_council, council.pk)
    return terms


@transaction.atomic
def decline_terms(
    *,
    council: Council,
    reason: str,
    by: SpaceActor,
    at: dt.datetime,
    version: int | None = None,
) -> ShareTerms:
    """Decline the terms offered to a council; an operator reads the reason and offers others."""
    approvals.check_reason(reason, field="reason")
    council = lock_own(council, by)
    terms = _answered(council, version)
    terms.declined_at, terms.declined_by_name, terms.declined_because = at, by.name, reason
    terms.full_clean(exclude=["council"])
    terms.save(update_fields=["declined_at", "declined_by_name", "declined_because"])
    states = ("offered", "declined")
    why = f"{rate(terms.rate_bp)}\u00a0: {reason}"
    record("terms", terms.pk, "declined", states=states, by=by.reference, at=at, why=why)
    return terms


def _answered(council: Council, version: int | None) -> ShareTerms:
    """Return the terms offered. Raises Refused if there are no such terms, or another version."""
    terms = offered_terms(council)
    if terms is None:
        raise Refused(_("Aucune condition n’attend votre réponse."))
    if version is not None and terms.version != version:
        raise Refused(_("D’autres conditions ont été proposées entre-temps\u00a0: relisez-les."))
    return terms


@transaction.atomic
def declare_personality(
    *, council: Council, is_person: bool, evidence: str, by: User, at: dt.datetime
) -> Council:
    """Record a council's legal personality; without it, it has no account and its shares wait."""
    approvals.check_reason(evidence, field="evidence")
    trigger = "legal_personality" if is_person else "no_legal_personality"
    council = Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    machines.check("council", council.account_state, trigger)
    council.legal_personality, council.personality_asked_at = is_person, None
    also = ["legal_personality", "personality_asked_at"]
    transition("council", council, trigger, by=by.reference, at=at, why=evidence, also=also)
    facts = {"is_person": is_person, "because": evidence}
    kind = CouncilNotice.Kind.PERSONALITY
    give_notice(council=council, kind=kind, facts=facts, by=by, at=at)
    return council


@transaction.atomic
def answer_personality(*, council: Council, reason: str, by: User, at: dt.datetime) -> Council:
    """Reject a council's request for legal personality, with a reason; it may ask again."""
    approvals.check_reason(reason, field="reason")
    council = Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    if council.personality_asked_at is None:
        raise Refused(_("Ce CSE n’a rien demandé, ou quelqu’un vient de lui répondre."))
    council.personality_asked_at = None
    council.save(update_fields=["personality_asked_at"])
    states = (council.account_state, council.account_state)
    record(
        "council", council.pk, "person_refused", states=states, by=by.reference, at=at, why=reason
    )
    facts = {"is_person": False, "because": reason}
    kind = CouncilNotice.Kind.PERSONALITY
    give_notice(council=council, kind=kind, facts=facts, by=by, at=at)
    return council
