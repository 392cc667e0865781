"""Puts certificates together from what typst set: sheets that many share, and a slip for each.

typst takes 4 ms to set a whole page, most of it for text that is the same on each; a slip takes
0.4 ms. Page by page, a slip is laid on its sheet: both streams, the resources of both, the tags of
both in reading order, and the QR symbol as a picture of one bit a pixel in place of a grey point. A
file holds one page or all of them. typst writes plain objects, each under its own number, and names
resources by a letter and a number; tests read what comes out with other people's programs.

Source: ISO 32000-1, 7.5 (structure), 7.8.2 (contents), 14.7 (tags), 8.9.5 (images).
"""

import re
import zlib
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import Final, NamedTuple, Self

_REFERENCE = re.compile(rb"(\d+) 0 R")
_ENTRY = re.compile(rb"(\d{10}) \d{5} ([nf])")
_CATEGORY = re.compile(rb"/(\w+)<<(.*?)>>", re.DOTALL)
_NAMED = re.compile(rb"/([a-z]+\d+)(?=[ \n])")
_NAMES_IN = re.compile(rb"/([a-z]+\d+) ")
_MARK = re.compile(rb"/MCID (\d+)")
_KIDS = re.compile(rb"/K\[([^\]]*)\]")
_NUMBER_ALONE = re.compile(rb"(?<![\d.])(\d+)(?! 0 R)(?![\d.])")
_OF_SHEET: Final = b"/s"
_HEADING: Final = b"/S/H1"
PAGES_ROOT: Final = 1
TAGS_ROOT: Final = 2
"""Objects of every file that is written here; the topmost tag is the one behind."""


class Picture(NamedTuple):
    """A black and white picture: rows from the top, a bit a pixel, 1 for white, packed (zlib)."""

    side: int
    packed: bytes


class _Set:
    """What typst set, taken apart.

    Args:
        pdf: with plain objects and one cross-reference table.
    """

    def __init__(self, pdf: bytes) -> None:
        start = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
        table, trailer = pdf[start:].split(b"trailer", 1)
        places = [int(at) if kind == b"n" else -1 for at, kind in _ENTRY.findall(table)]
        ends = dict(_pairs(sorted(at for at in places if at >= 0), start))
        self.head = pdf[: min(at for at in places if at >= 0)]
        self.objects = [
            b"" if at < 0 else pdf[at : ends[at]].split(b"obj\n", 1)[1].rsplit(b"\nendobj", 1)[0]
            for at in places
        ]
        self.catalog = self.objects[named(trailer, b"Root")]
        self.info = named(trailer, b"Info")
        self.pages = references(self.objects[named(self.catalog, b"Pages")].split(b"/Kids")[1])
        self.root = self.objects[named(self.catalog, b"StructTreeRoot")]
        numbers = self.root.split(b"/Nums[")[1].split(b"]")[0].split()
        self.parents = [self.objects[int(number)] for number in numbers[1::4]]
        [document] = references(_KIDS.findall(self.root)[0])
        self.top: list[list[int]] = [[] for _ in self.pages]
        for element in references(_KIDS.findall(self.objects[document])[0]):
            self.top[self.pages.index(self._page_of(element))].append(element)

    def stream(self, number: int) -> bytes:
        """A stream, unpacked."""
        return zlib.decompress(self.objects[number].split(b"stream\n", 1)[1])

    def tree(self, elements: Sequence[int]) -> list[int]:
        """Elements with all below them."""
        found: list[int] = []
        for element in elements:
            found += [element, *self.tree(references(_kids(self.objects[element])))]
        return found

    def _page_of(self, element: int) -> int:
        while b"/Pg " not in (body := self.objects[element]):
            element = references(_kids(body))[0]
        return named(body, b"Pg")


class _Sheet:
    """A page that many certificates share, with its names and marks out of their slips' way.

    Args:
        of: what was set.
        place: of the page, from 0.
        marks: that slips have at most; the sheet's come behind them.
    """

    def __init__(self, of: _Set, place: int, marks: int) -> None:
        page = of.objects[of.pages[place]]
        stream = _MARK.sub(
            lambda found: b"/MCID %d" % (int(found[1]) + marks),
            _NAMED.sub(_OF_SHEET + rb"\1", of.stream(named(page, b"Contents"))),
        )
        packed = zlib.compress(stream)
        self.contents = packed_stream(b"", packed)
        self.box = page[page.index(b"/MediaBox") :].split(b"]")[0] + b"]"
        self.resources = _categories(of.objects[named(page, b"Resources")], _OF_SHEET)
        top = of.top[place]
        at = next((n for n, one in enumerate(top, 1) if _HEADING in of.objects[one]), 0)
        self.before, self.after = top[:at], top[at:]
        self.elements = {one: _moved(of.objects[one], marks) for one in of.tree(top)}
        self.parents = references(of.parents[place])
        self.place, self.marks = place, marks


