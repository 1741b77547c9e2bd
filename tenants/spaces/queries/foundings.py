"""Queries of pages and jobs about spaces and foundings."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from saas.accounts import queries as passes
from saas.accounts.rules import token_for
from saas.kernel import cache, schema
from saas.kernel.errors import Refused
from saas.kernel.search.sorting import SortKey
from saas.kernel.secrets import tokens
from saas.kernel.values.points import Point, degrees_around
from tenants.spaces import hosts
from tenants.spaces.models import Company, Domain, EmailDomain, Founding, Gate, NameBook, Tenant
from tenants.spaces.queries.reach import Reach, reach_of
from tenants.spaces.rules import foundings as founding_rules
from tenants.spaces.rules import slugs as slug_rules
from tenants.spaces.rules import walks as walk_rules
from tenants.spaces.rules import workplaces as workplace_rules
from tenants.spaces.wording import foundings

MOST_UNMAILED = 200


class NearbySpace(NamedTuple):
    """A proven space for a merchant: its walking distance, and the people that it reaches."""

    tenant: Tenant
    minutes: int
    reach: Reach


def spaces_near(latitude: float, longitude: float, minutes: int) -> list[NearbySpace]:
    """Return the open, proven spaces within some minutes on foot of a place, nearest first.

    A space with a planned deletion sells nothing, because a sale would block its deletion. A space
    with too few active members is included, with a false `reach.sells`.
    """
    gates: dict[Tenant, list[Point]] = defaultdict(list)
    for gate in _gates_around(latitude, longitude, walk_rules.reach_metres(minutes)):
        gates[gate.site.tenant].append((float(gate.latitude), float(gate.longitude)))
    reaches = reach_of([tenant.pk for tenant in gates])
    near = [
        NearbySpace(
            tenant,
            walk_rules.walking_minutes((latitude, longitude), points),
            reaches[tenant.pk],
        )
        for tenant, points in gates.items()
        if reaches[tenant.pk].is_proven
    ]
    return sorted(
        (space for space in near if space.minutes <= minutes),
        key=lambda space: (space.minutes, space.tenant.name),
    )


def _gates_around(latitude: float, longitude: float, metres: float) -> list[Gate]:
    high, wide = degrees_around(latitude, metres)
    return list(
        Gate.objects.filter(
            latitude__range=(_degrees(latitude - high), _degrees(latitude + high)),
            longitude__range=(_degrees(longitude - wide), _degrees(longitude + wide)),
            site__tenant__state=Tenant.State.ACTIVE,
            site__tenant__planned_deletion__confirmed_at=None,
        ).select_related("site__tenant")
    )


def _degrees(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")


def spaces_of_domain(domain: str) -> list[Tenant]:
    """Return the open spaces that have proven an e-mail domain."""
    proven = EmailDomain.objects.filter(domain=domain, tenant__state=Tenant.State.ACTIVE)
    return [
        entry.tenant for entry in proven.select_related("tenant").order_by(SortKey("tenant__name"))
    ]


def has_space(domain: str) -> bool:
    """Return True if an open space has proven this e-mail domain."""
    return EmailDomain.objects.filter(domain=domain, tenant__state=Tenant.State.ACTIVE).exists()


def is_being_built(domain: str) -> bool:
    """Return True if a company's space with this e-mail domain is being built."""
    begun = Founding.objects.filter(kind=Tenant.Kind.COMPANY, email__endswith=f"@{domain}")
    return begun.filter(state__in=founding_rules.UNDER_WAY).exists()


def founding_at(reference: str) -> Founding:
    """Return a founding by its reference, with its space after it is built."""
    return get_object_or_404(Founding.objects.select_related("tenant"), reference=reference)


def founding_of(token: str) -> Founding:
    """Return the founding that a mailed link belongs to, also when the link is too old."""
    return get_object_or_404(_with_token(token))


def founding_with(token: str) -> Founding | None:
    """Return the founding of a mailed link, unless a newer mail replaced the link."""
    return _with_token(token).first()


def _with_token(token: str) -> QuerySet[Founding]:
    return Founding.objects.select_related("tenant").filter(token_hash=tokens.hashed(token))


def url_of(founding: Founding, path: str = "/") -> str:
    """Return an address on the host of the founding's space, which may have moved since."""
    return hosts.space_url(founding.tenant.slug if founding.tenant else founding.slug, path)


def way_in(founding: Founding, *, at: dt.datetime) -> str:
    """Return where the founder's button leads into the space just built; empty once it did."""
    if founding.tenant is None or not founding_rules.may_enter_from_here(founding, at=at):
        return ""
    with schema.crossing(founding.tenant.schema_name):
        entry = passes.crossing_of(founding.email, origin=hosts.public_url(""), at=at)
        if entry is None:
            return ""
        token = token_for(entry.purpose, entry.nonce)
    return url_of(founding, reverse("accounts:enter", args=[token], urlconf=settings.ROOT_URLCONF))


def unfinished(email: str) -> Founding | None:
    """Return the latest unfinished founding of an address, if any."""
    begun = Founding.objects.filter(email=email)
    left = begun.exclude(state__in=[*founding_rules.UNDER_WAY, Founding.State.BUILT])
    return left.order_by("-created_at").first()


def hold_names() -> None:
    """Lock all choices of a subdomain until the commit, so that a free name stays free."""
    NameBook.objects.select_for_update().get()


def taken_slugs(asking: Founding) -> set[str]:
    """Return every subdomain that a space has or had, or that another founding keeps."""
    spaces = Tenant.objects.values_list("slug", flat=True)
    wanted_slugs = (
        Founding.objects.exclude(pk=asking.pk).exclude(slug="").values_list("slug", flat=True)
    )
    return {*spaces, *wanted_slugs, *former_slugs()}


