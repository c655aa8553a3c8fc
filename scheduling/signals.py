"""The only upward channel: what happened, in the past tense.

Sent inside the transaction that did it; receivers write rows.
"""

from django.dispatch import Signal

appointment_confirmed = Signal()  # appointment_id, moved, now
appointment_cancelled = Signal()  # appointment_id, now
promise_withdrawn = Signal()  # appointment_id, reason, now
plan_published = Signal()  # plan_id, route_ids, now
stop_changed = Signal()  # stop_id, act, now
