"""Schemes in HR's hands: uploaded, succeeded, retired, brought back."""

from __future__ import annotations

import asyncio
import re
from importlib.resources import files

import pytest

from appraisal.cycle import Cycle, State
from appraisal.errors import AppraisalError, Code, InvalidInput, NotAllowed, NotFound, WrongState
from appraisal.scheme import Relation, Scheme
from appraisal.scheme_versions import SchemeInfo, Upload
from services import cycles, schemes
from storage import audit
from storage import cycles as store
from tests.world import World

OPERATIONS = (files("appraisal") / "schemes" / "operations.yml").read_text(encoding="utf-8")


def version(number: int, *, key: str = "operations", strip: str = "") -> str:
    """The shipped text as another version; `strip` leaves something out."""
    text = re.sub(r"(?m)^version: 1$", f"version: {number}", OPERATIONS)
    text = re.sub(r"(?m)^key: operations$", f"key: {key}", text)
    return re.sub(strip, "", text) if strip else text


NO_KEEP = r"(?s)      - key: ability_keep\n.*?(?=\n  - key: attitude)"


async def offered(world: World) -> dict[str, int]:
    async with world.deps.read() as tx:
        return {s.key: s.version for s in await schemes.offered(tx)}


async def current(world: World, key: str, *, retired: bool = False) -> Scheme:
    async with world.deps.read() as tx:
        return await schemes.find(tx, key, retired=retired)


async def save(world: World, text: str) -> Upload:
    return await schemes.save_upload(world.deps, await world.who("hana"), text)


async def info(world: World, key: str) -> SchemeInfo:
    return next(i for i in await schemes.overview(world.deps, await world.who("hana")) if i.scheme.key == key)


async def verbs(world: World) -> list[tuple[str, str, object]]:
    async with world.deps.read() as tx:
        return [(e.verb, e.subject, e.detail.get("version")) for e in await audit.recent(tx, 5)]


async def refused(world: World, text: str) -> AppraisalError:
    with pytest.raises(InvalidInput) as error:
        await save(world, text)
    return error.value


async def test_the_built_in_schemes_are_offered_with_the_usual_one_first(world: World) -> None:
    assert next(iter(await offered(world))) == "operations"
    assert set(await offered(world)) == {s.key for s in schemes.builtin()}
    shipped = await info(world, "operations")
    assert (shipped.uploaded_at, shipped.uploaded_by, shipped.cycles, shipped.retired) == (None, None, 0, False)


async def test_an_uploaded_scheme_of_its_own_key_is_offered_beside_them(world: World) -> None:
    done = await save(world, version(1, key="sales"))
    assert done.before is None
    assert (await offered(world))["sales"] == 1
    line = await info(world, "sales")
    assert (line.uploaded_by, line.uploaded_at) == ("Hana", world.now)
    assert await verbs(world) == [("upload-scheme", "sales", 1)]


async def test_an_uploaded_version_succeeds_the_built_in_one_and_tells_what_it_changes(world: World) -> None:
    text = version(2, strip=NO_KEEP).replace("weight: 20\n", "weight: 25\n")
    looked = await schemes.check_upload(world.deps, await world.who("hana"), text)
    assert (await offered(world))["operations"] == 1  # looking changes nothing
    assert await save(world, text) == looked
    assert looked.before
    assert looked.before.version == 1
    assert [i.key for i in looked.changes.dropped] == ["ability_keep"]
    assert (looked.changes.added, looked.changes.fields) == ((), ("dimensions",))
    assert (await current(world, "operations")).version == 2


async def test_the_same_content_again_changes_nothing(world: World) -> None:
    again = await save(world, OPERATIONS + "\n# a comment\n")
    assert again.is_known
    assert (await info(world, "operations")).uploaded_at is None
    assert await verbs(world) == []
    await save(world, version(2, strip=NO_KEEP))
    assert (await save(world, version(2, strip=NO_KEEP))).is_known
    assert (await save(world, OPERATIONS)).is_known  # an older version, too
    assert (await current(world, "operations")).version == 2


async def test_a_built_in_version_cannot_be_changed_only_succeeded(world: World) -> None:
    error = await refused(world, version(1, strip=NO_KEEP))
    assert (error.code, error.values["next"]) == (Code.SCHEME_VERSION, 2)


async def test_a_version_that_a_cycle_uses_cannot_be_changed_only_succeeded(world: World) -> None:
    await save(world, version(1, key="sales"))
    await world.launched(scheme="sales")
    error = await refused(world, version(1, key="sales", strip=NO_KEEP))
    assert (error.code, error.field, error.values) == (
        Code.SCHEME_VERSION,
        "file",
        {"scheme": "sales", "version": 1, "next": 2},
    )
    assert (await info(world, "sales")).cycles == 1
    await save(world, version(2, key="sales", strip=NO_KEEP))
    async with world.deps.read() as tx:
        (running,) = await store.all_cycles(tx)
    assert running.scheme.version == 1  # the frozen copy
    assert running.scheme.item("ability_keep")


async def test_a_version_that_nobody_used_yet_can_be_corrected(world: World) -> None:
    await save(world, version(1, key="sales"))
    corrected = await save(world, version(1, key="sales", strip=NO_KEEP))
    assert not corrected.is_known
    assert (await current(world, "sales")).item("ability_keep") is None


async def test_a_preview_hinders_no_correction_and_does_not_begin_a_cycle_with_the_old_form(world: World) -> None:
    await save(world, version(1, key="sales"))
    hana = await world.who("hana")
    old = await cycles.draft_cycle(world.deps, hana, world.request(scheme="sales"))
    assert (await info(world, "sales")).cycles == 0
    await save(world, version(1, key="sales", strip=NO_KEEP))
    with pytest.raises(NotFound) as gone:
        await cycles.launch_cycle(world.deps, hana, old.cycle.id)
    assert gone.value.code is Code.NO_SUCH_CYCLE


