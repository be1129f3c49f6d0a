"""The one exception tree. Raised in the domain and the services as a code with values; worded only at the edge."""

from enum import StrEnum


class Code(StrEnum):
    """What went wrong. Each has a text `error-<code>` in every catalogue; a test compares them."""

    NOT_HR = "not-hr"
    NOT_YOURS = "not-yours"
    NOT_YOUR_APPROVAL = "not-your-approval"
    OWN_SCORE = "own-score"
    UNKNOWN_PERSON = "unknown-person"
    INACTIVE_PERSON = "inactive-person"
    NO_SUCH_CYCLE = "no-such-cycle"
    NO_SUCH_REVIEW = "no-such-review"
    NO_SUCH_ACTION = "no-such-action"
    NO_SUCH_IMPORT = "no-such-import"
    NO_SUCH_SCHEME = "no-such-scheme"
    NO_OPEN_CYCLE = "no-open-cycle"
    SEVERAL_CYCLES = "several-cycles"
    PERIODS_UNSAID = "periods-unsaid"  # of rows that could be about several; values: periods, row
    NOBODY_SELECTED = "nobody-selected"
    NOBODY_REVIEWS = "nobody-reviews"
    CYCLE_NAME_MISSING = "cycle-name-missing"
    REVIEWS_AWAITED = "reviews-awaited"
    CYCLE_NAME_TAKEN = "cycle-name-taken"
    DEADLINE_PAST = "deadline-past"
    PERIOD_BACKWARDS = "period-backwards"
    THRESHOLD_TOO_LOW = "threshold-too-low"
    CYCLE_MOVED_ON = "cycle-moved-on"  # values: name, state
    COLLECTING_OVER = "collecting-over"  # values: name
    EDITING_OVER = "editing-over"  # values: due
    REVIEW_GONE = "review-gone"  # the reviewee or reviewer left the cycle
    ANSWERS_MISSING = "answers-missing"  # values: count
    ANSWER_INVALID = "answer-invalid"  # values: item
    TEXT_TOO_LONG = "text-too-long"  # values: limit
    NOT_APPROVED_YET = "not-approved-yet"
    ALREADY_DECIDED = "already-decided"
    ALREADY_RELEASED = "already-released"
    NOTHING_TO_RELEASE = "nothing-to-release"
    RELEASES_MISSING = "releases-missing"  # values: count
    SCORING_UNDER_WAY = "scoring-under-way"  # values: name
    GROUP_TOO_SMALL = "group-too-small"
    AMONG_FEW = "among-few"
    NOTHING_TO_RETURN = "nothing-to-return"
    NO_SCORE = "no-score"
    NOT_SCORED = "not-scored"
    OWN_RESULT_WAITS = "own-result-waits"
    NO_RESULT_YET = "no-result-yet"
    NO_SUCH_PERSON = "no-such-person"  # values: name
    HANDLE_UNKNOWN = "handle-unknown"  # values: name
    SEVERAL_PEOPLE = "several-people"  # values: name, found
    NO_CYCLE_NAMED = "no-cycle-named"  # values: name, known
    CAUSES_MISSING = "causes-missing"  # values: count
    CAUSE_NOTE_MISSING = "cause-note-missing"
    REASON_TOO_SHORT = "reason-too-short"  # values: least
    SCORE_UNCHANGED = "score-unchanged"
    CARD_CHANGED = "card-changed"
    ADJUSTMENT_TOO_LARGE = "adjustment-too-large"  # values: limit, low, high
    NOT_A_NUMBER = "not-a-number"
    ACTION_REQUIRED = "action-required"
    ACTION_DUE_PAST = "action-due-past"
    ACTION_ANSWERED = "action-answered"
    COMMENT_EMPTY = "comment-empty"
    IMPORT_APPLIED = "import-applied"
    NOTHING_TO_UNDO = "nothing-to-undo"
    IMPORT_PENDING = "import-pending"  # it was never applied: nothing to take back
    IMPORT_ROLLED_BACK = "import-rolled-back"
    IMPORT_NOT_LAST = "import-not-last"  # values: file, the import of people to take back first
    AS_OF_FUTURE = "as-of-future"
    FILE_MISSING = "file-missing"
    FILE_EMPTY = "file-empty"
    FILE_TOO_LARGE = "file-too-large"  # values: limit
    FILE_NOT_TEXT = "file-not-text"
    FILE_UNREADABLE = "file-unreadable"
    FILE_TOO_BIG_INSIDE = "file-too-big-inside"  # values: rows, columns, sheets
    FILE_PROTECTED = "file-protected"
    FILE_IS_HTML = "file-is-html"
    FILE_IS_HTML_TABLE = "file-is-html-table"  # a web page that calls itself a spreadsheet
    FILE_IS_PDF = "file-is-pdf"
    FILE_IS_IMAGE = "file-is-image"
    FILE_IS_ARCHIVE = "file-is-archive"
    FILE_IS_DOCUMENT = "file-is-document"  # of a program whose files we do not read
    JSON_INVALID = "json-invalid"  # values: line
    RECORDS_MISSING = "records-missing"  # values: path, found
    SHEET_MISSING = "sheet-missing"  # values: sheet, found
    COLUMN_GONE = "column-gone"  # the mapping names it: values: column, found, nearest
    COLUMN_UNKNOWN = "column-unknown"  # the mapping leads to a column that we do not have: values: column
    COLUMN_MISSING = "column-missing"  # values: column, found
    COLUMN_TWICE = "column-twice"  # values: cell
    SCHEME_INVALID = "scheme-invalid"  # values: problems
    SCHEME_VERSION = "scheme-version"  # taken by another content; values: scheme, version, next
    SCHEME_RETIRED = "scheme-retired"  # values: scheme
    LAST_SCHEME = "last-scheme"  # it cannot be retired; values: scheme
    NO_SUCH_SOURCE = "no-such-source"  # values: name
    SOURCE_BUSY = "source-busy"  # values: name
    BUTTON_GONE = "button-gone"
    CLOCK_FIXED = "clock-fixed"


class AppraisalError(Exception):
    """A request that cannot be done, with the code and values its text needs; `field` names the form field at fault."""

    def __init__(self, code: Code, *, field: str | None = None, **values: object) -> None:
        super().__init__(f"{code.value} {values}" if values else code.value)
        self.code = code
        self.field = field
        self.values = values


class NotAllowed(AppraisalError):
    """The one who asks may not do this."""


class NotFound(AppraisalError):
    """What was named does not exist, or no longer."""


class WrongState(AppraisalError):
    """Too late, too early or done already."""


class InvalidInput(AppraisalError):
    """What was typed or uploaded cannot be used as it is."""
