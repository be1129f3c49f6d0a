"""A small department, its cycle and everything its views show; every part can be made extreme."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import yaml

import appraisal
from appraisal.actions import Action, ActionCard, ActionState
from appraisal.approval import Approval, ApprovalState, Cause, Comment, Comments, ManagerCard, Result, ReviewCount
from appraisal.cycle import Cycle, Notice, Preview, Progress, State, Warning
from appraisal.home import Home, LastResult, ToDecide
from appraisal.people import Person
from appraisal.review import Answer, Figure, Sheet, Task, TaskState, Todo, TodoList, pages_for
from appraisal.scheme import Direction, Relation, Scheme, Source, Text
from appraisal.scoring.card import (
    DimensionScore,
    Gap,
    Highlight,
    Highlights,
    ItemScore,
    LeftOut,
    MetricResult,
    Part,
    ScoreCard,
)

NOW = datetime(2026, 3, 24, 8, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 27, 15, 59, 59, tzinfo=UTC)  # the end of the day in Shanghai
SCHEME = Scheme.model_validate(
    yaml.safe_load((Path(appraisal.__file__).parent / "schemes/operations.yml").read_text(encoding="utf-8"))
)
HR = Person("p-hr", "Hanna Vogel", "hanna@example.com", "U0HR", locale="en")
MANAGER = Person("p-lin", "林晓", "lin@example.com", "U0LIN", department="Warehouse", locale="zh")
PERSON = Person("p-wei", "Li Wei", "wei@example.com", "U0WEI", department="Warehouse", manager_id="p-lin")
COLLEAGUE = Person("p-ana", "Ana O'Neill", "ana@example.com", "U0ANA", department="Warehouse", manager_id="p-lin")


def cycle(**changes: object) -> Cycle:
    usual = Cycle(
        id="c1",
        name="Operations, Q1 2026",
        scheme=SCHEME,
        period_start=date(2026, 1, 1),
        period_end=date(2026, 3, 31),
        relations=tuple(Relation),
        peers_wanted=4,
        threshold=3,
        due_at=DUE,
        owner_id=HR.id,
        state=State.COLLECTING,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def task(relation: Relation = Relation.PEER, state: TaskState = TaskState.OPEN, *, n: int = 1) -> Task:
    return Task(f"t{n}", "c1", PERSON.id, COLLEAGUE.id, relation, state, revision=3)


def todos(
    count: int = 3,
    *,
    name: str = "",
    state: TaskState = TaskState.OPEN,
    state_of_cycle: State = State.COLLECTING,
    **changes: object,
) -> TodoList:
    relations = list(Relation)
    lines = tuple(
        Todo(task(relations[n % 4], state, n=n), replace(PERSON, name=name or f"Person {n}")) for n in range(count)
    )
    return TodoList(cycle(state=state_of_cycle, **changes), COLLEAGUE, lines, minutes_left=8 * count)


def sheet(
    relation: Relation = Relation.PEER, *, answers: dict[str, Answer] | None = None, scheme: Scheme = SCHEME, **changes
) -> Sheet:
    usual = Sheet(
        task=task(relation),
        cycle=cycle(scheme=scheme),
        reviewee=PERSON,
        reviewer=COLLEAGUE,
        pages=pages_for(scheme, relation),
        answers=answers or {},
        figures=(Figure(PERSON.id, "goal_completion", 95, 97.5),),
        group_size=4,
        last_actions=("Hand over open orders before leave",),
    )
    return replace(usual, **changes)


def full_answers(relation: Relation, text: str = "On 3 March she stayed to close the backlog.") -> dict[str, Answer]:
    answers = {}
    for page in pages_for(SCHEME, relation):
        for item in page.items:
            written = item.kind == "text"
            answers[item.key] = Answer(item.key, text=text) if written else Answer(item.key, number=4)
    return answers


def card(*, hidden: bool = False) -> ScoreCard:
    """Results with metrics and the manager's rating, ability and attitude by everybody; reports may be hidden."""
    reports = Part(Source.REPORT, 0, None, None, 0, LeftOut.TOO_FEW) if hidden else Part(Source.REPORT, 3, 81, 4.2, 0.2)
    views = (
        Part(Source.SELF, 1, 88, 4.5, 0, LeftOut.NO_WEIGHT),
        Part(Source.MANAGER, 1, 75, 4, 0.5),
        Part(Source.PEER, 4, 69.5, 3.8, 0.3),
        reports,
    )
    figures = (Part(Source.MANAGER, 1, 75, 4, 0.2), Part(Source.METRIC, 1, 85.6, None, 0.8))

    def dimension(key: str, score: float, share: float, parts: tuple[Part, ...]) -> DimensionScore:
        scored = next(d for d in SCHEME.dimensions if d.key == key).scored()
        items = tuple(ItemScore(i.key, score, 1 / len(scored), parts) for i in scored)
        return DimensionScore(key, score, share, items, parts)

    return ScoreCard(
        "c1",
        PERSON.id,
        78.4,
        "A",
        (
            dimension("results", 83.2, 0.5, figures),
            dimension("ability", 73.1, 0.3, views),
            dimension("attitude", 74, 0.2, views),
        ),
        (MetricResult("goal_completion", 95, 97.5, 1.026, 85.5, 1.2, Direction.HIGHER, "%", "q1.csv", 2),),
        missing_metrics=("customer_satisfaction",),
    )


def highlights() -> Highlights:
    return Highlights(
        strengths=(Highlight("teamwork", 84, 70, Gap.HIDDEN_STRENGTH), Highlight("responsibility", 80, None, None)),
        growth=(Highlight("innovation", 52, 75, Gap.BLIND_SPOT),),
    )


