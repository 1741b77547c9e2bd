"""A row moves by the triggers of its state, with its history; unknown triggers are logged."""

import pytest

from billing.models import Order, Share, StateChange
from billing.transitions import transition
from billing.transitions.transition import CLOCK, Transition
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_council, make_sale
from tests.fixtures.billing import Till
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def share(campaign: Campaign) -> Share:
    """Return a share in state held."""
    make_council("north")
    make_sale(campaign, at=AT)
    return Share.objects.get()


def history(share: Share) -> list[tuple[str, str, str]]:
    changes = StateChange.objects.filter(machine="share", subject_id=share.pk).order_by("pk")
    return list(changes.values_list("before", "after", "trigger"))


def test_a_row_and_its_history_move_together(share: Share) -> None:
    share.netted_cents = 7
    assert transition.transition("share", share, "released", by=CLOCK, at=AT, also=["netted_cents"])
    stored = Share.objects.get()
    assert (stored.state, stored.netted_cents) == ("releasable", 7)
    assert history(share) == [("held", "releasable", "released")]


def test_history_of_an_order_names_who_clicked(till: Till, campaign: Campaign) -> None:
    till.open(campaign)
    order = Order.objects.select_related("placed_by").get()
    priced = StateChange.objects.get(machine="order", trigger="priced")
    assert priced.by == order.placed_by.reference


def test_steps_of_a_transition_are_saved_once_and_all_recorded(share: Share) -> None:
    steps = Transition("share", share, by=CLOCK, at=AT)
    share.is_due = True
    assert steps.apply("released", also=["is_due"])
    assert steps.apply("waits")
    assert Share.objects.get().state == "held"
    transition.save(steps)
    stored = Share.objects.get()
    assert (stored.state, stored.is_due) == ("waiting_account", True)
    assert [trigger for *_, trigger in history(share)] == ["released", "waits"]


def test_steps_that_were_not_taken_save_nothing(share: Share) -> None:
    steps = Transition("share", share, by=CLOCK, at=AT)
    share.is_due = True
    assert not steps.apply("woken", also=["is_due"])
    transition.save(steps)
    assert not Share.objects.get().is_due
    assert history(share) == []


@pytest.mark.parametrize("by", ["move", "steps"])
def test_unknown_trigger_is_logged_and_changes_nothing(
    share: Share, caplog: pytest.LogCaptureFixture, by: str
) -> None:
    if by == "move":
        assert not transition.transition("share", share, "woken", by=CLOCK, at=AT)
    else:
        assert not Transition("share", share, by=CLOCK, at=AT).apply("woken")
    [text] = [line.getMessage() for line in caplog.records if line.name == transition.__name__]
    assert text == f"share {share.pk} is held and ignores woken"
    assert history(share) == []


def test_repeated_trigger_leaves_no_trace(share: Share, caplog: pytest.LogCaptureFixture) -> None:
    transition.transition("share", share, "released", by=CLOCK, at=AT)
    assert not transition.transition("share", share, "released", by=CLOCK, at=AT)
    assert not [line for line in caplog.records if line.name == transition.__name__]
    assert len(history(share)) == 1
