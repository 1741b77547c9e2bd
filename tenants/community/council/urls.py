"""Addresses of this room."""

from django.urls import path

from tenants.community.council.views import account, desk, figures, replacement, statements, terms

app_name = "council"
urlpatterns = [
    path("", desk.overview, name="overview"),
    path("forecast/", figures.forecast, name="forecast"),
    path("simulator/", figures.simulator, name="simulator"),
    path("statements/", statements.statements, name="statements"),
    path("statements/<str:reference>/", statements.make, name="make_statement"),
    path("statements/<str:reference>/<str:number>/", statements.statement, name="statement"),
    path("statements/<str:reference>/<str:number>/pdf/", statements.as_pdf, name="statement_pdf"),
    path("statements/<str:reference>/<str:number>/csv/", statements.as_csv, name="statement_csv"),
    path("ledger/", desk.ledger, name="ledger"),
    path("journal/", statements.journal, name="journal"),
    path("ledger/bank/<str:reference>/", desk.bank, name="bank"),
    path("ledger/<str:reference>/", desk.trail, name="trail"),
    path("terms/", terms.terms, name="terms"),
    path("terms/<str:reference>/", terms.accept, name="accept"),
    path("terms/<str:reference>/decline/", terms.decline, name="decline"),
    path("terms/<str:reference>/<int:version>/", terms.printed, name="printed_terms"),
    path("account/", account.account, name="account"),
    path("account/replacement/", replacement.replacement, name="replacement"),
    path("account/<str:reference>/", account.open_account, name="open_account"),
    path("account/<str:reference>/link/", account.link, name="link"),
    path("account/<str:reference>/back/", account.back, name="back"),
    path("account/<str:reference>/person/", account.ask_personality, name="ask_personality"),
    path("account/<str:reference>/billing/", account.billing, name="billing"),
    path("account/<str:reference>/replace/", replacement.ask, name="replace"),
    path("account/<str:reference>/replace/confirm/", replacement.confirm, name="confirm_replace"),
    path("account/<str:reference>/replace/cancel/", replacement.cancel, name="cancel_replace"),
    path("account/<str:reference>/replace/link/", replacement.link, name="replace_link"),
]
