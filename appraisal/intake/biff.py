"""What python-calamine does not tell about an XLS file: error cells and number formats, read from its records.

The records are those of [MS-XLS], inside of the compound file of [MS-CFB].
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from appraisal.errors import Code, InvalidInput
from appraisal.intake.number_formats import Show, builtin, shown
from appraisal.intake.packages import unreadable

Hidden = dict[int, dict[int, str | Show]]  # row (from 1) -> place -> the error, or how its number is shown

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_FORMULA, _BOUNDSHEET, _MULRK, _XF, _NUMBER, _BOOLERR, _RK, _FORMAT = 0x6, 0x85, 0xBD, 0xE0, 0x203, 0x205, 0x27E, 0x41E
_EOF, _FILEPASS, _BOF, _BIFF8 = 0x0A, 0x2F, 0x809, 0x600
_LAST_SECTOR = 0xFFFFFFFA  # numbers from here on mark ends and free sectors

Record = tuple[int, bytes]


def hidden_of(content: bytes) -> dict[str, Hidden]:
    """By sheet: the cells with an error or a number format. Raises InvalidInput(FILE_UNREADABLE, FILE_PROTECTED)."""
    try:
        stream = _workbook(content)
        return _sheets(stream) if stream else {}
    except (struct.error, IndexError):
        raise unreadable() from None


def _workbook(content: bytes) -> bytes:
    """The stream "Workbook" of a compound file; b"" where there is none, as in files older than 1997."""
    sector, mini = (1 << n for n in struct.unpack_from("<HH", content, 30))
    _fats, directory, _, cutoff, mini_fat_start, _, difat, _ = struct.unpack_from("<II4sIIIII", content, 44)
    if not (sector in (512, 4096) and mini == 64):
        raise unreadable()

    def at(number: int) -> bytes:
        return content[(number + 1) * sector : (number + 2) * sector]

    most = len(content) // sector + 1
    parts = list(struct.unpack_from("<109I", content, 76))
    for _ in range(most):
        if difat >= _LAST_SECTOR:
            break
        numbers = struct.unpack(f"<{sector // 4}I", at(difat))
        parts, difat = [*parts, *numbers[:-1]], numbers[-1]
    fat = _numbers(b"".join(at(p) for p in parts[: most + 1] if p < _LAST_SECTOR))

    def stream(start: int) -> bytes:
        return b"".join(at(n) for n in _chain(fat, start))

    entries = stream(directory)
    root_start = struct.unpack_from("<I", entries, 116)[0]
    for offset in range(0, len(entries) - 127, 128):
        length = struct.unpack_from("<H", entries, offset + 64)[0]
        if entries[offset : offset + max(length - 2, 0)].decode("utf-16-le", "replace").casefold() != "workbook":
            continue
        start, size = struct.unpack_from("<II", entries, offset + 116)
        if size >= cutoff:
            return stream(start)[:size]
        small, chain = stream(root_start), _chain(_numbers(stream(mini_fat_start)), start)
        return b"".join(small[n * mini : (n + 1) * mini] for n in chain)[:size]
    return b""


def _numbers(raw: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])


def _chain(fat: tuple[int, ...], start: int) -> Iterator[int]:
    """The sectors of a stream, each once at most however the table is made."""
    seen = 0
    while start < _LAST_SECTOR and start < len(fat) and seen <= len(fat):
        yield start
        start, seen = fat[start], seen + 1


def _records(stream: bytes, offset: int) -> Iterator[Record]:
    """From a BOF to its EOF."""
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, offset)
        yield kind, stream[offset + 4 : offset + 4 + length]
        offset += 4 + length
        if kind == _EOF:
            return


def _sheets(stream: bytes) -> dict[str, Hidden]:
    formats: dict[int, str] = {}
    styles: list[int] = []
    starts: dict[str, int] = {}
    for kind, data in _records(stream, 0):
        if kind == _BOF and struct.unpack_from("<H", data)[0] != _BIFF8:
            return {}
        if kind == _FILEPASS:
            raise InvalidInput(Code.FILE_PROTECTED, field="file")
        if kind == _FORMAT:
            formats[struct.unpack_from("<H", data)[0]] = _string(data, 4, struct.unpack_from("<H", data, 2)[0])
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _BOUNDSHEET:
            starts[_string(data, 7, data[6])] = struct.unpack_from("<I", data)[0]
    codes = [formats.get(s) or builtin(s) for s in styles]
    shows = [None if code == "General" else shown(code) for code in codes]
    return {name: _cells(_records(stream, start), shows) for name, start in starts.items()}


def _string(data: bytes, offset: int, length: int) -> str:
    """A string whose flags stand at `offset`."""
    if data[offset] & 1:
        return data[offset + 1 : offset + 1 + 2 * length].decode("utf-16-le", "replace")
    return data[offset + 1 : offset + 1 + length].decode("latin-1")


def _cells(records: Iterator[Record], shows: list[Show | None]) -> Hidden:
    found: Hidden = {}
    for kind, data in records:
        if kind == _MULRK:
            row, first = struct.unpack_from("<HH", data)
            styles = [struct.unpack_from("<H", data, at)[0] for at in range(4, len(data) - 2, 6)]
        elif kind in (_NUMBER, _RK, _FORMULA, _BOOLERR):
            row, first, style = struct.unpack_from("<HHH", data)
            styles = [style]
        else:
            continue
        error = _error(kind, data)
        for place, style in enumerate(styles, first):
            show = error or (shows[style] if style < len(shows) else None)
            if show:
                found.setdefault(row + 1, {})[place] = show
    return found


def _error(kind: int, data: bytes) -> str | None:
    if kind == _BOOLERR and data[7]:
        return _ERRORS.get(data[6], "#VALUE!")
    if kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        return _ERRORS.get(data[8], "#VALUE!")
    return None
