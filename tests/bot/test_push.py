"""Other systems push figures; every answer is one that the description names."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from appraisal.intake.declarations import SOURCE
from appraisal.intake.readers import MEGABYTES
from appraisal.intake.runs import Outcome
from appraisal.intake.sources import Sources
from bot.health import listen
from bot.sources.push import DESCRIPTION, PushServer
from services import claiming
from services.rolling_back import roll_back
from storage import imports as files
from storage import metrics, people, sources
from storage.engine import Database
from storage.tables import imports
from tests.world import World

SPEC = yaml.safe_load(DESCRIPTION.read_text("utf-8"))
DOCUMENTED = SPEC["paths"]["/metrics/{source}"]["post"]["responses"]
CSV = "person,metric,target,actual\nann@example.com,business_volume,100,95\nnobody@example.com,business_volume,100,1\n"
SEEN: set[str] = set()


def source(key: str) -> Any:
    name = {"en": key, "zh": key}
    return SOURCE.validate_python({"key": key, "name": name, "kind": "push", "token_env": f"{key.upper()}_TOKEN"})


@dataclass
class Endpoint:
    """The endpoint of a world on SQLite; answers are compared with the description."""

    world: World
    server: PushServer
    session: aiohttp.ClientSession

    async def post(
        self, path: str = "/metrics/desk", body: Any = CSV, *, token: str = "s3cret", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        sent = {"Content-Type": "text/csv", "Authorization": f"Bearer {token}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"http://127.0.0.1:{self.server.port}{path}"
        async with self.session.post(url, data=body, headers=sent) as answer:
            said = json.loads(await answer.text())
            self.compare(answer, said)
            return answer.status, said

    def compare(self, answer: aiohttp.ClientResponse, said: dict[str, Any]) -> None:
        documented = DOCUMENTED[str(answer.status)]
        schema = documented["content"][answer.content_type]["schema"]
        Draft202012Validator({**schema, "components": SPEC["components"]}).validate(said)
        SEEN.add(str(answer.status))

    async def kept(self) -> int:
        """How many files are stored."""
        async with self.world.deps.read() as tx:
            return await tx.scalar(sa.select(sa.func.count()).select_from(imports)) or 0

    async def figures(self) -> dict[str, float]:
        async with self.world.deps.read() as tx:
            request = self.world.request()
            found = await metrics.of_period(tx, request.period_start, request.period_end)
        return {f.person_id: f.actual for f in found}


@pytest.fixture
async def endpoint(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Endpoint]:
    monkeypatch.setenv("DESK_TOKEN", "s3cret")
    monkeypatch.setenv("OTHER_TOKEN", "0ther")
    database = Database.open(sqlite_url)
    world = await World(database).settle()
    world.deps = replace(world.deps, sources=Sources((source("desk"), source("other"), source("unset"))))
    server = PushServer(world.deps, wake=lambda: None)
    await server.start(listen("127.0.0.1", 0))
    async with aiohttp.ClientSession() as session:
        yield Endpoint(world, server, session)
    await server.stop()
    await database.dispose()


def test_the_description_is_valid_openapi_and_stands_among_the_documents() -> None:
    validate(SPEC)
    docs = Path(__file__).parents[2] / "docs" / "openapi.yml"
    assert docs.read_text("utf-8") == DESCRIPTION.read_text("utf-8")


async def test_the_description_is_served_to_everybody(endpoint: Endpoint) -> None:
    async with endpoint.session.get(f"http://127.0.0.1:{endpoint.server.port}/openapi.yml") as answer:
        assert yaml.safe_load(await answer.text()) == SPEC


async def test_good_rows_are_taken_and_the_others_named(endpoint: Endpoint) -> None:
    await endpoint.world.launched()
    status, said = await endpoint.post()
    assert (status, said["outcome"]) == (200, "applied")
    assert said["counts"] == {"rows": 2, "applied": 1, "unchanged": 0, "doubtful": 0, "errors": 1}
    assert [(p["row"], p["reason"], p["value"]) for p in said["problems"]] == [
        (3, "unknown-person", "nobody@example.com")
    ]
    assert await endpoint.figures() == {"ann": 95}
    async with endpoint.world.deps.read() as tx:
        history = await sources.history(tx, "desk")
    assert history.success
    assert (history.success.outcome, history.success.detail.left_out) == (Outcome.APPLIED, 1)


async def test_pushing_the_same_again_changes_nothing_and_says_the_same_problems(endpoint: Endpoint) -> None:
    await endpoint.world.launched()
    _, first = await endpoint.post()
    status, again = await endpoint.post()
    assert (status, again["outcome"], again["problems"]) == (200, "unchanged", first["problems"])
    assert again["counts"]["unchanged"] == 1
    assert await endpoint.kept() == 1
    async with endpoint.world.deps.read() as tx:
        history = await sources.history(tx, "desk")
        assert history.success
        assert await files.known(tx, history.success.import_id or "")


@pytest.mark.parametrize("actual", ["1", "much"])
async def test_what_was_left_out_is_stored_once_however_often_it_comes(endpoint: Endpoint, actual: str) -> None:
    await endpoint.world.launched()
    body = f"person,metric,target,actual\nnobody@example.com,business_volume,100,{actual}\n"
    for _ in range(3):
        assert (await endpoint.post(body=body))[1]["outcome"] == "unchanged"
    assert await endpoint.kept() == 1
    await endpoint.post(body=body + body.partition("\n")[2].replace("nobody", "somebody"))
    assert await endpoint.kept() == 2


async def test_figures_of_a_push_that_was_taken_back_are_stored_and_taken_again(endpoint: Endpoint) -> None:
    await endpoint.world.launched()
    await endpoint.post()
    async with endpoint.world.deps.read() as tx:
        history = await sources.history(tx, "desk")
    assert history.success
    await roll_back(endpoint.world.deps, None, history.success.import_id or "")
    assert await endpoint.figures() == {}
    assert (await endpoint.post())[1]["outcome"] == "applied"
    assert await endpoint.figures() == {"ann": 95}
    assert await endpoint.kept() == 2


async def test_namesakes_are_not_told_to_the_other_system(endpoint: Endpoint) -> None:
    await endpoint.world.launched()
    namesakes = [replace(await endpoint.world.who(key), name="Ann Lee") for key in ("ann", "bo")]
    async with endpoint.world.deps.begin() as tx:
        await people.save(tx, namesakes)
    status, said = await endpoint.post(body="name,metric,target,actual\nAnn Lee,business_volume,100,95\n")
    assert status == 200
    assert [(p["reason"], p["value"], p["detail"]) for p in said["problems"]] == [("ambiguous", "Ann Lee", "")]
    assert "@" not in str(said)


@pytest.mark.parametrize("token", [b"\xff", b"s3cret\xff", "s3cret\u00e9".encode()])
async def test_a_token_of_any_bytes_is_only_wrong(endpoint: Endpoint, token: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", endpoint.server.port)
    head = b"POST /metrics/desk HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n"
    writer.write(head + b"Authorization: Bearer " + token + b"\r\n\r\n")
    status = await reader.readline()
    writer.close()
    assert status.split()[1] == b"401"


async def test_json_is_taken_too(endpoint: Endpoint) -> None:
    await endpoint.world.launched()
    body = json.dumps([{"person": "bo@example.com", "metric": "business_volume", "target": 100, "actual": 80}])
    status, said = await endpoint.post(body=body, Content_Type="application/json")
    assert (status, said["counts"]["applied"]) == (200, 1)
    assert await endpoint.figures() == {"bo": 80}


async def test_a_dry_run_writes_nothing(endpoint: Endpoint) -> None:
    await endpoint.world.launched()
    status, said = await endpoint.post("/metrics/desk?dry_run=true")
    assert (status, said["outcome"], said["counts"]["applied"]) == (200, "dry-run", 1)
    assert await endpoint.figures() == {}
    assert await endpoint.kept() == 0


async def test_the_period_can_be_named(endpoint: Endpoint) -> None:
    await endpoint.world.launched()
    status, said = await endpoint.post("/metrics/desk?from=2026-01-01&to=2026-06-30")
    assert (status, said["period"]) == (200, {"from": "2026-01-01", "to": "2026-06-30"})
    assert await endpoint.figures() == {}


@pytest.mark.parametrize("token", ["", "wrong", "0ther"])
async def test_only_the_token_of_the_source_opens_it(endpoint: Endpoint, token: str) -> None:
    status, _ = await endpoint.post(token=token)
    assert status == 401
    assert (await endpoint.post("/metrics/unset", token=""))[0] == 401


async def test_unknown_sources_are_told_only_to_who_has_a_token(endpoint: Endpoint) -> None:
    assert (await endpoint.post("/metrics/nothing"))[0] == 404
    assert (await endpoint.post("/metrics/nothing", token="wrong"))[0] == 401


async def test_without_one_open_period_nothing_is_guessed(endpoint: Endpoint) -> None:
    assert (await endpoint.post())[1]["code"] == "no-open-cycle"
    world = endpoint.world
    await world.launched()
    await world.launched(name="H1", period_start=world.request().period_start.replace(month=1))
    status, said = await endpoint.post()
    assert (status, said["code"]) == (409, "several-cycles")


async def test_while_figures_of_a_source_are_taken_in_others_of_it_wait(endpoint: Endpoint) -> None:
    await endpoint.world.launched()
    await claiming.claim_now(endpoint.world.deps, "desk")
    status, said = await endpoint.post()
    assert (status, said["code"]) == (409, "source-busy")
    assert (await endpoint.post("/metrics/other", token="0ther"))[0] == 200


async def test_many_at_once_never_break_it(endpoint: Endpoint) -> None:
    await endpoint.world.launched()
    answers = await asyncio.gather(*(endpoint.post() for _ in range(12)))
    assert {status for status, _ in answers} <= {200, 409, 429}
    assert await endpoint.figures() == {"ann": 95}


async def test_a_body_that_is_too_large_is_refused(endpoint: Endpoint) -> None:
    await endpoint.world.launched()
    assert (await endpoint.post(body=b"x" * (MEGABYTES * 1_000_000 + 1)))[0] == 413

    async def without_length() -> AsyncIterator[bytes]:
        for _ in range(MEGABYTES + 2):
            yield bytes(1_000_000)

    assert (await endpoint.post(body=without_length()))[0] == 413


@pytest.mark.parametrize("headers", [{"Content_Type": "text/html"}, {"Content_Encoding": "gzip"}])
async def test_what_cannot_be_read_by_its_type_is_refused(endpoint: Endpoint, headers: dict[str, str]) -> None:
    assert (await endpoint.post(**headers))[0] == 415


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("", "no table at all"),
        ("", ""),
        ("?from=2026-07-01", CSV),
        ("?from=2026-09-30&to=2026-07-01", CSV),
        ("?from=today&to=tomorrow", CSV),
        ("?dry_run=perhaps", CSV),
        ("?as_of=2099-01-01", CSV),
    ],
)
async def test_what_is_no_figures_or_no_parameter_is_refused_and_writes_nothing(
    endpoint: Endpoint, query: str, body: str
) -> None:
    await endpoint.world.launched()
    status, said = await endpoint.post(f"/metrics/desk{query}", body)
    assert (status, bool(said["detail"])) == (422, True)
    assert await endpoint.figures() == {}


async def test_too_many_requests_are_slowed_down(sqlite_url: str, endpoint: Endpoint) -> None:
    await endpoint.world.launched()
    endpoint.server._a_minute = 2
    assert [(await endpoint.post())[0] for _ in range(3)] == [200, 200, 429]


async def test_faults_of_ours_are_told_without_their_cause(endpoint: Endpoint) -> None:
    await endpoint.world.launched()
    async with endpoint.world.deps.begin() as tx:
        await tx.exec_driver_sql("ALTER TABLE figures RENAME TO mislaid")
    status, said = await endpoint.post()
    assert (status, said["code"]) == (500, "broken")
    assert "mislaid" not in str(said)
    async with endpoint.world.deps.begin() as tx:
        await tx.exec_driver_sql("ALTER TABLE mislaid RENAME TO figures")
    assert (await endpoint.post())[0] == 200
