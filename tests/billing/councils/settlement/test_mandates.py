"""Money is held until an operator confirms a council's election, and its mandate."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from billing import clock
from billing.councils.actions.accounts import ask_replacement, open_account
from billing.councils.actions.councils import accept_terms
from billing.councils.actions.mandates import (
    confirm_mandate,
    give_ending_notices,
    refuse_mandate,
    submit_mandate,
)
from billing.models import Council, CouncilMandate, CouncilNotice, Share
from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from tests.factories.billing import make_campaign, make_council, make_merchant_user, make_shop
from tests.factories.mandates import AT, MINUTES, SECRETARY, TREASURER, make_mandate
from tests.factories.records import DELPHINE
from tests.fixtures.billing import Till

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def operator(till: Till) -> User:
    """Return the operator; the console checks permissions."""
    return make_merchant_user("Agathe")


def unconfirmed(*, account: str = "") -> Council:
    council = make_council("north", confirmed=False, account=account, accepted=bool(account))
    return Council.objects.select_related("tenant").get(pk=council.pk)


def open_for(council: Council, at: dt.datetime) -> None:
    open_account(council=council, contact_email="a@b.example", siren="", by=DELPHINE, at=at)


def test_unconfirmed_council_accepts_no_terms_and_opens_no_account(till: Till) -> None:
    council = unconfirmed()
    with pytest.raises(Refused, match="procès-verbal"):
        accept_terms(council=council, by=DELPHINE, at=till.at)
    with pytest.raises(Refused, match="procès-verbal"):
        open_for(council, till.at)
    with pytest.raises(Refused, match="procès-verbal"):
        ask_replacement(
            council=council,
            contact_email="a@b.example",
            siren="",
            reason="x",
            by=DELPHINE,
            at=till.at,
        )


def test_only_treasurer_of_the_minutes_decides(till: Till, operator: User) -> None:
    council = unconfirmed()
    confirm_mandate(mandate=make_mandate(council), by=operator, at=AT)
    puppet = DELPHINE._replace(reference="M-PUPPET", name="Bob")
    with pytest.raises(NotAllowed, match="procès-verbal nomme"):
        accept_terms(council=council, by=puppet, at=till.at)
    with pytest.raises(NotAllowed, match="procès-verbal nomme"):
        open_account(council=council, contact_email="a@b.example", siren="", by=puppet, at=till.at)
    assert accept_terms(council=council, by=DELPHINE, at=till.at).accepted_at == till.at


def test_share_waits_for_confirmation_and_leaves_after_it(till: Till, operator: User) -> None:
    council = make_council("north")
    till.active_account(council)
    Council.objects.update(confirmed_until=None, treasurer_reference="", secretary_reference="")
    till.sell(make_campaign(make_shop(), {"north": 10_000}, at=till.at))
    till.let_shares_leave()
    assert Share.objects.get().state == Share.State.WAITING_ACCOUNT
    council = Council.objects.select_related("tenant").get()
    confirm_mandate(mandate=make_mandate(council), by=operator, at=till.at)
    till.let_shares_leave()
    share = Share.objects.get()
    assert (share.state, share.amount_cents) == (Share.State.TRANSFERRED, 4_000)


def test_share_waits_once_the_mandate_is_over(till: Till) -> None:
    council = make_council("north")
    till.active_account(council)
    Council.objects.update(confirmed_until=till.at.date() - DAY)
    till.sell(make_campaign(make_shop(), {"north": 10_000}, at=till.at))
    till.let_shares_leave()
    assert Share.objects.get().state == Share.State.WAITING_ACCOUNT


def test_refused_minutes_confirm_nobody_and_say_why(till: Till, operator: User) -> None:
    council = unconfirmed()
    refuse_mandate(mandate=make_mandate(council), reason="Page 2 manque.", by=operator, at=AT)
    council.refresh_from_db()
    assert council.confirmed_until is None
    notice = CouncilNotice.objects.get()
    assert (notice.kind, notice.facts) == ("mandate_refused", {"because": "Page 2 manque."})


def test_newer_minutes_replace_those_that_wait(till: Till) -> None:
    council = unconfirmed()
    first, second = make_mandate(council), make_mandate(council)
    first.refresh_from_db()
    assert (first.state, second.state) == ("withdrawn", "waiting")
    with pytest.raises(IntegrityError, match="one_mandate_to_confirm"), transaction.atomic():
        CouncilMandate.objects.filter(pk=first.pk).update(state="waiting", decided_at=None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"secretary": SECRETARY._replace(reference="M-DELPHI")}, "deux personnes différentes"),
        ({"secretary": SECRETARY._replace(mailbox=TREASURER.mailbox)}, "même boîte"),
        ({"minutes": MINUTES._replace(elected_on=dt.date(2027, 1, 1))}, "sa date est passée"),
        ({"minutes": MINUTES._replace(ends_on=dt.date(2026, 11, 1))}, "est terminé"),
        ({"minutes": MINUTES._replace(ends_on=dt.date(2031, 1, 1))}, "quatre ans au plus"),
    ],
)
def test_minutes_that_cannot_be_are_refused(
    till: Till, changes: dict[str, object], sentence: str
) -> None:
    given: dict[str, object] = {"treasurer": TREASURER, "secretary": SECRETARY, "minutes": MINUTES}
    with pytest.raises(Refused, match=sentence):
        submit_mandate(council=unconfirmed(), by=DELPHINE, at=AT, **(given | changes))  # type: ignore[arg-type]


def test_council_of_another_space_submits_nothing(till: Till) -> None:
    stranger = DELPHINE._replace(schema_name="south")
    with pytest.raises(NotAllowed, match="autre espace"):
        submit_mandate(
            council=unconfirmed(),
            treasurer=TREASURER,
            secretary=SECRETARY,
            minutes=MINUTES,
            by=stranger,
            at=AT,
        )


def test_end_of_mandate_is_mailed_two_months_before_and_once_after(
    till: Till, operator: User
) -> None:
    mandate = make_mandate(unconfirmed())
    confirm_mandate(mandate=mandate, by=operator, at=AT)
    end = dt.datetime.combine(mandate.ends_on, dt.time(12), tzinfo=dt.UTC)
    for moment, expected in (
        (end - 62 * DAY, []),
        (end - 61 * DAY, ["mandate_ending"]),
        (end, ["mandate_ending"]),
        (end + DAY, ["mandate_ending", "mandate_ended"]),
        (end + 2 * DAY, ["mandate_ending", "mandate_ended"]),
    ):
        give_ending_notices(at=moment)
        notices = CouncilNotice.objects.exclude(kind="mandate_confirmed").order_by("pk")
        kinds = list(notices.values_list("kind", flat=True))
        assert kinds == expected
    assert clock.mail_mandate_ends.name == "billing.clock.mail_mandate_ends"
