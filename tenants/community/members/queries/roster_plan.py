"""Comparison of a list of staff with all members and invited people of a space."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from saas.accounts.models import ERASED, User
from saas.kernel.display.writing import shortdate
from saas.kernel.errors import Refused
from saas.kernel.hooks import Duty
from saas.kernel.search.sorting import sort_key
from tenants.community.members.models import CompanyClaim, JoinRequest, Profile, Role, RosterUpload
from tenants.community.members.queries import people
from tenants.community.members.queries.roster import ADMINISTRATOR, invited, places_for
from tenants.community.members.rules import council as council_rules
from tenants.community.members.rules import roster as rules
from tenants.community.members.wording import roster as wording
from tenants.community.members.wording import roster_warnings
from tenants.spaces.queries.own import own_standing
from tenants.spaces.rules import standing as standing_rules


class Known(NamedTuple):
    """A person with an account here, open or closed."""

    pk: int
    reference: str
    email: str
    first_name: str
    last_name: str
    is_active: bool
    company_id: int | None
    joined_by: str
    leaves_on: dt.date | None

    @property
    def name(self) -> str:
        """The name as lists show it."""
        return f"{self.first_name} {self.last_name}"


class Change(NamedTuple):
    """A line that differs from the known data of a member or of an invited person."""

    entry: rules.Entry
    text: str
    reference: str = ""
    confirms: bool = False
    moves: bool = False


class Absent(NamedTuple):
    """A person missing from a list, with the rights to close their account.

    `key` is the value of the checkbox: a member's reference, or the nonce of an invitation.
    """

    key: str
    name: str
    email: str
    is_member: bool
    of_council: bool = False
    closable: bool = True
    left_on: dt.date | None = None

    def contains(self, words: str) -> bool:
        """Return True if the name or the address contains these words, in plain letters."""
        return words in rules.plain(f"{self.name} {self.email}")

    def dated(self, departed: Mapping[str, dt.date | None]) -> "Absent":
        """Return the person with the date on which the list says that they left."""
        return self._replace(left_on=departed.get(self.email))


class Plan(NamedTuple):
    """All that a list would change, once it is confirmed."""

    new: list[rules.Entry]
    changed: list[Change]
    known: int
    problems: list[rules.Problem]
    absent: list[Absent]
    others: list[Absent]
    departed: int
    warnings: list[str]

    @property
    def closable(self) -> list[Absent]:
        """The people missing from the list, however they came, whose accounts may be closed."""
        return [one for one in (*self.absent, *self.others) if one.closable]


class _Here(NamedTuple):
    """All members and invited people here, for the comparison with a list."""

    members: dict[str, Known]
    invited: dict[str, JoinRequest]
    claims: dict[int, int]
    duties: dict[int, set[Duty]]


def plan(upload: RosterUpload, *, by: User, at: dt.datetime) -> Plan:
    """Compare a list with all members here; confirming the same list twice has no second effect."""
    duties = people.duties_of(by)
    scope = people.scope_of(by)
    places = places_for(scope, upload.company_id)
    fields = sorted(upload.columns, key=lambda field: upload.columns[field])
    entry_of = partial(rules.entry_of, places=places)
    entries, problems, named = rules.read_lines(upload.rows, entry_of, fields)
    here, today = _here(at), timezone.localdate(at)
    departed = {one.email: one.leaves_on for one in entries if one.has_left(today)}
    within = _companies_in(entries, places)
    entries = [one for one in entries if one.email not in departed]
    new: list[rules.Entry] = []
    changed: list[Change] = []
    known, lines = 0, _lines_of(upload)
    for entry in entries:
        found = _compared(entry, here, places, by=by)
        if isinstance(found, Change):
            changed.append(found)
        elif isinstance(found, str):
            problems.append(rules.Problem(entry.number, lines[entry.number], found))
        elif found:
            new.append(entry)
        else:
            known += 1
    new, outside = _within_reach(upload, new, places, at=at)
    problems += outside
    absent, others = _absent(here, named - departed.keys(), within, by=by, duties=duties)
    absent, others = ([one.dated(departed) for one in rows] for rows in (absent, others))
    problems.sort()
    warnings = roster_warnings.of(
        [*named], new=[one.email for one in new], domains=places.domains, own=by.email
    )
    return Plan(new, changed, known, problems, absent, others, len(departed), warnings)


def _within_reach(
    upload: RosterUpload, new: list[rules.Entry], places: rules.Places, *, at: dt.datetime
) -> tuple[list[rules.Entry], list[rules.Problem]]:
    """Return the entries that may be invited, and a problem for each other outside address."""
    outside = [one for one in new if one.email.rpartition("@")[2] not in places.domains]
    try:
        standing_rules.check_outside(own_standing(), len(outside), at=at)
    except Refused as refusal:
        lines = _lines_of(upload)
        refused = {one.number: lines[one.number] for one in outside}
        problems = [rules.Problem(*line, refusal.sentence) for line in refused.items()]
        return [one for one in new if one.number not in refused], problems
    return new, []


def _here(at: dt.datetime) -> _Here:
    profile = Profile.objects.filter(user_id=OuterRef("pk"))
    users = User.objects.exclude(email__endswith=ERASED).annotate(
        company_id=Subquery(profile.values("company_id")[:1]),
        joined_by=Subquery(profile.values("joined_by")[:1]),
        leaves_on=Subquery(profile.values("leaves_on")[:1]),
    )
    rows = users.values_list(*Known._fields)
    duties: dict[int, set[Duty]] = {}
    for user_id, role, company_id in Role.objects.values_list("user_id", "role", "company_id"):
        duties.setdefault(user_id, set()).add(Duty(role, company_id))
    claims = CompanyClaim.objects.filter(state=CompanyClaim.State.WAITING)
    return _Here(
        members={row[2]: Known(*row) for row in rows},
        invited={one.email: one for one in invited(None).filter(expires_at__gt=at)},
        claims=dict(claims.values_list("user_id", "company_id")),
        duties=duties,
    )


def _compared(
    entry: rules.Entry, here: _Here, places: rules.Places, *, by: User
) -> Change | str | bool:
    """Return a line's change, or its error; True for a new person, False for no change."""
    member, request = here.members.get(entry.email), here.invited.get(entry.email)
    if member is not None:
        return _compared_with_member(
            entry, member, here=here, places=places, own=member.pk == by.pk
        )
    if request is None:
        return True
    if places.scope is not None and request.company_id not in places.scope:
        return wording.invited_elsewhere()
    entry = entry._replace(  # a list without this column changes nothing in it
        site_id=entry.site_id or request.site_id,
        language=entry.language or request.language,
        leaves_on=entry.leaves_on or request.leaves_on,
    )
    fields = (*rules.COMPARED, rules.LEAVES)
    values = zip(fields, _words_on(request, places), _words_on(entry, places), strict=True)
    labelled = ((str(rules.LABELS[field]), before, after) for field, before, after in values)
    text = wording.differences(labelled)
    return Change(entry, text) if text else False


