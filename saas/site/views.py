"""Pages of the public site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Tell a person whose form was too old that nothing is lost."""
    return render(request, "errors/csrf.html", status=403)
