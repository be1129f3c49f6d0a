"""Zip packages with XML inside (XLSX, ODS), opened so that a hostile one costs nothing."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from appraisal.errors import Code, InvalidInput
from appraisal.intake.grids import too_big

MOST_UNPACKED = 400_000_000  # bytes that all parts declare to be; a part never gives more than it declares
MOST_PARTS = 5_000
_CHUNK = 1 << 18
_ROOT = re.compile(rb"<[A-Za-z_][^\s/>]*")

Start = Callable[[str, Mapping[str, str]], None]


def unreadable() -> InvalidInput:
    """The refusal of a damaged file."""
    return InvalidInput(Code.FILE_UNREADABLE, field="file")


class Package:
    """The parts of a package by name. Raises InvalidInput(FILE_UNREADABLE, FILE_PROTECTED, FILE_TOO_BIG_INSIDE)."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(content))
        except (BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError):
            raise unreadable() from None
        parts = self._zip.infolist()
        if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED:
            raise too_big()
        if any(p.flag_bits & 1 for p in parts):
            raise InvalidInput(Code.FILE_PROTECTED, field="file")
        self.names = {p.filename.lstrip("/").casefold(): p for p in parts}  # some writers differ in case

    def __contains__(self, name: str) -> bool:
        return name.lstrip("/").casefold() in self.names

    def read(self, name: str, most: int = 1 << 20) -> bytes:
        """The first bytes of a part; none of one that is not there."""
        info = self.names.get(name.lstrip("/").casefold())
        if info is None:
            return b""
        try:
            with self._zip.open(info) as stream:
                return stream.read(most)
        except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
            raise unreadable() from None

    def parse(self, name: str, start: Start, end: Callable[[str], None], text: Callable[[str], None]) -> None:
        """Feed a part to callbacks; names come without their prefix. A part with a DTD is refused, so no entities."""
        info = self.names.get(name.lstrip("/").casefold())
        if info is None:
            raise unreadable()
        try:
            with self._zip.open(info) as stream:
                chunk = stream.read(_CHUNK)
                parser = _parser(chunk, start, end, text)
                parser.Parse(chunk)
                while chunk := stream.read(_CHUNK):
                    parser.Parse(chunk)
                parser.Parse(b"", True)
        except (
            expat.ExpatError,
            BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ):
            raise unreadable() from None
        except LookupError as error:
            if type(error) is not LookupError:  # a KeyError would be a fault of ours
                raise
            raise unreadable() from None  # an encoding that nobody knows


def _parser(chunk: bytes, start: Start, end: Callable[[str], None], text: Callable[[str], None]) -> expat.XMLParserType:
    """The callbacks are called directly where names have no prefix to take off, which saves a third of the time."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    local: dict[str, str] = {}

    def started(name: str, attributes: dict[str, str]) -> None:
        start(local.get(name) or local.setdefault(name, name.rpartition(":")[2]), attributes)

    def ended(name: str) -> None:
        end(local[name])

    def refused(*_: object) -> None:
        raise unreadable()

    is_prefixed = b":" in (_ROOT.search(chunk) or [b":"])[0]
    parser.StartElementHandler, parser.EndElementHandler = (started, ended) if is_prefixed else (start, end)
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, refused
    return parser
