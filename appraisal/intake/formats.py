"""What a file is, by its bytes; its name is only asked where a web page calls itself a spreadsheet."""

from __future__ import annotations

import re
from enum import StrEnum

from appraisal.errors import Code, InvalidInput
from appraisal.intake.packages import Package, unreadable


class Format(StrEnum):
    """What we read."""

    TEXT = "csv"
    JSON = "json"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"


_ZIP, _COMPOUND = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFUSED = {
    b"%PDF-": Code.FILE_IS_PDF,
    b"\x89PNG": Code.FILE_IS_IMAGE,
    b"\xff\xd8\xff": Code.FILE_IS_IMAGE,
    b"GIF8": Code.FILE_IS_IMAGE,
    b"II*\x00": Code.FILE_IS_IMAGE,
    b"MM\x00*": Code.FILE_IS_IMAGE,
    b"BM": Code.FILE_IS_IMAGE,
    b"RIFF": Code.FILE_IS_IMAGE,
    b"\x1f\x8b": Code.FILE_IS_ARCHIVE,
    b"Rar!": Code.FILE_IS_ARCHIVE,
    b"7z\xbc\xaf": Code.FILE_IS_ARCHIVE,
    b"BZh": Code.FILE_IS_ARCHIVE,
    b"\xfd7zXZ": Code.FILE_IS_ARCHIVE,
    b"{\\rtf": Code.FILE_IS_DOCUMENT,
    b"PAR1": Code.FILE_IS_DOCUMENT,
    b"SQLite format 3": Code.FILE_IS_DOCUMENT,
}
_HTML = re.compile(
    rb"\s*(<!--.*?-->\s*)*(<\?xml[^>]*\?>\s*)?(<!doctype\s+html|<html|<head|<body|<table|<meta|<script|<div)",
    re.I | re.S,
)
_XML = re.compile(rb"\s*<\?xml\s|\s*<[a-z]+:?[a-z]*[\s>]", re.IGNORECASE)
_SPREADSHEET_NAMES = (".xls", ".xlsx", ".xlsm", ".ods", ".et")


def format_of(content: bytes, file_name: str) -> Format:
    """The format of a file. Raises InvalidInput with what it is instead."""
    start = content[:4096].removeprefix(b"\xef\xbb\xbf")
    if start.startswith(_ZIP):
        return _in_zip(Package(content))
    if start.startswith(_COMPOUND):
        return _in_compound(content)
    for magic, code in _REFUSED.items():
        if start.startswith(magic) and not (
            magic.isalnum() and start[: len(magic) + 20].isascii() and b"\x00" not in start
        ):
            raise InvalidInput(code, field="file")
    plain = start.replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    if _HTML.match(plain):
        named = file_name.casefold().endswith(_SPREADSHEET_NAMES)
        raise InvalidInput(Code.FILE_IS_HTML_TABLE if named else Code.FILE_IS_HTML, field="file")
    if _XML.match(plain):
        raise InvalidInput(Code.FILE_IS_DOCUMENT, field="file")
    return Format.JSON if plain.lstrip()[:1] in (b"{", b"[") else Format.TEXT


def _in_zip(package: Package) -> Format:
    """Raises InvalidInput(FILE_IS_DOCUMENT, FILE_IS_ARCHIVE) and what opening a package raises."""
    if package.read("mimetype", 200).startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return Format.ODS
    names = package.names
    if any(n.startswith("xl/") for n in names) and "xl/workbook.bin" not in names:
        return Format.XLSX
    is_document = any(n.startswith(("xl/", "word/", "ppt/", "index/")) or n == "mimetype" for n in names)
    raise InvalidInput(Code.FILE_IS_DOCUMENT if is_document else Code.FILE_IS_ARCHIVE, field="file")


def _in_compound(content: bytes) -> Format:
    """Raises InvalidInput(FILE_PROTECTED, FILE_IS_DOCUMENT, FILE_UNREADABLE)."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise InvalidInput(Code.FILE_PROTECTED, field="file")
    if any(name.encode("utf-16-le") in content for name in ("Workbook\0", "Book\0")):
        return Format.XLS
    if "Root Entry".encode("utf-16-le") not in content:
        raise unreadable()
    raise InvalidInput(Code.FILE_IS_DOCUMENT, field="file")