def comments(
    texts: tuple[str, ...] = ("Explains the process to every new colleague.", "Ask <!channel> & others"),
) -> Comments:
    sources = [Source.PEER, Source.MANAGER, Source.SELF]
    keys = [i.key for i in SCHEME.items() if i.kind == "text"]
    return Comments(
        tuple(
            Comment(keys[n % len(keys)], sources[n % 3], text, MANAGER.name if n % 3 == 1 else None)
            for n, text in enumerate(texts)
        ),
        hidden=((keys[0], Source.REPORT),),
    )


def action(state: ActionState = ActionState.PROPOSED, **changes: object) -> Action:
    usual = Action(
        "a1",
        "c1",
        PERSON.id,
        MANAGER.id,
        what="Write down one improvement idea every month",
        why="Ideas stay with you and the team cannot use them",
        measure="Three ideas tried out by 30 June",
        due_on=date(2026, 6, 30),
        help="An hour with the process team every month",
        state=state,
        comment="Could we say two ideas?" if state is ActionState.COMMENTED else "",
        answered_at=NOW if state is not ActionState.PROPOSED else None,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def action_card(state: ActionState = ActionState.PROPOSED, **changes: object) -> ActionCard:
    return ActionCard(action(state, **changes), "Operations, Q1 2026", PERSON.name, MANAGER.name)


def approval(state: ApprovalState = ApprovalState.PENDING, **changes: object) -> Approval:
    decided = NOW if state not in (ApprovalState.PENDING, ApprovalState.RETURNED) else None
    out = NOW if state in (ApprovalState.RELEASED, ApprovalState.ACKNOWLEDGED) else None
    read = NOW if state is ApprovalState.ACKNOWLEDGED else None
    usual = Approval("c1", PERSON.id, MANAGER.id, state, decided_at=decided, released_at=out, acknowledged_at=read)
    return replace(usual, **changes)  # type: ignore[arg-type]


def manager_card(state: ApprovalState = ApprovalState.PENDING, **changes: object) -> ManagerCard:
    usual = ManagerCard(
        cycle=cycle(state=State.APPROVING),
        person=PERSON,
        approval=approval(state),
        score=card(hidden=True),
        highlights=highlights(),
        comments=comments(),
        actions=(action(),),
        counts=(
            ReviewCount(Relation.SELF, 1, 1),
            ReviewCount(Relation.MANAGER, 1, 1),
            ReviewCount(Relation.PEER, 3, 4),
            ReviewCount(Relation.REPORT, 1, 2),
        ),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def missed_card(*, named: bool = False, **changes: object) -> ManagerCard:
    """Two targets missed: one figure from a declared source and old, one of before with its source alone."""
    crm = {"source": "crm", "as_of": date(2026, 3, 12), "imported_at": NOW}
    goal = MetricResult("goal_completion", 95, 80.5, 0.847, 70.6, 1.2, Direction.HIGHER, "%", **crm)
    volume = MetricResult("business_volume", 400, 350, 0.875, 72.9, 1.2, Direction.HIGHER, "", "q1.csv", 2)
    causes = (
        Cause("c1", PERSON.id, "goal_completion", "resources", "Two of five were ill", MANAGER.id, NOW, MANAGER.name),
        Cause("c1", PERSON.id, "business_volume", "", "A <!channel> & strike", MANAGER.id, NOW, MANAGER.name),
    )
    usual = manager_card(
        score=replace(card(), metrics=(goal, volume)),
        sources={"crm": Text(en="CRM export", zh="CRM 导出")},
        stale=frozenset({"goal_completion"}),
        causes=causes if named else (),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def result(state: ApprovalState = ApprovalState.RELEASED, **changes: object) -> Result:
    usual = Result(
        cycle=cycle(state=State.RELEASED),
        person=PERSON,
        approver=MANAGER,
        approval=approval(state),
        total=78.4,
        band="A",
        score=card(),
        highlights=highlights(),
        comments=comments(),
        actions=(action(ActionState.AGREED),),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def progress(state: State = State.COLLECTING, *, names: int = 3, id: str = "c1", **changes: object) -> Progress:
    usual = Progress(
        cycle=cycle(state=state, id=id),
        people=24,
        reviews=140,
        submitted=96,
        started=12,
        waiting_on=tuple((f"Person {n}", 5 - n) for n in range(names)),
        by_department=(("Warehouse", 60, 80), ("Service & <desk>", 36, 60)),
        approvals=24,
        approved=20,
        released=3,
        acknowledged=1,
        metrics_people=22,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def preview(notices: bool = True) -> Preview:
    return Preview(
        cycle=cycle(state=State.DRAFT),
        people=24,
        reviews=140,
        by_relation={Relation.SELF: 24, Relation.MANAGER: 23, Relation.PEER: 70, Relation.REPORT: 23},
        highest_load=9,
        busiest=("林晓", "Ana O'Neill"),
        minutes_each=45,
        notices=tuple(
            Notice(w, ("7", "20") if w is Warning.FEW_TO_EVEN_OUT else ("Li Wei", "Ana O'Neill")) for w in Warning
        )
        if notices
        else (),
    )


def home(**changes: object) -> Home:
    usual = Home(
        person=HR,
        is_hr=True,
        todo=(todos(),),
        to_decide=(ToDecide(cycle(), PERSON, approval()),),
        actions_to_answer=(action_card(),),
        last_result=LastResult(cycle(state=State.RELEASED), 78.4, "A"),
        agreed=(action(ActionState.AGREED),),
        progress=(progress(), progress(State.APPROVING)),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]
