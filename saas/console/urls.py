"""Addresses of the console."""

from django.urls import path

from saas.console import (
    accounting_views,
    book_views,
    council_views,
    merchant_views,
    money_views,
    offer_views,
    space_views,
    subscription_views,
    views,
)

app_name = "ops"
CLAIM, TAX = {"table": money_views.CLAIM}, {"table": money_views.TAX}
urlpatterns = [
    path("", views.home, name="home"),
    path("spaces/", views.spaces, name="spaces"),
    path("spaces/<str:slug>/", space_views.space, name="space"),
    path("spaces/<str:slug>/address/", space_views.rename, name="rename_space"),
    path("spaces/<str:slug>/delete/", space_views.delete, name="delete_space"),
    path("works/<str:reference>/", space_views.work, name="work"),
    path("works/<str:reference>/again/", space_views.again, name="work_again"),
    path("archives/<str:reference>/", space_views.download, name="archive"),
    path("archives/<str:reference>/restore/", space_views.restore, name="restore"),
    path("spaces/<str:slug>/councils/", council_views.space_councils, name="space_councils"),
    path("spaces/<str:slug>/councils/people/", council_views.council_people, name="council_people"),
    path("councils/", council_views.councils, name="councils"),
    path("councils/<str:reference>/", council_views.council, name="council"),
    path("councils/<str:reference>/terms/", council_views.offer_terms, name="offer_terms"),
    path("councils/<str:reference>/personality/", council_views.personality, name="personality"),
    path("councils/<str:reference>/not-yet/", council_views.not_yet, name="not_yet"),
    path("councils/<str:reference>/end/", council_views.end, name="end_council"),
    path("councils/<str:reference>/heads/", council_views.count_heads, name="count_heads"),
    path("merchants/", views.merchants, name="merchants"),
    path("merchants/<str:reference>/", merchant_views.merchant, name="merchant"),
    path("orders/", views.orders, name="orders"),
    path("orders/<str:reference>/", views.order, name="order"),
    path("orders/<str:reference>/refund/", views.refund, name="refund"),
    path("orders/<str:reference>/stop/", money_views.stop, name="stop"),
    path("subscriptions/", subscription_views.subscriptions, name="subscriptions"),
    path("subscriptions/<str:reference>/", subscription_views.subscription, name="subscription"),
    path("refunds/", money_views.refunds, name="refunds"),
    path("refunds/<str:reference>/", money_views.one_refund, name="decide"),
    path("refunds/<str:reference>/paid/", money_views.pay_otherwise, name="pay_otherwise"),
    path("disputes/", money_views.disputes, name="disputes"),
    path("disputes/<str:reference>/", money_views.dispute, name="dispute"),
    path("disputes/<str:reference>/settle/", money_views.settle, name="settle"),
    # The same path as at the merchant's desk: papers link to each other by it.
    path("desk/invoices/<str:number>/", views.invoice, name="invoice"),
    path("desk/invoices/<str:number>/pdf/", views.invoice_file, name="invoice_file"),
    path("accounting/", accounting_views.accounting, name="accounting"),
    path("accounting/<int:year>/fec/", accounting_views.accounts_file, name="accounts_file"),
    path("prices/", offer_views.prices, name="prices"),
    path("prices/<int:version>/withdraw/", offer_views.withdraw_prices, name="withdraw_prices"),
    path("promotions/", offer_views.promotions, name="promotions"),
    path("promotions/<str:code>/", offer_views.promotion, name="promotion"),
    path("transfers/", money_views.transfers, name="transfers"),
    path("transfers/<str:reference>/", money_views.release, name="release"),
    path("owed/<int:number>/", money_views.write_off, CLAIM, name="write_off"),
    path(
        "owed/<int:number>/verdict/", money_views.decide_write_off, CLAIM, name="decide_write_off"
    ),
    path("vat/<int:number>/", money_views.write_off, TAX, name="write_off_tax"),
    path(
        "vat/<int:number>/verdict/", money_views.decide_write_off, TAX, name="decide_tax_write_off"
    ),
    path("orders/<str:reference>/trace/", book_views.follow, name="trace"),
    path("payouts/", book_views.bank, name="payouts"),
    path("payouts/<str:stripe_id>/", book_views.payout, name="payout"),
    path("ledger/", book_views.ledger, name="ledger"),
    path("reconciliation/", book_views.reconciliation, name="reconciliation"),
    path("reconciliation/compare/", book_views.compare, name="compare"),
    path("reconciliation/<str:reference>/", book_views.case, name="case"),
    path("troubles/", views.troubles, name="troubles"),
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/retry/", views.retry, name="retry"),
    path("jobs/halt/", views.end_halt, name="end_halt"),
]
