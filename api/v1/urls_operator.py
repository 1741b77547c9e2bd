"""Resources of the operators' host: the books, for the programs of an accountant."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from api.description import OperatorDescription, reference
from api.v1.books import BookBalances, BookEntries, BookPapers, BookStatements
from saas.accounts.access import by_token, opened

app_name = "api"
router = SimpleRouter()
router.register("books/entries", BookEntries, basename="book-entry")
router.register("books/balances", BookBalances, basename="book-balance")
router.register("books/papers", BookPapers, basename="book-paper")
router.register("books/statements", BookStatements, basename="book-statement")
urlpatterns = [
    path("", reference, name="reference"),
    path("openapi.json", OperatorDescription.as_view(), name="openapi"),
    *router.urls,
]
# A session of the console opens none of them: the token alone decides.
access = (
    opened("api:reference", get="all:200"),
    opened("api:openapi", get="all:200", options="all:200"),
    *(
        by_token(route, *args)._replace(opened=False)
        for route, *args in (
            ("api:book-entry-list",),
            ("api:book-balance-list",),
            ("api:book-paper-list",),
            ("api:book-paper-file", "XX"),
            ("api:book-statement-list",),
            ("api:book-statement-file", "XX"),
        )
    ),
)
