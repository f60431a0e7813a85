"""The chat's hand-written SQL statements.

Every message, read mark and heartbeat of every socket executes one of these. Django takes several times as long to
compile such a query as the database takes to execute it (docs/performance.md, Chat), so they are written as SQL.
`tests/chat/test_sql.py` compares each with the equivalent ORM query.
"""

from __future__ import annotations

from chat import limits

# The next messages of a conversation. Parameters: appointment, id of the message before, limit.
BATCH = """
    SELECT id, appointment_id, sender, client_id, text, created_at FROM chat_message
    WHERE appointment_id = %s AND id > %s ORDER BY id LIMIT %s
"""

# The number of messages of one person that the other has not read. Parameters: appointment, sender, appointment,
# reader.
UNREAD = """
    SELECT COUNT(*) FROM chat_message WHERE appointment_id = %s AND sender = %s
        AND id > COALESCE((SELECT read_upto FROM chat_participant WHERE appointment_id = %s AND role = %s), 0)
"""

# Whether a conversation has messages between two ids. Parameters: appointment, lower id, upper id.
BETWEEN = "SELECT 1 FROM chat_message WHERE appointment_id = %s AND id > %s AND id < %s LIMIT 1"

# Advances a read mark, which never goes back; only when there is no email to withdraw. Parameters: new mark,
# appointment, role, new mark.
READ = """
    UPDATE chat_participant SET read_upto = %s
    WHERE appointment_id = %s AND role = %s AND read_upto < %s AND emailed_upto = 0
"""

# The state of a conversation (see `conversation.ConversationState`). Parameter: appointment.
STATE = """
    SELECT appointment.ended_at, visitor.opened_at, host.opened_at, visitor.read_upto, host.read_upto,
        (SELECT MAX(id) FROM chat_message WHERE appointment_id = appointment.id),
        (SELECT COUNT(*) FROM chat_message WHERE appointment_id = appointment.id),
        (SELECT SUM(LENGTH(text)) FROM chat_message WHERE appointment_id = appointment.id),
        appointment.visitor_token, appointment.host_token
    FROM appointments_appointment AS appointment
    LEFT JOIN chat_participant AS visitor ON visitor.appointment_id = appointment.id AND visitor.role = 'visitor'
    LEFT JOIN chat_participant AS host ON host.appointment_id = appointment.id AND host.role = 'host'
    WHERE appointment.id = %s
"""

_STORE = """
    INSERT INTO chat_message (appointment_id, sender, client_id, text, created_at)
    SELECT id, %s, %s, %s, %s FROM appointments_appointment
    WHERE ended_at IS NULL AND id = %s AND (
        SELECT COUNT(*) < {messages} AND COALESCE(SUM(LENGTH(text)), 0) < {characters}
            AND COUNT(CASE WHEN sender = %s AND created_at > %s THEN 1 END) < {at_once}
        FROM chat_message WHERE appointment_id = %s
    ) {lock}
    ON CONFLICT DO NOTHING RETURNING id
"""


def store(*, can_lock: bool) -> str:
    """Insert a message, unless the appointment has ended, the message exists, the conversation is full, or its sender
    has stored `limits.MAX_MESSAGES` since a moment. Parameters: sender, client id, text, time, appointment, sender,
    that moment, appointment.

    With `can_lock`, the statement locks the appointment before the id is assigned, so that ids increase in the order of
    the commits. SQLite has no row locks and needs none, because it allows one writer at a time. PostgreSQL counts what
    was stored when the statement began, so those that wait for the lock at the same time may all still be stored.
    """
    return _STORE.format(
        messages=limits.MAX_CONVERSATION_MESSAGES,
        characters=limits.MAX_CONVERSATION_CHARACTERS,
        at_once=limits.MAX_MESSAGES,
        lock="FOR UPDATE" if can_lock else "",
    )
