"""The one way in for a reader's correction, whether it comes from the form, the API or the widget."""

from collections.abc import Callable

from corrections.index import queries
from corrections.services.submission import submissions
from corrections.services.submission.checks import check
from corrections.services.submission.idempotency import identify
from corrections.services.submission.placement import place
from corrections.services.submission.spam_rules import Arrival
from corrections.services.submission.submission import Submission
from corrections.web.access import publication
from corrections.web.compute_limits import computing_length, count_computing, long_work
from corrections.web.security import check_address_limit


def receive(submission: Submission, arrival: Callable[[], Arrival]) -> queries.Correction:
    """Write a reader's correction, and return it; one that was sent before is returned, and counted no more.

    `arrival` is asked how it came when nothing else stands in the way of writing it: limits are counted there.
    Raises what it raises, what `check`, `place` and the steps of `submissions` raise, `TooMany` and `ComputingBusy`.
    """
    request = identify(submission)
    correction = submissions.sent_before(publication(), request)
    if correction is not None:
        return correction
    checked = check(submission)
    check_address_limit()
    count_computing()
    with long_work(computing_length(checked.article)):
        placed = place(publication(), checked)
        submissions.check_capacity(publication())
        return submissions.write(publication(), placed, request, arrival())
