"""Makes one PDF of several that `assembly` wrote: their pages one after the other, tags kept.

The parts are ours: plain objects under their own numbers, pages root and tags root at known ones.
So each object is taken over with its numbers moved, in a fifth of the time that a library takes
which reads and writes any PDF. What is no stream goes packed into object streams: an employer's
file is half as large.

Source: ISO 32000-1, 7.5.7 (object streams), 7.5.8 (cross-reference streams), 14.7 (tags).
"""

import re
import zlib
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from strp.outside.paper.assembly import PAGES_ROOT, TAGS_ROOT, named, packed_stream, references

PACKED_TOGETHER: Final = 200
"""Objects of an object stream."""
_REFERENCE = re.compile(rb"(\d+) 0 R")
_ENTRY = re.compile(rb"(\d{10}) \d{5} [nf]")
_PARENT = re.compile(rb"/StructParents (\d+)")
_PAGE: Final = b"<</Type/Page/"
_TOP: Final = b"/S/Document/P %d 0 R" % TAGS_ROOT
_DOCUMENT: Final = TAGS_ROOT + 1
_UA_MARK: Final = b"pdfuaid:part"
_OWN: Final = (PAGES_ROOT, TAGS_ROOT)
_OFFSET_BYTES, _NTH_BYTES = 5, 2


class _Place(NamedTuple):
    """Where an object is: 1 and its offset, 2 and the n-th of an object stream; 0: nowhere."""

    kind: int
    at: int
    nth: int


class _Part:
    """A PDF as `assembly` writes it, taken apart.

    Args:
        pdf: the file.
    """

    def __init__(self, pdf: bytes) -> None:
        start = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
        table, trailer = pdf[start:].split(b"trailer", 1)
        self.places = [int(at) for at in _ENTRY.findall(table)]
        order = sorted(range(1, len(self.places)), key=self.places.__getitem__)
        ends = [*(self.places[number] for number in order[1:]), start]
        self.head = pdf[: self.places[order[0]]]
        self.objects = {
            number: pdf[self.places[number] : end].split(b"obj\n", 1)[1][: -len(b"\nendobj\n")]
            for number, end in zip(order, ends, strict=True)
        }
        self.root, self.info = named(trailer, b"Root"), named(trailer, b"Info")
        self.catalog, tree = self.objects[self.root], self.objects[TAGS_ROOT]
        self.metadata = named(self.catalog, b"Metadata")
        self.is_accessible = _UA_MARK in self.objects[self.metadata]
        self.pages = references(self.objects[PAGES_ROOT].split(b"/Kids")[1])
        self.roles = tree[tree.index(b"/RoleMap") :].split(b">>")[0] + b">>"
        self.parents = [int(n) for n in tree.split(b"/Nums[")[1].split(b"]")[0].split()[1::4]]


