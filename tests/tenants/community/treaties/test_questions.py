"""A question is handed over once, to one person, and leaves nothing behind."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks, schema
from tenants.community.treaties import actions, clock, tasks
from tenants.community.treaties.forms import deciding
from tenants.community.treaties.models import Question
from tenants.community.treaties.queries import sharing as queries
from tenants.spaces.actions import treaties as spaces
from tenants.spaces.models import Enquiry
from tests.fixtures.people import Browse
from tests.tenants.community.classifieds.making import run
from tests.tenants.community.treaties.conftest import Jobs, Sides

QUESTION = {"text": "Est-il encore là ?", "contact": "poste 4412"}


@pytest.fixture
def bike(treaty: Sides, share: Any) -> str:
    classified = share(treaty.north, title="Vélo pliant")
    return f"/neighbours/north/{classified.reference}/"


def lying() -> int:
    with schema.in_public():
        return Enquiry.objects.count()


def state_in_south() -> str:
    with schema.inside("south"):
        return Question.objects.get().state


def test_the_author_gets_the_words_the_first_name_and_the_contact(
    browse: Browse, treaty: Sides, bike: str, jobs: Jobs, mailoutbox: list[Any]
) -> None:
    mailoutbox.clear()
    south = browse(treaty.south, space="south")
    assert south.post(bike, QUESTION).status_code == 303
    assert jobs.run() == ["south:send_question", "north:deliver_enquiries"]
    (message,) = mailoutbox
    assert message.to == [treaty.north.email]
    assert message.subject == "Une question d’un espace voisin"
    for word in ("Est-il encore là", "poste 4412", "Solene", "Espace south", "Vélo pliant"):
        assert word in message.body
    assert "Maurin" not in message.body
    assert treaty.south.email not in message.body
    assert (lying(), state_in_south()) == (0, "carried")
    assert "Transmise" in south.get(bike).content.decode()


def test_a_double_click_asks_once(
    browse: Browse, treaty: Sides, bike: str, jobs: Jobs, mailoutbox: list[Any]
) -> None:
    south = browse(treaty.south, space="south")
    key = {"key": "5a0f1dd2-5c11-4c5b-9e4d-8b4a0b9a9c1e"}
    for _ in range(2):
        assert south.post(bike, {**QUESTION, **key}).status_code == 303
    jobs.run()
    with schema.inside("south"):
        run(tasks.send_question, Question.objects.get().pk)
    jobs.run()
    wanted = [message for message in mailoutbox if "question" in message.subject]
    assert len(wanted) == 1


@pytest.mark.parametrize("missing", ["text", "contact"])
def test_a_question_says_something_and_where_to_answer(
    browse: Browse, treaty: Sides, bike: str, missing: str
) -> None:
    answer = browse(treaty.south, space="south").post(bike, {**QUESTION, missing: " "})
    assert answer.status_code == 422


@pytest.mark.parametrize("before", ["the treaty", "the hand-over"])
def test_asker_is_notified_when_the_author_has_left(
    browse: Browse, treaty: Sides, bike: str, jobs: Jobs, mailoutbox: list[Any], before: str
) -> None:
    browse(treaty.south, space="south").post(bike, QUESTION)
    mailoutbox.clear()
    if before == "the hand-over":
        task, args, headers = jobs.waiting.pop(0)
        task.apply(args=args, headers=headers, throw=True)
    User.objects.filter(pk=treaty.north.pk).update(is_active=False)
    if before == "the treaty":
        hooks.offers_changed.ask()
        jobs.waiting.reverse()
    jobs.run()
    (message,) = mailoutbox
    assert message.to == [treaty.south.email]
    assert message.subject == "Votre message n’a trouvé personne"
    assert (lying(), state_in_south()) == (0, "refused")


def test_question_is_not_delivered_once_the_treaty_has_ended(
    browse: Browse, treaty: Sides, bike: str, jobs: Jobs, mailoutbox: list[Any]
) -> None:
    browse(treaty.south, space="south").post(bike, QUESTION)
    with schema.inside("south"):
        run(tasks.send_question, Question.objects.get().pk)
    deciding.revoke(reference=treaty.reference, by=treaty.north, at=timezone.now())
    mailoutbox.clear()
    jobs.run()
    assert not [message for message in mailoutbox if "question" in message.subject]
    with schema.inside("north"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public.spaces_own_enquiry")
        assert cursor.fetchone() == (0,)
    with schema.in_public():
        assert len(spaces.forget_enquiries(at=timezone.now() + dt.timedelta(days=3))) == 1


def test_a_question_is_read_by_the_space_that_it_is_for_and_no_other(
    browse: Browse, treaty: Sides, bike: str, jobs: Jobs
) -> None:
    browse(treaty.south, space="south").post(bike, QUESTION)
    with schema.inside("south"):
        run(tasks.send_question, Question.objects.get().pk)
        assert queries.enquiries() == []
    assert [message.text for message in queries.enquiries()] == [QUESTION["text"]]


def test_lost_question_is_sent_again(
    browse: Browse, treaty: Sides, bike: str, jobs: Jobs, mailoutbox: list[Any]
) -> None:
    browse(treaty.south, space="south").post(bike, QUESTION)
    jobs.waiting.clear()
    with schema.inside("south"):
        Question.objects.update(asked_at=timezone.now() - dt.timedelta(minutes=6))
    with schema.in_public():
        clock.sync_treaties.apply(headers={}, throw=True)
    jobs.run()
    assert state_in_south() == "carried"
    assert any("question" in message.subject for message in mailoutbox)


def test_questions_are_rate_limited(browse: Browse, treaty: Sides, bike: str) -> None:
    south = browse(treaty.south, space="south")
    answers = [south.post(bike, QUESTION).status_code for _ in range(11)]
    assert answers[:10] == [303] * 10
    assert answers[10] == 422


def test_old_questions_are_forgotten(browse: Browse, treaty: Sides, bike: str, jobs: Jobs) -> None:
    browse(treaty.south, space="south").post(bike, QUESTION)
    with schema.inside("south"):
        assert actions.forget_questions(at=timezone.now()) == 0
        assert actions.forget_questions(at=timezone.now() + dt.timedelta(days=61)) == 1


@pytest.mark.parametrize("lost", ["left", "delivered"])
def test_a_job_that_is_cut_off_between_spaces_is_repaired_by_the_next(
    browse: Browse,
    treaty: Sides,
    bike: str,
    jobs: Jobs,
    mailoutbox: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    lost: str,
) -> None:
    """The public half is done and the space's is not, or the reverse: it comes through."""
    browse(treaty.south, space="south").post(bike, QUESTION)
    mailoutbox.clear()
    name = {"left": "leave_enquiry", "delivered": "take_enquiry"}[lost]
    whole = getattr(spaces, name)

    def cut_off(**changes: Any) -> str:
        if lost == "left":
            whole(**changes)
        raise KeyboardInterrupt

    monkeypatch.setattr(spaces, name, cut_off)
    with pytest.raises(KeyboardInterrupt):
        jobs.run()
    monkeypatch.setattr(spaces, name, whole)
    jobs.waiting.clear()
    with schema.inside("south"):
        Question.objects.update(asked_at=timezone.now() - dt.timedelta(minutes=6))
    with schema.in_public():
        clock.sync_treaties.apply(headers={}, throw=True)
    jobs.run()
    assert (lying(), state_in_south()) == (0, "carried")
    # A mail goes out at least once: a job that was cut off may have it sent once more.
    assert {message.to[0] for message in mailoutbox} == {treaty.north.email}
    assert len(mailoutbox) in {1, 2}


def test_erased_member_leaves_no_question_at_a_neighbour(
    browse: Browse, treaty: Sides, bike: str, django_capture_on_commit_callbacks: Any
) -> None:
    assert browse(treaty.south, space="south").post(bike, QUESTION).status_code == 303
    with schema.inside("south"):
        run(tasks.send_question, Question.objects.get().pk)
    assert lying() == 1
    with schema.inside("south"), django_capture_on_commit_callbacks(execute=True):
        actions.erase(by=treaty.south, at=timezone.now())
    assert lying() == 0


def test_question_that_nobody_took_is_given_back_to_who_asked(
    browse: Browse, treaty: Sides, bike: str, jobs: Jobs
) -> None:
    assert browse(treaty.south, space="south").post(bike, QUESTION).status_code == 303
    with schema.inside("south"):
        run(tasks.send_question, Question.objects.get().pk)
    with schema.in_public():
        gone = spaces.forget_enquiries(at=timezone.now() + dt.timedelta(days=3))
    assert [space for space, _reference in gone] == ["south"]
    with schema.inside("south"):
        run(tasks.return_question, gone[0][1])
    assert (lying(), state_in_south()) == (0, "refused")