def _compared_with_member(
    entry: rules.Entry, member: Known, *, here: _Here, places: rules.Places, own: bool
) -> Change | str | bool:
    if not member.is_active:
        return wording.account_is_closed()
    day = entry.leaves_on or member.leaves_on
    dates = (str(rules.LABELS[rules.LEAVES]), _day(member.leaves_on), _day(day))
    if own or len(places.companies) == 1 or member.company_id == entry.company_id:
        text = "" if own else wording.differences([dates])
        return Change(entry, text, reference=member.reference) if text else False
    claims_it = here.claims.get(member.pk) == entry.company_id
    if places.scope is not None and not (member.company_id is None and claims_it):
        return wording.works_elsewhere()
    before, after = (places.companies.get(one.company_id or 0, "") for one in (member, entry))
    text = wording.differences([(str(rules.LABELS[rules.COMPANY]), before, after), dates])
    return Change(entry, text, reference=member.reference, confirms=claims_it, moves=True)


def _words_on(one: rules.Entry | JoinRequest, places: rules.Places) -> list[str]:
    """Return an invited person's data, as a list writes it."""
    company, site = places.companies.get(one.company_id or 0), places.sites.get(one.site_id or 0)
    day = _day(one.leaves_on)
    return [one.first_name, one.last_name, company or "", site or "", one.language, day]


def _day(day: dt.date | None) -> str:
    return shortdate(day) if day else ""


def _companies_in(entries: Iterable[rules.Entry], places: rules.Places) -> set[int | None]:
    """Return the companies covered by a list; people of other companies do not count as missing."""
    if len(places.companies) == 1:
        return {None, *places.companies}
    return {entry.company_id for entry in entries}


def _absent(
    here: _Here,
    named: frozenset[str],
    within: set[int | None],
    *,
    by: User,
    duties: frozenset[Duty],
) -> tuple[list[Absent], list[Absent]]:
    """Return the people missing from a list: first those invited by lists, then the others."""
    missing = [
        Absent(str(one.nonce), f"{one.first_name} {one.last_name}", one.email, is_member=False)
        for one in here.invited.values()
        if one.email not in named and one.company_id in within
    ]
    others: list[Absent] = []
    for one in here.members.values():
        if one.email in named or not one.is_active or one.pk == by.pk:
            continue
        if one.company_id not in within:
            continue
        held = here.duties.get(one.pk, set())
        row = Absent(
            one.reference,
            one.name,
            one.email,
            is_member=True,
            of_council=any(duty.role in council_rules.KINDS for duty in held),
            closable=_may_close(duties, {one.company_id, *(duty.company_id for duty in held)}),
        )
        (missing if one.joined_by == Profile.Joined.ROSTER else others).append(row)
    return _by_name(missing), _by_name(others)


def _may_close(duties: frozenset[Duty], companies: set[int | None]) -> bool:
    mine = {duty.company_id for duty in duties if duty.role == ADMINISTRATOR}
    return None in mine or companies <= mine


def _by_name(rows: list[Absent]) -> list[Absent]:
    return sorted(rows, key=lambda row: sort_key(row.name))


def _lines_of(upload: RosterUpload) -> dict[int, dict[str, str]]:
    """Return the words of each line by its number."""
    places = upload.columns.items()
    return {line: {field: row[place] for field, place in places} for line, *row in upload.rows}
