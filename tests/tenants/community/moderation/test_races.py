"""Reports and decisions at the same moment, each on a connection of its own."""

import functools

from saas.kernel.errors import Refused
from tenants.community.moderation import actions
from tenants.community.moderation.models import Case, Decision
from tenants.community.moderation.queries import cases as queries
from tests.fixtures.people import AT, make_user
from tests.fixtures.together import acts_at_once
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.moderation.making import KEEP, REMOVE, make_moderator


def test_first_reports_at_once_open_one_case_and_two_decisions_at_once_are_one(
    own_north: None,
) -> None:
    reference = make_classified(make_user("Nadia"), at=AT).reference
    reporters = [make_user(f"Voix{number}") for number in range(4)]
    moderators = [make_moderator(name) for name in ("Mehdi", "Ana")]
    subject = queries.subject("classified", reference, viewer=reporters[0])
    assert subject is not None
    act = functools.partial(actions.report, subject=subject, reference=reference, at=AT)
    acts_at_once([functools.partial(act, reason="scam", words="", by=one) for one in reporters])
    case = Case.objects.get()
    assert case.reports.count() == 4
    assert case.hidden_at == AT
    foreign = subject._replace(kind="neighbour", owner_id=None)
    act = functools.partial(actions.report, subject=foreign, reference="7-PA-1", at=AT)
    acts_at_once([functools.partial(act, reason="scam", words="", by=one) for one in reporters])
    assert Case.objects.get(kind="neighbour").reports.count() == 4
    answers = acts_at_once(
        [
            functools.partial(actions.decide, case=case, verdict=verdict, by=person, at=AT)
            for person, verdict in zip(moderators, (KEEP, REMOVE), strict=True)
        ]
    )
    assert sum(isinstance(answer, Decision) for answer in answers) == 1
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
