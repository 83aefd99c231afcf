"""The labels of states, categories, notice kinds, roles, decisions and events, in English.

Templates, mail and catalogues use these; each other language translates them in `corrections/translations`.
"""

from corrections.domain.decisions import DecisionKind
from corrections.domain.kinds import Category, NoticeKind
from corrections.domain.roles import Role
from corrections.domain.states import WAITING, State

STATES = {  # for readers
    State.OPEN: "Waiting for an editor",
    State.HELD: "Waiting for initial review",
    State.APPEALED: "Waiting for a chief editor",
    State.ACCEPTED: "Accepted",
    State.USED: "Used with changes",
    State.REJECTED: "Not accepted",
    State.DUPLICATE: "Duplicate",
    State.SPAM: "Marked as spam",
    State.WITHDRAWN: "Withdrawn by the reader",
    State.REVERTED: "Accepted, later reverted",
}
STAFF_STATES = {
    State.OPEN: "Open",
    State.HELD: "Held back",
    State.APPEALED: "Appealed",
    State.ACCEPTED: "Accepted",
    State.USED: "Used with changes",
    State.REJECTED: "Rejected",
    State.DUPLICATE: "Duplicate",
    State.SPAM: "Spam",
    State.WITHDRAWN: "Withdrawn",
    State.REVERTED: "Reverted",
}
CATEGORIES = {
    Category.TYPO: "Typo",
    Category.GRAMMAR: "Grammar",
    Category.FACTUAL: "Factual error",
    Category.CLARIFICATION: "Unclear wording",
    Category.LINK: "Link error",
    Category.OTHER: "Other",
}
NOTICES = {
    NoticeKind.CORRECTION: "Correction",
    NoticeKind.CLARIFICATION: "Clarification",
    NoticeKind.UPDATE: "Update",
    NoticeKind.EDITORS_NOTE: "Editor’s note",
    NoticeKind.RETRACTION: "Retraction",
}
ROLES = {
    Role.VIEWER: "Viewer",
    Role.EDITOR: "Editor",
    Role.CHIEF_EDITOR: "Chief editor",
    Role.ADMIN: "Admin",
    Role.READER: "Reader",
    Role.UNKNOWN: "Unknown role",
}
DECISIONS = {  # what was done
    DecisionKind.ACCEPT: "Accepted",
    DecisionKind.REJECT: "Rejected",
    DecisionKind.USE: "Used with changes",
    DecisionKind.SECOND: "Approved",
    DecisionKind.DUPLICATE: "Marked as a duplicate",
    DecisionKind.SPAM: "Marked as spam",
    DecisionKind.RELEASE: "Moved to the queue",
    DecisionKind.REOPEN: "Reopened",
    DecisionKind.REVERT: "Reverted",
    DecisionKind.UNDO: "Decision undone",
}
EVENTS = {
    "correction.submitted": "Sent",
    "correction.reopened": "Reopened",
    "correction.released": "Moved to the queue",
    "correction.commented": "Comment added by the reader",
    "correction.appealed": "Review by a chief editor requested",
    "correction.assigned": "Assigned to an editor",
    "correction.snoozed": "Postponed",
    "correction.flagged": "Fact-check requested",
    "correction.seconded": "Approved by a second person",
    "history.redacted": "Permanently removed",
    **{f"correction.{state}": label for state, label in STATES.items() if state not in WAITING},
}
REVISIONS = {
    "imported": "First version",
    "revised": "Revised",
    "accepted": "Accepted",
    "edited": "Accepted with edits",
    "reverted": "Reverted",
    "notice": "Notice changed",
}
REVISION_AUTHORS = {
    "imported": "By the newsroom",
    "revised": "By the newsroom",
    "accepted": "Suggested by a reader, reviewed by an editor",
    "edited": "Suggested by a reader, edited by an editor",
    "reverted": "By an editor",
    "notice": "By an editor",
}
PLACEMENTS = {
    "conflict": "Conflict",
    "already_applied": "Already applied",
    "no_words": "No text suggested",
    "moved": "Moved",
}
