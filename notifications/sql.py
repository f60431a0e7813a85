"""The hand-written SQL statements of sending: taking messages, and recording that a provider has accepted one.

A worker executes them for every message. Django takes several times as long to compile such a query as the database
takes to execute it (docs/performance.md, Notifications), so they are written as SQL; whatever is rarer uses the ORM.
`tests/notifications/test_sql.py` compares each with the equivalent ORM query.

PostgreSQL makes all changes in one statement, which locks the row of the notification before that of its attempt, as
everybody else does. SQLite has no such statement, and needs none: it allows one writer at a time.
"""

from __future__ import annotations

from notifications.models import Notification

_COLUMNS = [str(field.column) for field in Notification._meta.concrete_fields]
_DUE = "state IN ('queued', 'sending') AND due_at <= %s AND NOT withdrawn"
_TAKE = """
    UPDATE notifications_notification AS message SET state = 'sending', due_at = %s,
        attempts = message.attempts + 1, attempts_this_round = message.attempts_this_round + 1
"""

_TAKE_IN_ONE = """
    WITH one AS MATERIALIZED (
        SELECT id FROM notifications_notification WHERE id = %s AND {due} FOR NO KEY UPDATE
    ), others AS MATERIALIZED (
        SELECT id FROM notifications_notification
        WHERE {due} AND channel IN ({channels}) AND id <> COALESCE((SELECT id FROM one), %s)
        ORDER BY due_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
    ), taken AS (
        {take} FROM (SELECT id FROM one UNION ALL SELECT id FROM others) AS free WHERE message.id = free.id
        RETURNING {columns}
    ), interrupted AS (
        UPDATE notifications_attempt AS attempt SET outcome = 'interrupted', ended_at = %s FROM taken
        WHERE attempt.notification_id = taken.id AND taken.attempts > 1 AND attempt.outcome = 'started'
    ), started AS (
        INSERT INTO notifications_attempt (notification_id, number, started_at, outcome, provider_id, reason)
        SELECT id, attempts, %s, 'started', '', '' FROM taken
    )
    SELECT * FROM taken
"""


def take_in_one(channels: int) -> str:
    """Take one notification and others of this many channels that are due, the longest due first, and begin an attempt
    for each; on PostgreSQL. Parameters: id, now, now, the channels, id, the number of others, end of the lease, now,
    now.

    It waits for a lock on the one, and passes over others that are locked. The others are looked for once the one is
    locked, so that two workers never wait for each other.
    """
    columns = ", ".join(f"message.{column}" for column in _COLUMNS)
    return _TAKE_IN_ONE.format(due=_DUE, channels=_marks(channels), take=_TAKE, columns=columns)


_TAKE_ALONE = """
    {take} WHERE id IN (
        SELECT id FROM notifications_notification WHERE id = %s AND {due}
        UNION ALL
        SELECT id FROM (
            SELECT id FROM notifications_notification
            WHERE {due} AND channel IN ({channels}) AND id <> %s ORDER BY due_at LIMIT %s
        )
    ) RETURNING {columns}
"""


def take(channels: int) -> str:
    """Take one notification and others of this many channels that are due, the longest due first; on SQLite.

    Parameters: end of the lease, id, now, now, the channels, id, the number of others.
    """
    return _TAKE_ALONE.format(due=_DUE, channels=_marks(channels), take=_TAKE, columns=", ".join(_COLUMNS))


# Begins an attempt; on SQLite. Parameters: notification, number, now.
START = """
    INSERT INTO notifications_attempt (notification_id, number, started_at, outcome, provider_id, reason)
    VALUES (%s, %s, %s, 'started', '', '')
"""

_NOTE = """
    UPDATE notifications_attempt SET outcome = 'accepted', ended_at = %s, provider_id = %s, reason = ''
"""
_UNDER_WAY = "number = %s AND outcome IN ('started', 'interrupted')"
_ACCEPT = """
    UPDATE notifications_notification SET state = 'sent', due_at = NULL, sent_at = %s, provider_id = %s, reason = ''
"""
_CLAIMED = "state = 'sending' AND attempts = %s"

_ACCEPT_IN_ONE = """
    WITH held AS MATERIALIZED (
        SELECT id AS held_id FROM notifications_notification WHERE id = %s FOR NO KEY UPDATE
    ), noted AS (
        {note} FROM held WHERE notification_id = held_id AND {under_way}
    )
    {accept} FROM held WHERE id = held_id AND {claimed} RETURNING withdrawn
"""

# Records that the provider has accepted a message: in the attempt and, while that is the current one, in the
# notification; on PostgreSQL. Returns whether it is withdrawn, if the attempt was the current one. Parameters:
# notification, now, provider's id, number, now, provider's id, number.
ACCEPT_IN_ONE = _ACCEPT_IN_ONE.format(note=_NOTE, under_way=_UNDER_WAY, accept=_ACCEPT, claimed=_CLAIMED)

# The same in two statements, on SQLite. Parameters of each: now, provider's id, notification, number.
NOTE = f"{_NOTE} WHERE notification_id = %s AND {_UNDER_WAY}"
ACCEPT = f"{_ACCEPT} WHERE id = %s AND {_CLAIMED} RETURNING withdrawn"


def _marks(number: int) -> str:
    return ", ".join(["%s"] * number) or "NULL"
