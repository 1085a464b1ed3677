"""What a flush does, in order: every step a plain function, and this list the only place that knows the order.

Flask's request reaches it through `session.commit()`; the session runs the guard whether this file is read or not.
"""

from __future__ import annotations

from models.changes import alike, answered, audit, cards, circles, coding, derived, numbering, witness
from models.money import fund, ledger
from models.tenancy.session import Step, arrange, guard

BEFORE: tuple[Step, ...] = (
    guard,  # new rows get their owner; nothing leaves the scope, no link crosses the border
    numbering.give,  # a processing activity gets the next number of its municipality
    coding.give,  # a code that nobody gave is made of the name
    derived.reckon,  # what the row's own class works out, such as a deadline
    derived.write_keys,  # search text and sort key follow from the fields
    derived.note_renamed,  # and the names others are sorted by
    derived.check,  # the row's own class may refuse it
    fund.refuse_beyond,  # and so may the development fund, a decision beyond what is in it
    circles.refuse,  # nothing stands under itself
    answered.settle,  # what is filled is not said to be not relevant
    audit.collect,  # what changes is noted, field by field
    cards.collect,  # and whose card the neighbours must see anew
    ledger.collect,  # and what the ledger follows
    alike.number,  # many new rows get their numbers at once
    alike.write,  # many rows that change in the same columns, once all the above has seen what they were
)
AFTER: tuple[Step, ...] = (
    audit.write,  # the history, now that every row has its id
    witness.tell_of_roles,  # the access log, of roles given, changed and taken away
    ledger.follow,  # the books, of fees and decisions
    cards.write,  # the neighbours' cards
    derived.follow_names,  # what is called after a row that was renamed
)

arrange(BEFORE, AFTER)
