"""What HR sees of a cycle as a whole, and of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from appraisal.cycle import Cycle
from appraisal.language.voices import CycleVoices
from appraisal.scoring.basis import Evened
from appraisal.scoring.comparison import BandCount, Change, Departments, Estimate, Quartiles
from appraisal.scoring.flags import ManagerFlag
from appraisal.scoring.reliability import Measured
from appraisal.scoring.weights import Effective


@dataclass(frozen=True)
class FormWeights:
    """Effective weights of one form; None where under 10 people have a total by it."""

    form: str
    people: int
    dimensions: tuple[Effective, ...] | None
    sources: tuple[Effective, ...] | None


@dataclass(frozen=True)
class Leniency:
    """Points by which a manager rates above (+) or below (-) what the same people get from others."""

    name: str
    points: float


@dataclass(frozen=True)
class NamedFlag:
    name: str
    flag: ManagerFlag


@dataclass(frozen=True)
class Since:
    """Against the cycle before of the same scheme; `change` None where too few people were in both by one form."""

    cycle: str
    change: Change | None


@dataclass(frozen=True)
class YearOfDepartments:
    """Departments over the cycles that all of them share. `cycles`: their names, none where no cycle is shared;
    `people`: with an annual figure; `without`: people who took part and have none."""

    year: int
    until: date
    people: int
    without: int
    cycles: tuple[str, ...]
    departments: Departments


@dataclass(frozen=True)
class CycleFigures:
    """All that HR sees of one cycle. `people`: with a card; `decided`: approved; `spread` None under 5 results.

    `leniency`: of managers whose reviews are all signed; `unsaid`: managers left out because they also reviewed
    anonymously; `own_left_out`: the reader's own result is not in it;
    `left_out`: people whom the reader reviewed in a group so small that figures would tell the others' answers.
    """

    cycle: Cycle
    people: int
    decided: int
    mean: Estimate | None
    spread: Quartiles | None
    bands: tuple[BandCount, ...]
    departments: Departments
    since: Since | None
    year: YearOfDepartments | None
    weights: tuple[FormWeights, ...]
    measured: Measured
    evened: Evened | None
    leniency: tuple[Leniency, ...]
    unsaid: int
    flags: tuple[NamedFlag, ...]
    voices: CycleVoices | None = None  # what people wrote about
    own_left_out: bool = False
    left_out: int = 0


@dataclass(frozen=True)
class PersonFigures:
    """One person's result among the others; `standardised` from 30 people on the form on, `percentile` from 10 of
    the job family on."""

    person_id: str
    name: str
    department: str
    job_family: str
    form: str
    total: float
    low: float | None
    high: float | None
    decided: bool
    standardised: float | None
    percentile: float | None