class Assembly:
    """Certificates that were set together, to be written into files.

    Args:
        pdf: a sheet, then its slips, then the next sheet with its own, as typst set them.
        slips: how many each sheet has.
        pictures: what comes in place of the grey points of each slip.
    """

    def __init__(
        self, pdf: bytes, slips: Sequence[int], pictures: Sequence[Sequence[Picture]]
    ) -> None:
        self._set = _Set(pdf)
        self._pictures = pictures
        firsts = list(accumulate((1 + count for count in slips), initial=0))[:-1]
        of_slips = [each for n, each in enumerate(self._set.parents) if n not in firsts]
        marks = max(len(references(each)) for each in of_slips)
        self._laid: list[tuple[_Sheet, int]] = []
        for first, count in zip(firsts, slips, strict=True):
            sheet = _Sheet(self._set, first, marks)
            self._laid += [(sheet, first + 1 + number) for number in range(count)]
        self._begun: dict[int, _File] = {}

    def whole(self, order: Iterable[int]) -> bytes:
        """One file with all pages.

        Args:
            order: numbers of the slips, from 0.
        """
        file = _File(self._set)
        for number in order:
            file.add(*self._laid[number], self._pictures[number])
        return file.finished()

    def single(self, number: int) -> bytes:
        """A file with one page.

        Args:
            number: of the slip, from 0.
        """
        sheet, slip = self._laid[number]
        if id(sheet) not in self._begun:
            begun = _File(self._set)
            begun.share(sheet, slip)
            self._begun[id(sheet)] = begun
        file = self._begun[id(sheet)].copy()
        file.add(sheet, slip, self._pictures[number])
        return file.finished()


class _File:
    """A file that grows by pages; what they share is in it once."""

    def __init__(self, of: _Set) -> None:
        self._set = of
        self._parts = [of.head]
        self._size = len(of.head)
        self._places: list[int] = [0]
        self._known: dict[int, int] = {}
        self._sheets: dict[int, int] = {}
        self._pages: list[int] = []
        self._kids: list[int] = []
        self._parents: list[int] = []
        self._pages_root, self._tree, self._document = (self._reserve() for _ in range(3))
        assert (self._pages_root, self._tree) == (PAGES_ROOT, TAGS_ROOT)
        self._info = self._copied(of.info)
        left_out = re.sub(rb"/(Pages|StructTreeRoot|Outlines) \d+ 0 R", b"", of.catalog)
        self._catalog = self._with_copies(left_out)

    def copy(self) -> Self:
        """Another file that begins as this one does."""
        other = object.__new__(type(self))
        other.__dict__ = {
            name: value.copy() if isinstance(value, list | dict) else value
            for name, value in self.__dict__.items()
        }
        return other

    def share(self, sheet: _Sheet, slip: int) -> None:
        """Put in what all pages of a sheet share: its contents, and the resources of both."""
        if id(sheet) not in self._sheets:
            self._sheets[id(sheet)] = self._put(self._reserve(), sheet.contents)
        page = self._set.objects[self._set.pages[slip]]
        own = _categories(self._set.objects[named(page, b"Resources")])
        for name, entries in (*sheet.resources.items(), *own.items()):
            if name != b"XObject":
                self._with_copies(entries)

    def add(self, sheet: _Sheet, slip: int, pictures: Sequence[Picture]) -> None:
        """Add the page of a certificate."""
        self.share(sheet, slip)
        page = self._reserve()
        source = self._set.objects[self._set.pages[slip]]
        own = _categories(self._set.objects[named(source, b"Resources")])
        images = self._images(own.pop(b"XObject"), pictures)
        contents = self._put(self._reserve(), self._set.objects[named(source, b"Contents")])
        resources = b"".join(
            b"/%b<<%b%b>>" % (name, *map(self._with_copies, pair))
            for name in sorted(sheet.resources | own)
            for pair in [(sheet.resources.get(name, b""), own.get(name, b""))]
        )
        body = b"<</Type/Page/Parent %d 0 R%b/Contents[%d 0 R %d 0 R]/Tabs/S/StructParents %d" % (
            self._pages_root, sheet.box, self._sheets[id(sheet)], contents, len(self._pages),
        )  # fmt: skip
        self._put(page, body + b"/Resources<<%b/XObject<<%b>>>>>>" % (resources, images))
        self._tag(sheet, slip, page)
        self._pages.append(page)

    def finished(self) -> bytes:
        """The file."""
        kids = b" ".join(b"%d 0 R" % page for page in self._pages)
        pages = b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self._pages), kids)
        self._put(self._pages_root, pages)
        kids = b" ".join(b"%d 0 R" % kid for kid in self._kids)
        document = b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (self._tree, kids)
        self._put(self._document, document)
        numbers = b" ".join(b"%d %d 0 R" % each for each in enumerate(self._parents))
        roles = self._set.root[self._set.root.index(b"/RoleMap") :].split(b">>")[0] + b">>"
        tree = b"<</Type/StructTreeRoot%b/K[%d 0 R]/ParentTree<</Nums[%b]>>" % (
            roles, self._document, numbers,
        )  # fmt: skip
        self._put(self._tree, tree + b"/ParentTreeNextKey %d>>" % len(self._pages))
        ends = b"/Pages %d 0 R/StructTreeRoot %d 0 R>>" % (self._pages_root, self._tree)
        catalog = self._put(self._reserve(), self._catalog.removesuffix(b">>") + ends)
        digest = blake2b(digest_size=16)
        for part in self._parts:
            digest.update(part)
        rows = b"".join(b"%010d 00000 n\r\n" % place for place in self._places[1:])
        name = digest.hexdigest().encode()
        self._parts.append(
            b"xref\n0 %d\n0000000000 65535 f\r\n%b" % (len(self._places), rows)
            + b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF"
            % (len(self._places), catalog, self._info, name, name, self._size)
        )
        return b"".join(self._parts)

    def _tag(self, sheet: _Sheet, slip: int, page: int) -> None:
        """Take over the tags of a sheet and of a slip, the slip's behind the heading."""
        of = self._set
        own = of.tree(of.top[slip])
        numbers = {one: self._reserve() for one in (*sheet.elements, *own)}
        numbers[of.pages[sheet.place]] = numbers[of.pages[slip]] = page
        for one in (*sheet.elements, *own):
            body = sheet.elements.get(one) or of.objects[one]
            moved = _REFERENCE.sub(
                lambda found: b"%d 0 R" % numbers.get(int(found[1]), self._document), body
            )
            self._put(numbers[one], moved)
        order = (*sheet.before, *of.top[slip], *sheet.after)
        self._kids += [numbers[one] for one in order]
        below = references(of.parents[slip])
        gap = b"null " * (sheet.marks - len(below))
        marked = [b" ".join(b"%d 0 R" % numbers[one] for one in each)
                  for each in (below, sheet.parents)]  # fmt: skip
        body = b"[%b %b%b]" % (marked[0], gap, marked[1])
        self._parents.append(self._put(self._reserve(), body))

    def _images(self, entries: bytes, pictures: Sequence[Picture]) -> bytes:
        """Entries for pictures in place of the points that typst was given."""
        written = b""
        points = zip(_NAMES_IN.findall(entries), references(entries), pictures, strict=True)
        for name, point, picture in points:
            space = self._copied(named(self._set.objects[point], b"ColorSpace"))
            said = b"/Type/XObject/Subtype/Image/BitsPerComponent 1/ColorSpace %d 0 R" % space
            said += b"/Width %d/Height %d" % (picture.side, picture.side)
            image = self._put(self._reserve(), packed_stream(said, picture.packed))
            written += b"/%b %d 0 R" % (name, image)
        return written

    def _copied(self, number: int) -> int:
        """The number here of an object of what was set, with all that it needs."""
        if number not in self._known:
            self._known[number] = self._reserve()
            head, stream, rest = self._set.objects[number].partition(b"stream\n")
            self._put(self._known[number], self._with_copies(head) + stream + rest)
        return self._known[number]

    def _with_copies(self, text: bytes) -> bytes:
        return _REFERENCE.sub(lambda found: b"%d 0 R" % self._copied(int(found[1])), text)

    def _reserve(self) -> int:
        self._places.append(-1)
        return len(self._places) - 1

    def _put(self, number: int, body: bytes) -> int:
        part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        self._places[number] = self._size
        self._size += len(part)
        self._parts.append(part)
        return number


