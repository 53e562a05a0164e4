"""Who is calling: a key and its secret, a session, or a guest.

In: the headers of a request. Out: the name of a user. A secret must never be repeated in what
is answered or raised.
"""

import base64
import binascii
import secrets
from collections.abc import Mapping

from sandbox.erpnext.errors import Refusal
from sandbox.erpnext.passwords import secret_matches
from sandbox.erpnext.permissions import GUEST
from sandbox.erpnext.site import Site


class Authentication:
    """The users of one site, as they come in over HTTP. Sessions live as long as the process."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._sessions: dict[str, str] = {}

    def user(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> str:
        """The caller's user name. Raises Refusal (401) for credentials that do not hold."""
        authorization = headers.get("authorization", "")
        if not authorization:
            return self._sessions.get(cookies.get("sid", ""), GUEST)
        scheme, _, credentials = authorization.partition(" ")
        if scheme.lower() == "basic":
            credentials = _decoded(credentials)
        elif scheme.lower() != "token":
            raise unauthenticated()
        key, colon, secret = credentials.partition(":")
        if not (colon and key and secret):
            raise unauthenticated()
        return self._user_of_key(key, secret)

    def _user_of_key(self, key: str, secret: str) -> str:
        records = self._site.records
        for user in records.matching("User", api_key=key, enabled=1):
            if secret_matches(records, "User", user, "api_secret", secret):
                return user
        raise unauthenticated()

    def log_in(self, user: str, password: str) -> str:
        """Open a session; returns its id. Raises Refusal (401) for a wrong password."""
        records = self._site.records
        exact = records.find("User", user)
        if exact is None or not secret_matches(records, "User", str(exact), "password", password):
            refusal = unauthenticated()
            refusal.extra["message"] = "Invalid login credentials"
            raise refusal
        session = secrets.token_hex(28)
        self._sessions[session] = str(exact)
        return session


def unauthenticated() -> Refusal:
    """What a caller is told whose credentials do not hold."""
    return Refusal(401, "AuthenticationError")


def _decoded(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise unauthenticated() from None
