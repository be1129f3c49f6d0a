"""What scores cost and what the correction for strict and lenient reviewers is worth.

Run from the repository: `python -m benchmarks.scores [people]`; 10,000 without a number, eight reviews of 15 questions
each. Three tables: how near raw and corrected means come to a known truth; the mixed model alone; closing a cycle on
SQLite, beside the floor of one bare GROUP BY over the same answers in the same run. Seconds depend on the machine,
ratios to the floor hardly do. "processor": seconds of it, whatever else the machine does. "peak": the most memory of a
process of its own, everything included.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from benchmarks import company

BARE = """
    SELECT t.reviewee_id, a.item, t.relation, count(*), avg(a.number)
    FROM answers a JOIN tasks t ON t.id = a.task_id
    WHERE a.number IS NOT NULL GROUP BY 1, 2, 3
"""


def simulated() -> None:
    """The conditions under which a correction has to come nearer to the truth than the raw mean."""
    from tests.simulator import CROSS, DEPARTMENT, compare, simulate

    print("shared  between   RMSE raw  adjusted    rho raw  adjusted")
    for cross, department in product(CROSS, DEPARTMENT):
        q = compare(simulate(cross=cross, department=department, seed=1))
        rmse, rho = f"{q.raw_rmse:8.2f}{q.adjusted_rmse:10.2f}", f"{q.raw_rho:11.3f}{q.adjusted_rho:10.3f}"
        print(f"{cross:6.0%}{department:9.0%}   {rmse}{rho}")


def model(count: int) -> dict[str, Any]:
    """In a process of its own: severities of all reviewers of a company in which each is rated by eight."""
    import numpy as np

    from appraisal.scoring.mixed_model import Ratings, fit

    rng = np.random.default_rng(1)
    reviewee = np.repeat(np.arange(count), 8)
    far = rng.integers(0, count, len(reviewee))
    near = reviewee // company.TEAM * company.TEAM + rng.integers(0, company.TEAM, len(reviewee))
    chosen = np.where(rng.random(len(reviewee)) < company.FAR, far, np.minimum(near, count - 1))
    reviewer = np.unique(chosen, return_inverse=True)[1].astype(np.int64)
    y = 70 + rng.normal(0, 10, count)[reviewee] + rng.normal(0, 12, count)[reviewer] + rng.normal(0, 11, len(reviewee))
    data = Ratings(y, reviewee, reviewer, np.arange(count) // company.TEAM)
    start, used = perf_counter(), process_time()
    found = fit(data)
    took, used = perf_counter() - start, process_time() - used
    assert found.settled
    variances = [found.var_person, found.var_reviewer, found.var_error]
    return {"took": took, "used": used, "peak": peak(), "sd": [v**0.5 for v in variances]}


async def close(path: Path) -> dict[str, Any]:
    """In a process of its own: end collecting and score everybody."""
    from services import basis, closing, finishing, scoring
    from services.deps import Deps
    from storage import people, tallies
    from storage.engine import Database

    seconds: dict[str, float] = defaultdict(float)

    def timed(module: Any, name: str) -> None:
        work: Callable[..., Awaitable[Any]] = getattr(module, name)

        async def measured(*args: Any, **kwargs: Any) -> Any:
            start = perf_counter()
            found = await work(*args, **kwargs)
            seconds[name] += perf_counter() - start
            return found

        setattr(module, name, measured)

    timed(tallies, "review_sums")
    timed(tallies, "item_stats")
    timed(finishing, "lay_basis")
    timed(finishing, "usual_gaps")
    timed(finishing, "composed")
    assert basis.tallies is scoring.tallies is tallies, "what is timed is what is called"
    database = Database.open(f"sqlite:///{path}")
    async with database.read() as tx:
        hana = next(p for p in await people.all_people(tx) if p.slack_id == "U0")
    deps = Deps(database, lambda: company.NOW, frozenset({"U0"}))
    start, used = perf_counter(), process_time()
    await closing.close_cycle(deps, hana, company.CYCLE)
    took, used = perf_counter() - start, process_time() - used
    await database.dispose()
    return {"took": took, "used": used, "peak": peak(), "parts": seconds}


def bare(path: Path) -> float:
    """The floor: one GROUP BY, its rows fetched and thrown away."""
    with sqlite3.connect(path) as raw:
        start = perf_counter()
        rows = sum(1 for _ in raw.execute(BARE))
        took = perf_counter() - start
    raw.close()
    assert rows
    return took


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def alone(*words: str) -> dict[str, Any]:
    """What a process of its own found."""
    command = [sys.executable, "-m", "benchmarks.scores", *words]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def closed(folder: Path, count: int) -> None:
    from storage.migrate import migrate

    path = folder / "company.db"
    migrate(f"sqlite:///{path}")
    answers = company.fill(path, count)
    before = bare(path)
    cost = alone("close", str(path))
    floor = (before + bare(path)) / 2
    parts = Counter(cost["parts"])
    aggregation = parts["review_sums"] + parts["item_stats"]
    print(f"\nclosing a cycle: {count:,} people, {answers:,} ratings; a bare GROUP BY {floor:.2f} s")
    print(f"aggregation  {aggregation:7.2f} s = {aggregation / floor:5.2f} floors")
    print(f"severity     {parts['lay_basis'] - parts['review_means']:7.2f} s")
    print(f"usual gaps   {parts['usual_gaps']:7.2f} s")
    print(f"cards        {parts['composed']:7.2f} s")
    print(f"in all       {cost['took']:7.2f} s = {cost['took'] / floor:5.2f} floors")
    print(f"processor    {cost['used']:7.2f} s; peak {cost['peak']:.0f} MB")


def main(count: int) -> None:
    simulated()
    cost = alone("model", str(count))
    sd = ", ".join(f"{s:.2f}" for s in cost["sd"])
    took = f"{cost['took']:.2f} s, processor {cost['used']:.2f} s, peak {cost['peak']:.0f} MB"
    print(f"\nmixed model, {count:,} x 8: {took}; standard deviations {sd}, true 10, 12, 11")
    with TemporaryDirectory() as folder:
        closed(Path(folder), count)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["model", count]:
            print(json.dumps(model(int(count))))
        case ["close", path]:
            print(json.dumps(asyncio.run(close(Path(path)))))
        case [count]:
            main(int(count))
        case _:
            main(10_000)
