"""What scores cost and what the correction for strict and lenient reviewers is worth.

Run from the repository: `python -m benchmarks.scores [people] [--postgres] [--check]`; 10,000 without a number, eight
reviews of 15 questions each. Three tables: how near raw and corrected means come to a known truth; the mixed model
alone; closing a cycle on SQLite, and with `--postgres` on a PostgreSQL of its own too, beside the floor of one bare
GROUP BY over the same answers in the same run. Seconds depend on the machine, ratios to the floor hardly do.
"processor": seconds of it, whatever else the machine does. "peak": the most memory of a process of its own, everything
included. "first look": what HR waits for when they first ask for the cycle's figures.

`--check`: a line for every limit that is broken, and the exit code 1 where one is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from benchmarks import company
from bot import garbage

FLOORS = 3.0  # that the aggregation may cost
SECONDS = 60.0  # for closing a cycle, and for the mixed model
PEAK, PEAK_OF_MODEL = 500.0, 1000.0  # MB

BARE = """
    SELECT t.reviewee_id, a.item, t.relation, count(*), avg(a.number)
    FROM answers a JOIN tasks t ON t.id = a.task_id
    WHERE a.number IS NOT NULL GROUP BY 1, 2, 3
"""


def simulated() -> list[str]:
    """The conditions under which a correction has to come nearer to the truth than the raw mean; where it does not."""
    from tests.simulator import CROSS, DEPARTMENT, compare, simulate

    broken: list[str] = []
    print("shared  between   RMSE raw  adjusted    rho raw  adjusted")
    for cross, department in product(CROSS, DEPARTMENT):
        q = compare(simulate(cross=cross, department=department, seed=1))
        rmse, rho = f"{q.raw_rmse:8.2f}{q.adjusted_rmse:10.2f}", f"{q.raw_rho:11.3f}{q.adjusted_rho:10.3f}"
        print(f"{cross:6.0%}{department:9.0%}   {rmse}{rho}")
        if not q.adjusted_rmse < q.raw_rmse:
            where = f"{cross:.0%} shared, {department:.0%} between"
            broken.append(f"adjusted RMSE with {where}: {q.adjusted_rmse:.2f}, must be below {q.raw_rmse:.2f}")
    return broken


def over(what: str, value: float, most: float, unit: str, more: str = "") -> list[str]:
    """The line that says that a limit is broken, where it is."""
    return [f"{what}: {value:.2f} {unit}{more}, at most {most:g} {unit}"] if value > most else []


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


async def close(url: str) -> dict[str, Any]:
    """In a process of its own: end collecting and score everybody."""
    from services import basis, finishing, scoring
    from services.closing import close_cycle
    from storage import tallies

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
    timed(tallies, "thin")
    timed(tallies, "item_stats")
    timed(finishing, "lay_basis")
    timed(finishing, "composed")
    assert basis.tallies is scoring.tallies is tallies, "what is timed is what is called"
    return await timed_alone(url, lambda deps, hana: close_cycle(deps, hana, company.CYCLE)) | {"parts": seconds}


async def look(url: str) -> dict[str, Any]:
    """In a process of its own: HR's first look at the figures of the cycle."""
    from services import figures

    return await timed_alone(url, lambda deps, hana: figures.figures(deps, hana, company.CYCLE))


async def timed_alone(url: str, work: Callable[..., Awaitable[Any]]) -> dict[str, Any]:
    """What it cost in a process that is set up like the bot's."""
    from services.deps import Deps
    from storage import people
    from storage.engine import Database

    garbage.look_rarely()
    database = Database.open(url)
    async with database.read() as tx:
        hana = next(p for p in await people.all_people(tx) if p.slack_id == "U0")
    deps = Deps(database, lambda: company.NOW, frozenset({"U0"}))
    start, used = perf_counter(), process_time()
    await work(deps, hana)
    took, used = perf_counter() - start, process_time() - used
    await database.dispose()
    return {"took": took, "used": used, "peak": peak()}