async def test_a_lower_version_is_refused_with_the_next_number(world: World) -> None:
    await save(world, version(7, key="sales"))
    assert (await refused(world, version(6, key="sales"))).values["next"] == 8


async def test_a_retired_scheme_is_offered_no_more_and_its_cycles_go_on(world: World) -> None:
    cycle_id = await world.launched()
    hana = await world.who("hana")
    await schemes.retire(world.deps, hana, "operations")
    assert "operations" not in await offered(world)
    assert (await info(world, "operations")).retired
    assert (await schemes.overview(world.deps, hana))[-1].scheme.key == "operations"
    with pytest.raises(NotFound) as gone:
        await cycles.draft_cycle(world.deps, hana, world.request(name="Q4"))
    assert (gone.value.code, gone.value.field) == (Code.NO_SUCH_SCHEME, "scheme")
    assert (await cycles.scheme_of(world.deps, hana, cycle_id)).scheme.key == "operations"
    assert (await current(world, "operations", retired=True)).version == 1
    assert (await verbs(world))[0] == ("retire-scheme", "operations", 1)


async def test_a_scheme_retires_once(world: World) -> None:
    hana = await world.who("hana")
    await schemes.retire(world.deps, hana, "Leadership-360")  # however it is typed
    with pytest.raises(WrongState) as twice:
        await schemes.retire(world.deps, hana, "leadership_360")
    assert twice.value.code is Code.SCHEME_RETIRED
    with pytest.raises(NotFound):
        await schemes.retire(world.deps, hana, "nothing")


async def test_a_new_version_brings_a_retired_key_back(world: World) -> None:
    await schemes.retire(world.deps, await world.who("hana"), "operations")
    assert (await save(world, version(2))).brings_back
    assert (await offered(world))["operations"] == 2
    await schemes.retire(world.deps, await world.who("hana"), "operations")
    assert (await save(world, version(3))).brings_back
    assert (await offered(world))["operations"] == 3


async def test_the_same_version_uploaded_again_brings_a_retired_key_back(world: World) -> None:
    hana = await world.who("hana")
    await schemes.retire(world.deps, hana, "operations")
    back = await save(world, OPERATIONS)
    assert (back.is_known, back.brings_back) == (True, True)
    assert (await offered(world))["operations"] == 1
    assert (await info(world, "operations")).uploaded_at is None
    await schemes.retire(world.deps, hana, "operations")  # and once more
    assert "operations" not in await offered(world)


async def test_the_last_scheme_cannot_be_retired(world: World) -> None:
    first, *rest = await offered(world)
    for key in rest:
        await schemes.retire(world.deps, await world.who("hana"), key)
    with pytest.raises(WrongState) as last:
        await schemes.retire(world.deps, await world.who("hana"), first)
    assert last.value.code is Code.LAST_SCHEME


async def test_a_broken_scheme_changes_nothing(world: World) -> None:
    before = await schemes.overview(world.deps, None)
    error = await refused(world, version(2).replace("weight: 50", "weight: many"))
    assert error.code is Code.SCHEME_INVALID
    assert await schemes.overview(world.deps, None) == before


async def test_schemes_are_for_hr(world: World) -> None:
    ann = await world.who("ann")
    for attempt in (
        schemes.overview(world.deps, ann),
        schemes.check_upload(world.deps, ann, OPERATIONS),
        schemes.save_upload(world.deps, ann, OPERATIONS),
        schemes.retire(world.deps, ann, "annual"),
    ):
        with pytest.raises(NotAllowed) as refused:
            await attempt
        assert refused.value.code is Code.NOT_HR


async def test_the_text_comes_back_as_it_was_uploaded(world: World) -> None:
    mine = "# written by HR\n" + version(1, key="sales")
    await save(world, mine)
    async with world.deps.read() as tx:
        assert await schemes.text_of(tx, "sales") == mine
        assert await schemes.text_of(tx, "operations") == OPERATIONS


async def test_of_two_uploads_of_one_version_at_once_one_is_refused(world: World) -> None:
    texts = (version(2), version(2, strip=NO_KEEP))
    done = await asyncio.gather(*(save(world, text) for text in texts), return_exceptions=True)
    kinds = [type(d) for d in done]
    # A version that nobody uses yet may be corrected: whoever comes second and sees the first one may replace it.
    assert set(kinds) <= {Upload, InvalidInput}
    assert Upload in kinds
    stored = await current(world, "operations")
    winners = [d.scheme for d in done if isinstance(d, Upload)]
    assert stored in winners


async def test_a_version_does_not_change_while_a_cycle_is_launched_with_it(world: World) -> None:
    await save(world, version(1, key="sales"))
    async with world.deps.begin() as tx:
        chosen = await schemes.find(tx, "sales", lock=True)
        correcting = asyncio.create_task(save(world, version(1, key="sales", strip=NO_KEEP)))
        await asyncio.wait([correcting], timeout=0.5)
        assert not correcting.done()
        cycle = Cycle(
            id="c1",
            name="Q3",
            scheme=chosen,
            period_start=world.request().period_start,
            period_end=world.request().period_end,
            relations=tuple(Relation),
            peers_wanted=3,
            threshold=3,
            due_at=world.now,
            owner_id="hana",
            state=State.COLLECTING,
        )
        await store.add(tx, cycle)
    with pytest.raises(InvalidInput) as late:
        await correcting
    assert late.value.code is Code.SCHEME_VERSION