class _Joined:
    """The file that grows by parts.

    Args:
        out: what it is written to.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._size = out, 0
        self._digest = blake2b(digest_size=16)
        self._waiting: list[tuple[int, bytes]] = []
        self._places: dict[int, _Place] = {}
        self._next = _DOCUMENT + 1
        self._pages: list[int] = []
        self._parts: list[int] = []
        self._parents: list[int] = []
        self._catalog = self._roles = b""
        self._info, self._is_accessible = 0, True

    def take(self, part: _Part) -> None:
        """Take over all pages of a part."""
        moved, before = self._next - _DOCUMENT, len(self._pages)
        self._next += len(part.places) - TAGS_ROOT

        def number(old: int) -> int:
            return old if old in _OWN else old + moved

        def with_numbers(body: bytes) -> bytes:
            return _REFERENCE.sub(lambda found: b"%d 0 R" % number(int(found[1])), body)

        def further(found: re.Match[bytes]) -> bytes:
            return b"/StructParents %d" % (int(found[1]) + before)

        if not self._pages:
            self._write(part.head)
            self._catalog, self._info = with_numbers(part.catalog), number(part.info)
            self._roles = part.roles
        if not part.is_accessible and self._is_accessible:
            # A part that keeps no standard keeps the whole from it.
            metadata = b"/Metadata %d 0 R" % number(part.metadata)
            self._catalog = re.sub(rb"/Metadata \d+ 0 R", metadata, self._catalog)
            self._is_accessible = False
        for old, body in part.objects.items():
            if old in (*_OWN, part.root):
                continue
            head, stream, rest = body.partition(b"stream\n")
            head = with_numbers(head)
            if head.startswith(_PAGE):
                head = _PARENT.sub(further, head)
            elif _TOP in head:
                head = head.replace(_TOP, b"/S/Part/P %d 0 R" % _DOCUMENT)
                self._parts.append(number(old))
            self._put(number(old), head + stream + rest, is_stream=bool(stream))
        self._pages += map(number, part.pages)
        self._parents += map(number, part.parents)

    def finish(self) -> int:
        """Write what belongs to the whole; returns the number of pages."""
        pages = b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self._pages), _listed(self._pages))
        self._put(PAGES_ROOT, pages)
        document = b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>"
        self._put(_DOCUMENT, document % (TAGS_ROOT, _listed(self._parts)))
        numbers = b" ".join(b"%d %d 0 R" % each for each in enumerate(self._parents))
        tree = b"<</Type/StructTreeRoot%b/K[%d 0 R]/ParentTree<</Nums[%b]>>/ParentTreeNextKey %d>>"
        self._put(TAGS_ROOT, tree % (self._roles, _DOCUMENT, numbers, len(self._pages)))
        root = self._reserve()
        self._put(root, self._catalog)
        self._pack()
        self._write_table(root)
        return len(self._pages)

    def _reserve(self) -> int:
        self._next += 1
        return self._next - 1

    def _put(self, number: int, body: bytes, *, is_stream: bool = False) -> None:
        if is_stream:
            self._write_stream(number, body)
            return
        self._waiting.append((number, body))
        if len(self._waiting) == PACKED_TOGETHER:
            self._pack()

    def _pack(self) -> None:
        """Write the objects that wait as one object stream."""
        stream, offset, index = self._reserve(), 0, b""
        for place, (number, body) in enumerate(self._waiting):
            self._places[number] = _Place(2, stream, place)
            index += b"%d %d " % (number, offset)
            offset += len(body) + 1
        packed = zlib.compress(
            index + b" ".join(body for _, body in self._waiting), zlib.Z_BEST_SPEED
        )
        said = b"/Type/ObjStm/N %d/First %d" % (len(self._waiting), len(index))
        self._waiting.clear()
        self._write_stream(stream, packed_stream(said, packed))

    def _write_table(self, root: int) -> None:
        """Write the cross-reference stream, which ends the file."""
        table, start = self._reserve(), self._size
        self._places[table] = _Place(1, start, 0)
        none = _Place(0, 0, 0)
        rows = b"".join(
            kind.to_bytes(1) + at.to_bytes(_OFFSET_BYTES) + nth.to_bytes(_NTH_BYTES)
            for kind, at, nth in (self._places.get(n, none) for n in range(self._next))
        )
        name = self._digest.hexdigest().encode()
        said = b"/Type/XRef/Size %d/W[1 %d %d]/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]" % (
            self._next, _OFFSET_BYTES, _NTH_BYTES, root, self._info, name, name,
        )  # fmt: skip
        self._write_stream(table, packed_stream(said, zlib.compress(rows, zlib.Z_BEST_SPEED)))
        self._write(b"startxref\n%d\n%%%%EOF" % start)

    def _write_stream(self, number: int, body: bytes) -> None:
        self._places[number] = _Place(1, self._size, 0)
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def _write(self, part: bytes) -> None:
        self._digest.update(part)
        self._size += len(part)
        self._out.write(part)


def join_parts(parts: Sequence[Path], out: BinaryIO) -> int:
    """Write PDFs one after the other as one, their tags, title and language kept (ISO 14289-1).

    Each part's document becomes a part of one document: no tag is touched but the topmost.

    Args:
        parts: as `assembly` writes them, in the order of the pages.
        out: can be written.

    Returns:
        Number of pages.
    """
    joined = _Joined(out)
    for path in parts:
        joined.take(_Part(path.read_bytes()))
    return joined.finish()


def _listed(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
