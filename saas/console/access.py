"""Access to the console: for operators with a second factor; others do not learn that it exists."""

import functools
from collections.abc import Callable
from typing import Concatenate

from django.contrib.auth import logout
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import proofs
from saas.console.queries import things as queries
from saas.kernel.http import see_other


def operators_only[**P, R: HttpResponseBase](
    view: Callable[Concatenate[PersonRequest, P], R],
) -> Callable[Concatenate[PersonRequest, P], R | HttpResponseBase]:
    """Restrict a view to operators with a second factor; other people get a 404 response.

    A session begun on another host, with its longer limits, is ended.
    """

    @functools.wraps(view)
    def answer(
        request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> R | HttpResponseBase:
        if not queries.is_operator(request.user):
            raise Http404
        if not proofs.is_of_console(request.session):
            logout(request)
            return see_other("accounts:signin")
        if not proofs.gave_factor(request.session):
            return see_other(f"{reverse('accounts:factor')}?next={request.path}")
        return view(request, *args, **kwargs)

    return answer