def former_slugs(but_of: Tenant | None = None) -> list[str]:
    """Return the subdomains that spaces have left; links to them still lead on."""
    left = Domain.objects.filter(kind=Domain.Kind.FORMER)
    others = left.exclude(tenant=but_of) if but_of else left
    return [name.partition(".")[0] for name in others.values_list("domain", flat=True)]


class Verdict(NamedTuple):
    """The availability of a subdomain, the reason against it, and free alternatives."""

    slug: str
    reason: str
    proposals: list[str]

    @property
    def free(self) -> bool:
        """Return True if the subdomain is available."""
        return not self.reason


def verdict_on(slug: str, *, asking: Founding) -> Verdict:
    """Judge a subdomain as saving it would, and propose three others when it is refused."""
    wanted, taken = slug_rules.normal_slug(slug), taken_slugs(asking)
    reason = objection_to(wanted, taken)
    return Verdict(wanted, reason, free_slugs(wanted, asking=asking, taken=taken) if reason else [])


def first_slug(asking: Founding) -> str:
    """Return the chosen subdomain, or a free subdomain derived from the name."""
    if asking.slug:
        return asking.slug
    free = free_slugs("", asking=asking, taken=taken_slugs(asking))
    return free[0]


def free_slugs(wanted: str, *, asking: Founding, taken: set[str]) -> list[str]:
    """Return three free subdomains similar to the requested subdomain."""
    site = (asking.description.get("sites") or [{}])[0]
    near = slug_rules.proposals(
        "" if slug_rules.is_misleading(wanted, taken=taken) else wanted,
        name=asking.description.get("name", ""),
        city=site.get("city", ""),
        postcode=site.get("postcode", ""),
    )
    free = (slug for slug in near if slug != wanted and not objection_to(slug, taken))
    return list(islice(dict.fromkeys(islice(free, 6)), 3))


def objection_to(slug: str, taken: set[str]) -> str:
    """Return why a subdomain may not be had, or nothing."""
    try:
        slug_rules.check_slug(slug, taken=taken, paths=hosts.path_words())
    except Refused as refusal:
        return refusal.sentence
    return ""


def links_to_mail() -> QuerySet[Founding]:
    """Return the foundings that are not built yet, for the mail with their link."""
    return Founding.objects.exclude(state__in=[*founding_rules.UNDER_WAY, Founding.State.BUILT])


def spaces_to_mail() -> QuerySet[Founding]:
    """Return the built foundings, with their space."""
    return Founding.objects.filter(state=Founding.State.BUILT).select_related("tenant")


def unmailed_links(at: dt.datetime) -> list[UUID]:
    """Return foundings with a valid link if the mail may have been lost."""
    mailing_lasts = founding_rules.LINK_LASTS - founding_rules.MAILED_WITHIN
    waiting = links_to_mail().filter(link_mailed_at=None, token_expires_at__gt=at)
    late = waiting.filter(token_expires_at__lt=at + mailing_lasts)
    return list(late.values_list("pk", flat=True)[:MOST_UNMAILED])


def unmailed_spaces(at: dt.datetime) -> list[UUID]:
    """Return built foundings if the mail to the founder may have been lost."""
    built = spaces_to_mail().filter(ready_mailed_at=None)
    late = built.filter(built_at__gt=at - founding_rules.STILL_WORTH_MAILING)
    late = late.filter(built_at__lt=at - founding_rules.MAILED_WITHIN)
    return list(late.values_list("pk", flat=True)[:MOST_UNMAILED])


def stalled(at: dt.datetime) -> QuerySet[Founding]:
    """Return the foundings left by a worker, or waiting for a worker for too long."""
    return Founding.objects.filter(
        state__in=founding_rules.UNDER_WAY, queued_at__lt=at - founding_rules.STUCK_AFTER
    )


def abandoned(at: dt.datetime) -> QuerySet[Founding]:
    """Return the abandoned foundings that still reserve a name or store an address."""
    unconfirmed = Q(
        state=Founding.State.STARTED, created_at__lt=at - founding_rules.UNCONFIRMED_LASTS
    )
    unbuilt = Q(tenant=None, created_at__lt=at - founding_rules.UNFINISHED_LASTS)
    return Founding.objects.filter(unconfirmed | unbuilt).exclude(
        state__in=founding_rules.UNDER_WAY
    )


def company_of_founder(tenant: Tenant, email: str) -> int | None:
    """Return the only company of a space; in a park, that with the founder's mail domain."""
    if tenant.kind == Tenant.Kind.PARK:
        domains = EmailDomain.objects.filter(tenant=tenant, domain=workplace_rules.domain_of(email))
        return domains.values_list("company_id", flat=True).first()
    return Company.objects.filter(tenant=tenant).values_list("pk", flat=True).first()


def steps_key(founding_id: UUID) -> str:
    """Return where the steps of a building are kept while its transaction holds the row."""
    return f"founding:{founding_id}:steps"


def steps_of(building: Founding) -> list[foundings.Step]:
    """Return the six steps, each with its state as the job told it."""
    progress = building.progress or cache.stored_value(steps_key(building.pk), [])
    return foundings.steps(building.state, progress)


def names_of(founding: Founding) -> list[str]:
    """Return the names that belong to a founding: its person's, its space's, its companies'."""
    companies = founding.description.get("companies", [])
    return [
        f"{founding.first_name} {founding.last_name}",
        *founding.email.split("@"),
        founding.slug,
        founding.description.get("name", ""),
        *(company.get("name", "") for company in companies),
    ]
