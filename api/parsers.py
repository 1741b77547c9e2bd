"""How a body is read: small JSON in UTF-8, whatever its header claims."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MOST_BYTES = 64 * 1024


class SmallJSONParser(JSONParser):
    """JSON parser that refuses a body too long, too deep or malformed, with a sentence."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - the form of all parsers
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """Read the body."""
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise ParseError(_("Ce corps dépasse 64 ko."))
        try:
            data = json.loads(body.decode(), parse_constant=_refuse)
            json.dumps(
                data, ensure_ascii=False
            ).encode()  # half a surrogate pair cannot be answered
        except (ValueError, RecursionError) as error:
            raise ParseError(_("Ce corps n’est pas du JSON valable.")) from error
        return data


def _refuse(constant: str) -> None:
    raise ValueError(constant)