def bare(url: str) -> float:
    """The floor: one GROUP BY, its rows fetched and thrown away."""
    from benchmarks.postgres import fetched

    start = perf_counter()
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw:
            rows = sum(1 for _ in raw.execute(BARE))
    else:
        rows = fetched(url, BARE)
    assert rows
    return perf_counter() - start


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def alone(*words: str) -> dict[str, Any]:
    """What a process of its own found."""
    command = [sys.executable, "-m", "benchmarks.scores", *words]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def closed(name: str, url: str) -> list[str]:
    """Prints what closing the cycle costs; which limits that breaks."""
    before = bare(url)
    cost = alone("close", url)
    floor = (before + bare(url)) / 2
    first = alone("look", url)
    parts = Counter(cost["parts"])
    aggregation = parts["review_sums"] + parts["thin"] + parts["item_stats"]
    print(f"\nclosing a cycle on {name}; a bare GROUP BY {floor:.2f} s")
    print(f"aggregation  {aggregation:7.2f} s = {aggregation / floor:5.2f} floors")
    print(f"severity     {parts['lay_basis'] - parts['review_sums'] - parts['thin']:7.2f} s")
    print(f"cards        {parts['composed']:7.2f} s")
    print(f"in all       {cost['took']:7.2f} s = {cost['took'] / floor:5.2f} floors")
    print(f"processor    {cost['used']:7.2f} s; peak {cost['peak']:.0f} MB")
    print(f"first look   {first['took']:7.2f} s, processor {first['used']:.2f} s; peak {first['peak']:.0f} MB")
    return [
        *over(f"aggregation on {name}", aggregation / floor, FLOORS, "floors", " of a bare GROUP BY"),
        *over(f"closing on {name}", cost["took"], SECONDS, "s", f" ({cost['used']:.2f} s of processor time)"),
        *over(f"memory of closing on {name}", cost["peak"], PEAK, "MB"),
    ]


def modelled(count: int) -> list[str]:
    """Prints what the mixed model costs; which limits that breaks."""
    cost = alone("model", str(count))
    sd = ", ".join(f"{s:.2f}" for s in cost["sd"])
    took = f"{cost['took']:.2f} s, processor {cost['used']:.2f} s, peak {cost['peak']:.0f} MB"
    print(f"\nmixed model, {count:,} x 8: {took}; standard deviations {sd}, true 10, 12, 11")
    return [
        *over("mixed model", cost["took"], SECONDS, "s", f" ({cost['used']:.2f} s of processor time)"),
        *over("memory of the mixed model", cost["peak"], PEAK_OF_MODEL, "MB"),
    ]


def main(words: Sequence[str]) -> int:
    from benchmarks.postgres import started
    from storage.migrate import migrate

    parser = argparse.ArgumentParser(prog="python -m benchmarks.scores")
    parser.add_argument("people", type=int, nargs="?", default=10_000)
    parser.add_argument("--postgres", action="store_true", help="close the cycle on PostgreSQL too")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a limit is broken")
    options = parser.parse_args(words)
    broken = simulated() + modelled(options.people)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "company.db"
        migrate(f"sqlite:///{path}")
        print(f"\n{options.people:,} people, {company.fill(path, options.people):,} ratings")
        if options.postgres:  # first: closing fills the file
            with started(path) as url:
                broken += closed("PostgreSQL", url)
        broken += closed("SQLite", f"sqlite:///{path}")
    if options.check:
        print("\n" + "\n".join(f"broken: {line}" for line in broken) if broken else "\nall limits hold")
    return 1 if options.check and broken else 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["model", count]:
            print(json.dumps(model(int(count))))
        case ["close", url]:
            print(json.dumps(asyncio.run(close(url))))
        case ["look", url]:
            print(json.dumps(asyncio.run(look(url))))
        case words:
            sys.exit(main(words))
