"""The schemes HR can choose from: built in or uploaded, one version after another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from appraisal.errors import Code, InvalidInput, NotFound, WrongState
from appraisal.people import Person
from appraisal.scheme import Scheme
from appraisal.scheme_changes import Changes, changes
from appraisal.scheme_text import parse_scheme
from appraisal.scheme_versions import SchemeInfo, Upload
from services.deps import Deps
from storage import audit, cycles, people
from storage import schemes as store
from storage.engine import Tx
from storage.schemes import StoredScheme

USUAL = "operations"  # stands first in lists


@dataclass(frozen=True)
class _Current:
    """The version of a key that counts: the last one uploaded, else the built-in one."""

    scheme: Scheme
    text: str
    stored: StoredScheme | None = None  # the last one; without a text it says that the built-in one was retired

    @property
    def retired(self) -> bool:
        return self.stored is not None and self.stored.retired_at is not None


@dataclass(frozen=True)
class _Plan:
    upload: Upload
    current: _Current | None
    replaces: StoredScheme | None = None  # the same version, which no cycle uses yet


def builtin() -> tuple[Scheme, ...]:
    """The schemes that come with the product, the usual one first."""
    return tuple(scheme for scheme, _ in _shipped().values())


@cache
def _shipped() -> dict[str, tuple[Scheme, str]]:
    folder = files("appraisal") / "schemes"
    texts = [f.read_text(encoding="utf-8") for f in folder.iterdir() if f.name.endswith(".yml")]
    read = {scheme.key: (scheme, text) for text in texts for scheme in [parse_scheme(text)]}
    return {key: read[key] for key in sorted(read, key=_usual_first)}


def _usual_first(key: str) -> tuple[bool, str]:
    return key != USUAL, key


async def offered(tx: Tx) -> tuple[Scheme, ...]:
    """What a new cycle can use, one version of each key. An uploaded scheme succeeds the built-in one of its key."""
    return tuple(c.scheme for c in (await _current(tx)).values() if not c.retired)


async def find(tx: Tx, key: str, *, retired: bool = False, lock: bool = False) -> Scheme:
    """The version of a scheme that counts now; a retired one only where `retired` asks for it.

    `lock`: nobody changes it until this transaction ends. Raises NotFound(NO_SUCH_SCHEME).
    """
    return (await _found(tx, key, retired=retired, lock=lock)).scheme


async def text_of(tx: Tx, key: str) -> str:
    """The YAML of a scheme, with its comments, retired or not. Raises NotFound(NO_SUCH_SCHEME)."""
    return (await _found(tx, key, retired=True)).text


async def overview(deps: Deps, who: Person | None) -> list[SchemeInfo]:
    """Every scheme, retired ones last. `who` None: the command line, which is HR."""
    _check(deps, who)
    async with deps.read() as tx:
        current, uses = await _current(tx), await store.uses(tx)
        uploaders = (c.stored.uploaded_by for c in current.values() if c.stored)
        names = {p.id: p.name for p in await people.some(tx, {u for u in uploaders if u})}
    lines = [_info(c, uses, names) for c in current.values()]
    return sorted(lines, key=lambda line: line.retired)


async def look_up(deps: Deps, who: Person | None, key: str) -> Scheme:
    """The scheme of this key, retired or not, for HR; the first of the overview where no key is given.

    Raises NotAllowed, NotFound(NO_SUCH_SCHEME).
    """
    if not key:
        return (await overview(deps, who))[0].scheme
    _check(deps, who)
    async with deps.read() as tx:
        return (await _found(tx, key, retired=True)).scheme


def _info(current: _Current, uses: dict[tuple[str, int], int], names: dict[str, str]) -> SchemeInfo:
    key, stored = current.scheme.key, current.stored
    uploaded = stored if stored and stored.text else None
    return SchemeInfo(
        scheme=current.scheme,
        uploaded_by=names.get(uploaded.uploaded_by) if uploaded and uploaded.uploaded_by else None,
        uploaded_at=uploaded.uploaded_at if uploaded else None,
        cycles=sum(n for (used, _), n in uses.items() if used == key),
        retired=current.retired,
    )


async def check_upload(deps: Deps, who: Person | None, text: str) -> Upload:
    """What an uploaded scheme changes. `who` None: the command line.

    Raises NotAllowed, InvalidInput(SCHEME_INVALID with every problem; SCHEME_VERSION where its version is taken).
    """
    _check(deps, who)
    scheme = parse_scheme(text)
    async with deps.read() as tx:
        return (await _plan(tx, scheme)).upload


async def save_upload(deps: Deps, who: Person | None, text: str) -> Upload:
    """Store an uploaded scheme; from now on new cycles can use it, also where its key was retired.

    A version that no cycle used yet may change. Raises like `check_upload`, also where somebody else was faster.
    """
    _check(deps, who)
    scheme, now = parse_scheme(text), deps.now()
    async with deps.begin() as tx:
        plan = await _plan(tx, scheme, lock=True)
        if plan.upload.is_known and not plan.upload.brings_back:
            return plan.upload
        if not await _store(tx, plan, StoredScheme(scheme.key, scheme.version, text, scheme, who and who.id, now)):
            raise _taken(scheme, scheme.version + 1)
        await _note(tx, who, now, "upload-scheme", scheme)
    return plan.upload


async def _store(tx: Tx, plan: _Plan, new: StoredScheme) -> bool:
    """False where somebody else stored another content of the same version meanwhile."""
    if plan.upload.is_known and plan.current and plan.current.stored:
        await store.bring_back(tx, new.key, plan.current.stored.version)
        return True
    if plan.replaces:
        # A preview that nobody launched would begin a cycle with what has just been corrected.
        await cycles.delete_drafts_of(tx, new.key, new.version)
        return await store.replace(tx, new, was=plan.replaces.text)
    return await store.add(tx, new)


async def retire(deps: Deps, who: Person | None, key: str) -> Scheme:
    """Offer a scheme no more; cycles that use it keep their copy. A later version, or the same again, brings it back.

    Raises NotAllowed, NotFound(NO_SUCH_SCHEME), WrongState(SCHEME_RETIRED, LAST_SCHEME).
    """
    _check(deps, who)
    now = deps.now()
    async with deps.begin() as tx:
        current = await _found(tx, key, retired=True, lock=True)
        scheme, stored = current.scheme, current.stored
        if current.retired:
            raise WrongState(Code.SCHEME_RETIRED, scheme=scheme.key)
        if len(await offered(tx)) == 1:
            raise WrongState(Code.LAST_SCHEME, scheme=scheme.key)
        if stored:
            is_done = await store.retire(tx, stored.key, stored.version, now)
        else:
            is_done = await store.add(tx, StoredScheme(scheme.key, scheme.version, "", scheme, None, now, now))
        if not is_done:
            raise WrongState(Code.SCHEME_RETIRED, scheme=scheme.key)
        await _note(tx, who, now, "retire-scheme", scheme)
    return scheme


def _check(deps: Deps, who: Person | None) -> None:
    if who:
        deps.check_hr(who)


async def _note(tx: Tx, who: Person | None, now: datetime, verb: str, scheme: Scheme) -> None:
    detail = {"version": scheme.version}
    await audit.add(tx, at=now, actor_id=who.id if who else None, verb=verb, subject=scheme.key, detail=detail)


async def _current(tx: Tx) -> dict[str, _Current]:
    """By key, the usual one first."""
    last = {s.key: s for s in reversed(await store.all_versions(tx))}
    found = {key: _counting(key, last.get(key)) for key in {*_shipped(), *last}}
    return {key: current for key in sorted(found, key=_usual_first) if (current := found[key])}


def _counting(key: str, last: StoredScheme | None) -> _Current | None:
    shipped = _shipped().get(key)
    if last and (last.text or not shipped):
        return _Current(last.scheme, last.text, last)
    return _Current(*shipped, last) if shipped else None


async def _found(tx: Tx, key: str, *, retired: bool, lock: bool = False) -> _Current:
    key = key.strip().lower().replace("-", "_")
    current = _counting(key, next(iter(await store.versions(tx, key, lock=lock)), None))
    if current is None or (current.retired and not retired):
        raise NotFound(Code.NO_SUCH_SCHEME, field="scheme", scheme=key)
    return current


async def _plan(tx: Tx, scheme: Scheme, *, lock: bool = False) -> _Plan:
    """What saving would do.

    With `lock`, versions are locked before their uses are counted: whoever drafts a cycle locks them too.
    """
    stored = await store.versions(tx, scheme.key, lock=lock)
    current = _counting(scheme.key, next(iter(stored), None))
    if current is None:
        return _Plan(Upload(scheme, None, Changes(), is_known=False, brings_back=False), None)
    known = {current.scheme.version: current.scheme} | {s.version: s.scheme for s in stored}
    if shipped := _shipped().get(scheme.key):
        known.setdefault(shipped[0].version, shipped[0])
    if known.get(scheme.version) == scheme:
        back = current.retired and scheme == current.scheme
        return _Plan(Upload(scheme, current.scheme, Changes(), is_known=True, brings_back=back), current)
    replaces = next((s for s in stored if s.text and s.version == scheme.version == max(known)), None)
    if replaces and (scheme.key, scheme.version) in await store.uses(tx):
        replaces = None
    if scheme.version <= max(known) and not replaces:
        raise _taken(scheme, max(known) + 1)
    upload = Upload(
        scheme, current.scheme, changes(current.scheme, scheme), is_known=False, brings_back=current.retired
    )
    return _Plan(upload, current, replaces)


def _taken(scheme: Scheme, following: int) -> InvalidInput:
    return InvalidInput(Code.SCHEME_VERSION, field="file", scheme=scheme.key, version=scheme.version, next=following)
