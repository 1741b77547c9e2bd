"""Ways to lose accepted data, planted so that the drills show that they find them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from saas.kernel import http
from saas.site import views
from tenants.community.classifieds.forms import PostForm
from tenants.community.conversations.forms import MessageForm
from tenants.community.conversations.queries import talks


def typed_words_dropped() -> None:
    """Redirect the sender of a failed form to the home page, without the typed text."""
    _answer_instead("POST", lambda: HttpResponseRedirect("/"))


def failure_without_words() -> None:
    """Answer 500 without an explanation while the database is away."""
    _answer_instead("GET", lambda: HttpResponse("Oops", status=500))


def _answer_instead(method: str, answer: Callable[[], HttpResponse]) -> None:
    usual = http.try_again

    def broken(request: HttpRequest, error: BaseException) -> HttpResponse:
        return answer() if request.method == method else usual(request, error)

    for module in (http, views):
        _set(module, "try_again", broken)


def key_ignored() -> None:
    """Take a form that was sent twice for two."""
    for form in (PostForm, MessageForm):
        _set(form, "clean_key", lambda _self: None)


def mails_not_swept() -> None:
    """Never sweep for messages with a lost job."""
    _set(talks, "overdue_messages", lambda at: talks.messages_to_notify().none())  # noqa: ARG005


def _set(owner: Any, name: str, broken: Any) -> None:
    setattr(owner, name, broken)


FAULTS: dict[str, Callable[[], None]] = {
    fault.__name__: fault
    for fault in (typed_words_dropped, failure_without_words, key_ignored, mails_not_swept)
}
