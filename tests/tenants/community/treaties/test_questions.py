"""A message is forwarded once, to a single person, who answers without an address."""

import datetime as dt
from typing import Any, NamedTuple

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
from tests.fixtures.people import Browse, SpaceClient, make_user
from tests.tenants.community.classifieds.making import run
from tests.tenants.community.treaties.conftest import Jobs, Sides

QUESTION = {"text": "Est-il encore là ?"}


class Asker(NamedTuple):
    """A browser of the south on the page of a bike of the north."""

    client: SpaceClient
    page: str

    def ask(self, **changes: str) -> Any:
        return self.client.post(self.page, QUESTION | changes)


@pytest.fixture
def asker(treaty: Sides, share: Any, browse: Browse) -> Asker:
    classified = share(treaty.north, title="Vélo pliant")
    client = browse(treaty.south, space="south")
    return Asker(client, f"/neighbours/north/{classified.reference}/")


def send() -> None:
    """Do the job of the asker's space that carries the question over."""
    with schema.inside("south"):
        run(tasks.send_question, Question.objects.latest("pk").pk)


def lost_for_six_minutes(jobs: Jobs) -> None:
    """Drop the queued jobs, and run the clock, which finds their work."""
    jobs.waiting.clear()
    with schema.inside("south"):
        Question.objects.update(asked_at=timezone.now() - dt.timedelta(minutes=6))
    with schema.in_public():
        clock.sync_treaties.apply(headers={}, throw=True)
    jobs.run()


def lying() -> int:
    with schema.in_public():
        return Enquiry.objects.count()


def state_in_south() -> str:
    with schema.inside("south"):
        return Question.objects.get().state


def thread_in(space: str) -> list[tuple[str, str]]:
    with schema.inside(space):
        return [(row.state, row.text) for row in Question.objects.order_by("asked_at", "pk")]


def test_author_reads_and_answers_in_their_own_space(
    asker: Asker, treaty: Sides, jobs: Jobs, browse: Browse, mailoutbox: list[Any]
) -> None:
    mailoutbox.clear()
    sent = asker.ask()
    assert sent.status_code == 303
    assert jobs.run()[:2] == ["south:send_question", "north:deliver_enquiries"]
    (message,) = mailoutbox
    assert message.to == [treaty.north.email]
    assert message.subject == "Solene vous a écrit"
    for word in ("Espace south", "Vélo pliant", sent.url):
        assert word in message.body
    for word in ("Est-il encore là", "Maurin", treaty.south.email):
        assert word not in message.body
    assert (lying(), state_in_south()) == (0, "carried")
    author = browse(treaty.north)
    page = author.get(sent.url)
    assert "Est-il encore là" in page.text
    assert "/classifieds/PA-" in page.text
    mailoutbox.clear()
    assert author.post(sent.url, {"text": "Oui, venez à midi."}).status_code == 303
    assert jobs.run()[:2] == ["north:send_question", "south:deliver_enquiries"]
    (message,) = mailoutbox
    assert message.to == [treaty.south.email]
    assert message.subject == "Nadia vous a écrit"
    assert "Oui, venez à midi." in asker.client.get(sent.url).text
    assert asker.client.post(sent.url, {"text": "Merci !"}).status_code == 303
    jobs.run()
    assert thread_in("north") == [
        ("arrived", "Est-il encore là ?"),
        ("carried", "Oui, venez à midi."),
        ("arrived", "Merci !"),
    ]
    assert [text for _state, text in thread_in("south")] == [
        text for _s, text in thread_in("north")
    ]


def test_inbox_lists_the_exchange_on_both_sides(
    asker: Asker, treaty: Sides, jobs: Jobs, browse: Browse
) -> None:
    sent = asker.ask()
    jobs.run()
    author = browse(treaty.north)
    assert "1 nouveau" in author.get("/messages/").text
    author.get(sent.url)
    for client in (author, asker.client):
        page = client.get("/messages/").text
        assert sent.url in page
        assert "1 nouveau" not in page
    assert sent.url in asker.client.get(asker.page).text


def test_closed_exchange_returns_later_messages(
    asker: Asker, treaty: Sides, jobs: Jobs, browse: Browse, mailoutbox: list[Any]
) -> None:
    sent = asker.ask()
    jobs.run()
    author = browse(treaty.north)
    assert author.post(f"{sent.url}close/").status_code == 303
    assert author.post(sent.url, {"text": "Encore"}).status_code == 422
    mailoutbox.clear()
    for page in (sent.url, asker.page):
        asker.client.post(page, {"text": "Répondez !"})
    jobs.run()
    assert len(thread_in("north")) == 1
    assert [state for state, _text in thread_in("south")] == ["carried", "refused", "refused"]
    assert {message.to[0] for message in mailoutbox} == {treaty.south.email}


