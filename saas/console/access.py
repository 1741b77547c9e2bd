"""Access to the console: somebody who is no operator learns not even that it exists."""

import functools
from collections.abc import Callable
from typing import Concatenate

from django.http import Http404
from django.http.response import HttpResponseBase

from saas.accounts.requests import PersonRequest
from saas.console.queries import things as queries


def operators_only[**P, R: HttpResponseBase](
    view: Callable[Concatenate[PersonRequest, P], R],
) -> Callable[Concatenate[PersonRequest, P], R]:
    """Answer 404 to somebody who is signed in and no operator; nobody is led to sign in."""

    @functools.wraps(view)
    def answer(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not queries.is_operator(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return answer
