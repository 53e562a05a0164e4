"""Secrets of documents: what a Password field was given, kept apart and only as a digest.

In: a document on its way into the database. Out: asterisks in the secret's place.
A secret must never be readable again, not even by the sandbox itself.
"""

import hashlib
import hmac

from sandbox.erpnext.metadata import DocType
from sandbox.erpnext.records import Records, Values


def hide_passwords(records: Records, doctype: DocType, document: Values) -> None:
    """Keep the digests of a document's passwords, and leave asterisks in the document."""
    for field in doctype.columns:
        secret = document.get(field.fieldname)
        if field.fieldtype != "Password" or not isinstance(secret, str) or not secret.strip("*"):
            continue
        keep_secret(records, doctype.name, str(document["name"]), field.fieldname, secret)
        document[field.fieldname] = "*" * len(secret)


def keep_secret(records: Records, doctype: str, name: str, fieldname: str, secret: str) -> None:
    """Keep the digest of one secret."""
    with records.world.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO secrets VALUES (?, ?, ?, ?)",
            (doctype, name, fieldname, _digest(secret)),
        )


def secret_matches(records: Records, doctype: str, name: str, fieldname: str, tried: str) -> bool:
    """Whether a secret is the one that was kept."""
    with records.world.reading() as connection:
        row = connection.execute(
            "SELECT digest FROM secrets WHERE doctype = ? AND name = ? AND fieldname = ?",
            (doctype, name, fieldname),
        ).fetchone()
    return row is not None and hmac.compare_digest(str(row[0]), _digest(tried))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
