"""Codes that Stripe documents, as its pages list them: of payouts, declines, refunds, disputes."""

PAYOUTS = (
    *("account_closed", "account_frozen", "bank_account_restricted", "bank_ownership_changed"),
    *("could_not_process", "debit_not_authorized", "declined", "insufficient_funds"),
    *("incorrect_account_holder_address", "incorrect_account_holder_name"),
    *("incorrect_account_holder_tax_id", "invalid_account_number", "invalid_currency"),
    *("no_account", "unsupported_card"),
)
REFUNDS = (
    *("charge_for_pending_refund_disputed", "declined", "expired_or_canceled_card"),
    *("insufficient_funds", "lost_or_stolen_card", "merchant_request", "unknown"),
    *("charge_already_refunded", "charge_disputed", "waits_for_funds"),
)
# Codes shown as a plain refusal by the bank, so that a thief learns nothing.
PLAIN_REFUSALS = (
    *("approve_with_id", "call_issuer", "card_declined", "do_not_honor", "do_not_try_again"),
    *("fraudulent", "generic_decline", "lost_card", "merchant_blacklist", "no_action_taken"),
    *("pickup_card", "restricted_card", "security_violation", "stolen_card"),
)
PAYMENTS = (
    *PLAIN_REFUSALS,
    *("card_not_supported", "invalid_account", "new_account_information_available"),
    *("not_permitted", "service_not_allowed", "testmode_decline", "transaction_not_allowed"),
    *("issuer_not_available", "processing_error", "reenter_transaction", "try_again_later"),
    *("payment_method_provider_timeout", "authentication_not_handled"),
    *("authentication_required", "mobile_device_authentication_required"),
    *("payment_intent_authentication_failure", "offline_pin_required"),
    *("online_or_offline_pin_required", "card_velocity_exceeded"),
    *("withdrawal_count_limit_exceeded", "incorrect_number", "invalid_number"),
    *("incorrect_cvc", "invalid_cvc", "invalid_expiry_month", "invalid_expiry_year"),
    *("incorrect_address", "incorrect_zip", "incorrect_pin", "invalid_pin"),
    *("revocation_of_all_authorizations", "revocation_of_authorization", "stop_payment_order"),
    *("account_closed", "payment_method_bank_account_closed", "no_account"),
    *("bank_account_unusable", "account_number_invalid", "invalid_account_number"),
    *("bank_account_declined", "payment_method_provider_decline", "refer_to_customer"),
    *("could_not_process", "payment_intent_payment_attempt_failed", "debit_not_authorized"),
    *("payment_intent_mandate_invalid", "debit_disputed", "account_frozen"),
    *("bank_account_restricted", "currency_not_supported", "duplicate_transaction"),
    *("expired_card", "insufficient_funds", "invalid_amount", "pin_try_exceeded"),
    *("payment_intent_payment_attempt_expired",),
)
TRANSFERS = (
    *("account_closed", "account_invalid", "balance_insufficient", "resource_missing"),
    *("insufficient_capabilities_for_transfer", "let_go"),
)
CALLS = (
    *("no_configuration", "amount_too_small", "amount_too_large", "email_invalid"),
    *("invalid_tax_id", "tax_id_invalid", "postal_code_invalid", "country_unsupported"),
    *("customer_max_payment_methods", "customer_tax_location_invalid", "country_code_invalid"),
    *("account_closed", "account_invalid", "resource_missing", "rate_limit"),
    *("idempotency_error", "invalid_request_error", "parameter_invalid_empty"),
    *("parameter_invalid_integer", "parameter_invalid_string_blank", "url_invalid"),
    *("parameter_invalid_string_empty", "parameter_missing", "parameter_unknown"),
    *("parameters_exclusive",),
)
DISPUTES = (
    *("bank_cannot_process", "check_returned", "credit_not_processed", "customer_initiated"),
    *("debit_not_authorized", "duplicate", "fraudulent", "general"),
    *("incorrect_account_details", "insufficient_funds", "noncompliant"),
    *("product_not_received", "product_unacceptable", "subscription_canceled", "unrecognized"),
)
# Why an entry of an account was not accepted, of the API's second generation.
REQUIREMENTS = (
    *("invalid_address_city_state_postal_code", "invalid_dob_age_under_18"),
    *("invalid_street_address", "invalid_tax_id", "invalid_tax_id_format"),
    *("verification_directors_mismatch", "verification_document_address_mismatch"),
    *("verification_document_address_missing", "verification_document_corrupt"),
    *("verification_document_country_not_supported", "verification_document_expired"),
    *("verification_document_directors_mismatch", "verification_document_dob_mismatch"),
    *("verification_document_duplicate_type", "verification_document_failed_copy"),
    *("verification_document_failed_greyscale", "verification_document_incomplete"),
    *("verification_document_id_number_mismatch", "verification_document_id_number_missing"),
    *("verification_document_missing_back", "verification_document_missing_front"),
    *("verification_document_name_mismatch", "verification_document_name_missing"),
    *("verification_document_not_readable", "verification_document_not_signed"),
    *("verification_document_too_large", "verification_document_type_not_supported"),
    *("verification_failed_address_match", "verification_failed_id_number_match"),
    *("verification_failed_name_match", "verification_failed_tax_id_match"),
)
# Requirements of an account, as named in Stripe's API.
REQUIRED_FIELDS = (
    *("identity.attestations.terms_of_service", "identity.business_details.address.city"),
    *("identity.business_details.documents", "identity.business_details.id_numbers.fr_siren"),
    *("identity.business_details.phone", "identity.business_details.registered_name"),
    *("identity.business_details.structure", "identity.business_details.doing_business_as"),
    *("identity.country", "identity.entity_type", "identity.individual.surname"),
    *("relationship.representative.surname", "relationship.owner", "contact_email"),
    *("configuration.recipient.default_outbound_destination", "contact_phone"),
    *("defaults.profile.business_url",),
)
