"""Passwords of the org's users, kept salted and hashed."""

import hmac
import sqlite3
from hashlib import pbkdf2_hmac, sha256

# Demo passwords are public; the rounds only keep the shape of the real thing.
ROUNDS = 1_000
LONGEST = 16_000


def put(connection: sqlite3.Connection, user_id: str, password: str) -> None:
    # A salt made from the id keeps a seeded org the same from byte to byte.
    salt = sha256(user_id.encode()).digest()[:16]
    connection.execute("INSERT OR REPLACE INTO _password VALUES (?, ?, ?)", (user_id, salt, _hash(password, salt)))


def check(connection: sqlite3.Connection, username: str, password: str) -> str | None:
    found = connection.execute(
        'SELECT p.user_id, p.salt, p.hash FROM _password p JOIN "User" u ON u.Id = p.user_id'
        " WHERE u.Username = ? AND u.IsActive = 1",
        (username,),
    ).fetchone()
    if found is None or len(password) > LONGEST:
        return None
    user_id, salt, kept = found
    return str(user_id) if hmac.compare_digest(_hash(password, salt), kept) else None


def _hash(password: str, salt: bytes) -> bytes:
    return pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