def references(text: bytes) -> list[int]:
    """Numbers of the objects that a text refers to, in order.

    Args:
        text: of an object.
    """
    return [int(number) for number in _REFERENCE.findall(text)]


def named(body: bytes, name: bytes) -> int:
    """The object that an entry of a dictionary refers to.

    Args:
        body: the dictionary.
        name: of the entry.
    """
    found = re.search(rb"/%b (\d+) 0 R" % name, body)
    assert found is not None, name
    return int(found[1])


def _kids(body: bytes) -> bytes:
    found = _KIDS.search(body)
    return found[1] if found else b""


def _moved(body: bytes, marks: int) -> bytes:
    """An element whose marks come behind others."""

    def move(kids: re.Match[bytes]) -> bytes:
        moved = _NUMBER_ALONE.sub(lambda found: b"%d" % (int(found[1]) + marks), kids[1])
        return b"/K[%b]" % moved

    return body if _REFERENCE.search(_kids(body)) else _KIDS.sub(move, body)


def _categories(resources: bytes, prefix: bytes = b"/") -> dict[bytes, bytes]:
    """Entries of a dictionary of resources by category, each name with a prefix."""
    inner = resources.strip().removeprefix(b"<<").removesuffix(b">>")
    return {
        name: _NAMES_IN.sub(prefix + rb"\1 ", entries) for name, entries in _CATEGORY.findall(inner)
    }


def packed_stream(said: bytes, packed: bytes) -> bytes:
    """A stream object.

    Args:
        said: entries of its dictionary, but for those of packing.
        packed: what it holds (zlib).
    """
    head = b"<<%b/Filter/FlateDecode/Length %d>>" % (said, len(packed))
    return head + b"\nstream\n" + packed + b"\nendstream"


def _pairs(places: list[int], end: int) -> list[tuple[int, int]]:
    return list(zip(places, [*places[1:], end], strict=True))