def test_thread_is_shown_to_its_two_people_only(asker: Asker, jobs: Jobs, browse: Browse) -> None:
    sent = asker.ask()
    jobs.run()
    other = browse(make_user("Ines"))
    assert other.get(sent.url).status_code == 404
    assert other.post(sent.url, {"text": "Moi aussi"}).status_code == 404
    assert other.post(f"{sent.url}close/").status_code == 404


def test_answer_is_returned_once_the_treaty_has_ended(
    asker: Asker, treaty: Sides, jobs: Jobs, browse: Browse
) -> None:
    sent = asker.ask()
    jobs.run()
    deciding.revoke(reference=treaty.reference, by=treaty.north, at=timezone.now())
    assert browse(treaty.north).post(sent.url, {"text": "Oui"}).status_code == 303
    jobs.run()
    assert [state for state, _text in thread_in("north")] == ["arrived", "refused"]
    assert len(thread_in("south")) == 1


def test_erased_member_leaves_no_message_with_a_neighbour(
    asker: Asker, treaty: Sides, jobs: Jobs
) -> None:
    asker.ask()
    jobs.run()
    with schema.inside("south"):
        actions.erase(by=treaty.south, at=timezone.now())
    jobs.run()
    assert thread_in("north") == []


def test_a_double_click_asks_once(asker: Asker, jobs: Jobs, mailoutbox: list[Any]) -> None:
    for _ in range(2):
        assert asker.ask(key="5a0f1dd2-5c11-4c5b-9e4d-8b4a0b9a9c1e").status_code == 303
    jobs.run()
    send()
    jobs.run()
    wanted = [message for message in mailoutbox if "vous a écrit" in message.subject]
    assert len(wanted) == 1


def test_a_question_has_text_and_few_are_asked(asker: Asker) -> None:
    assert asker.ask(text=" ").status_code == 422
    answers = [asker.ask().status_code for _ in range(11)]
    assert answers == [303] * 10 + [422]


@pytest.mark.parametrize("before", ["the treaty", "the hand-over"])
def test_asker_is_notified_when_the_author_has_left(
    asker: Asker, treaty: Sides, jobs: Jobs, mailoutbox: list[Any], before: str
) -> None:
    asker.ask()
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
    asker: Asker, treaty: Sides, jobs: Jobs, mailoutbox: list[Any]
) -> None:
    asker.ask()
    send()
    deciding.revoke(reference=treaty.reference, by=treaty.north, at=timezone.now())
    mailoutbox.clear()
    jobs.run()
    assert not [message for message in mailoutbox if "vous a écrit" in message.subject]
    with schema.inside("north"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public.spaces_own_enquiry")
        assert cursor.fetchone() == (0,)
    with schema.in_public():
        assert len(spaces.forget_enquiries(at=timezone.now() + dt.timedelta(days=3))) == 1


def test_a_question_is_read_by_the_space_that_it_is_for_and_no_other(asker: Asker) -> None:
    asker.ask()
    send()
    with schema.inside("south"):
        assert queries.enquiries() == []
    assert [message.text for message in queries.enquiries()] == [QUESTION["text"]]


def test_lost_question_is_sent_again(asker: Asker, jobs: Jobs, mailoutbox: list[Any]) -> None:
    asker.ask()
    lost_for_six_minutes(jobs)
    assert state_in_south() == "carried"
    assert any("vous a écrit" in message.subject for message in mailoutbox)


def test_old_questions_are_forgotten(asker: Asker) -> None:
    asker.ask()
    with schema.inside("south"):
        assert actions.forget_questions(at=timezone.now()) == 0
        assert actions.forget_questions(at=timezone.now() + dt.timedelta(days=61)) == 1


@pytest.mark.parametrize("lost", ["left", "delivered"])
def test_a_job_that_is_cut_off_between_spaces_is_repaired_by_the_next(
    asker: Asker, treaty: Sides, jobs: Jobs, mailoutbox: list[Any], monkeypatch: Any, lost: str
) -> None:
    """The public half is done and the space's is not, or the reverse: it comes through."""
    asker.ask()
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
    lost_for_six_minutes(jobs)
    assert (lying(), state_in_south()) == (0, "carried")
    assert {message.to[0] for message in mailoutbox} <= {treaty.north.email}
    assert len(thread_in("north")) == 1


def test_erased_member_leaves_no_question_at_a_neighbour(
    asker: Asker, treaty: Sides, django_capture_on_commit_callbacks: Any
) -> None:
    assert asker.ask().status_code == 303
    send()
    assert lying() == 1
    with schema.inside("south"), django_capture_on_commit_callbacks(execute=True):
        actions.erase(by=treaty.south, at=timezone.now())
    assert lying() == 0


def test_question_that_nobody_took_is_given_back_to_who_asked(asker: Asker) -> None:
    assert asker.ask().status_code == 303
    send()
    with schema.in_public():
        gone = spaces.forget_enquiries(at=timezone.now() + dt.timedelta(days=3))
    assert [space for space, _reference in gone] == ["south"]
    with schema.inside("south"):
        run(tasks.return_question, gone[0][1])
    assert (lying(), state_in_south()) == (0, "refused")
