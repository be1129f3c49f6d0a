"""What HR is told about schemes and their versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appraisal.scheme import Scheme
from appraisal.scheme_changes import Changes


@dataclass(frozen=True)
class SchemeInfo:
    """One line of the list: the version that counts now. `uploaded_at` is None for a built-in one."""

    scheme: Scheme
    uploaded_by: str | None  # name; None for the command line
    uploaded_at: datetime | None
    cycles: int  # that use this scheme, whatever version
    retired: bool


@dataclass(frozen=True)
class Upload:
    """What saving an uploaded scheme does. `before` is what counts until then; None for a new scheme."""

    scheme: Scheme
    before: Scheme | None
    changes: Changes
    is_known: bool  # this very content is there already: nothing changes, but that a retired one comes back
    brings_back: bool  # the scheme is retired and will be offered again
