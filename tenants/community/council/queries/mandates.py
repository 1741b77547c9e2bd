"""The minutes of this space's councils, and the candidates that new minutes may name."""

import datetime as dt
from typing import NamedTuple

from billing.councils.queries.mandates import mandates_of_space
from billing.councils.rules.mandates import NOTICE_BEFORE, mandate_day
from billing.models import CouncilMandate
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.council.queries.account import CouncilDesk
from tenants.community.council.rules import SECRETARY, TREASURER
from tenants.community.council.wording.mandates import Standing, standing_of
from tenants.community.members.queries.council import elected


class Candidates(NamedTuple):
    """The people of a council that its minutes may name."""

    treasurers: list[User]
    secretaries: list[User]


class MandateCard(NamedTuple):
    """A council with the status of its mandate, its minutes, and the possible candidates."""

    desk: CouncilDesk
    standing: Standing
    mandates: list[CouncilMandate]
    candidates: Candidates

    @property
    def may_submit(self) -> bool:
        """Whether there are two people to be named."""
        return bool(self.candidates.treasurers and self.candidates.secretaries)


def cards(desks: list[CouncilDesk], *, at: dt.datetime) -> list[MandateCard]:
    """Return the councils that a member may read, each with its mandate."""
    by_council = mandates_here()
    return [
        MandateCard(
            desk,
            standing(desk, by_council, at=at),
            by_council.get(desk.council.reference, []),
            candidates_of(desk.council.company_id),
        )
        for desk in desks
    ]


def candidates_of(company_id: int | None) -> Candidates:
    """Return the people with the two roles of a council."""
    return Candidates(elected(company_id, TREASURER), elected(company_id, SECRETARY))


def mandates_here() -> dict[str, list[CouncilMandate]]:
    """Return the minutes of this space's councils by reference of the council, newest first."""
    here = schema.current()
    with schema.in_public():
        found: dict[str, list[CouncilMandate]] = {}
        for mandate in mandates_of_space(here):
            found.setdefault(mandate.council.reference, []).append(mandate)
        return found


def standings(desks: list[CouncilDesk], *, at: dt.datetime) -> list[tuple[CouncilDesk, Standing]]:
    """Return the councils with a notice for members: the mandate holds money back, or ends soon."""
    going_on = [desk for desk in desks if desk.council.ended_at is None]
    found = [(desk, standing(desk, {}, at=at)) for desk in going_on]
    concerned = [desk for desk, shown in found if shown.tone != "ok"]
    by_council = mandates_here() if concerned else {}
    return [(desk, standing(desk, by_council, at=at)) for desk in concerned]


def standing(
    desk: CouncilDesk, by_council: dict[str, list[CouncilMandate]], *, at: dt.datetime
) -> Standing:
    """Return the status of a council's mandate, as texts for all members."""
    last = next(iter(by_council.get(desk.council.reference, [])), None)
    until = desk.council.confirmed_until
    today = mandate_day(at)
    return standing_of(
        until,
        today=today,
        ends_soon=until is not None and until - NOTICE_BEFORE <= today,
        last_state=last.state if last else "",
        deadline_at=last.deadline_at if last else None,
        reason=last.reason if last else "",
    )
