"""Posters: what a sheet says, what can be read of it, and what a camera reads of its code."""

import io
import re
import zlib
from xml.etree import ElementTree

import pytest
import segno

from gridops.errors import Unavailable
from gridops.posters import Sheet, colours, fonts, pdf, svg
from gridops.posters.layout import CODE_SIDE, DESK, QUIET, marks
from gridops.posters.marks import PAGE, Code, Line

ADDRESS = "https://wg.example.gov.cn/p/k7m3q9xt"
NAMED = Sheet(
    street="星河街道", street_en="Xinghe Street", address=ADDRESS, title="菩提苑12号楼", number="LP-12", colour="#0b5a4e",
    phone="021-60000000", cell="菩提居民区 · 西网格")


def texts(sheet):
    return [mark.text for mark in marks(sheet) if isinstance(mark, Line)]


def code_of(sheet):
    return next(mark for mark in marks(sheet) if isinstance(mark, Code))


class TestSheet:
    def test_says_where_it_hangs_whom_to_call_and_what_to_type_without_a_camera(self):
        said = texts(NAMED)
        for text in ("星河街道", "Xinghe Street", "扫一扫，反映身边事", "Scan to report", "菩提苑12号楼", "菩提居民区 · 西网格", "021-60000000"):
            assert text in said
        assert "编号 No. LP-12" in said
        assert "wg.example.gov.cn/p/k7m3q9xt" in said

    def test_without_a_desk_no_number_is_promised(self):
        said = texts(Sheet("星河街道", ADDRESS, "西网格", "1"))
        assert not any(DESK in text for text in said)

    def test_the_code_holds_the_address_with_a_quiet_zone_of_four_modules_and_is_larger_than_six_centimetres(self):
        code = code_of(NAMED)
        wanted = segno.make(ADDRESS, error="q", micro=False, boost_error=False)
        drawn = {(x + step, y) for x, y, length in code.stripes for step in range(length)}
        assert drawn == {(x, y) for y, row in enumerate(wanted.matrix) for x, dark in enumerate(row) if dark}
        assert code.module * len(wanted.matrix) > 60
        assert code.module * (len(wanted.matrix) + 2 * QUIET) == pytest.approx(CODE_SIDE)

    @pytest.mark.parametrize("title", ["楼", "中海紫御豪庭别墅区北区东侧配套商业及幼儿园综合楼一号楼", "超长" * 60, "Very long name " * 12])
    def test_any_name_stays_within_the_page_and_can_be_read(self, title):
        lines = [mark for mark in marks(Sheet("星河街道", ADDRESS, title, "1", title_en=title)) if isinstance(mark, Line)]
        for line in lines:
            assert line.x >= 14.9 and line.x + fonts.face(line.bold).width(line.text, line.size) <= PAGE[0] - 14.9
            assert line.size >= 2.8  # 8 points


class TestColours:
    @pytest.mark.parametrize(("given", "kept"), [("#0b5a4e", True), ("#c8102e", True), ("#f5c542", False), ("#ffffff", False)])
    def test_white_letters_can_be_read_on_every_streets_colour(self, given, kept):
        used = colours.readable(given)
        assert colours.contrast_with_white(used) >= 4.5
        assert (used == given) is kept

    def test_the_contrast_is_that_of_wcag(self):
        assert colours.contrast_with_white("#000000") == pytest.approx(21)
        assert colours.contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)

    @pytest.mark.parametrize("text", ["green", "#12345", "#gggggg", ""])
    def test_what_is_no_colour_is_not_taken_for_one(self, text):
        assert colours.parse(text) is None
        assert colours.readable(text) == colours.DEFAULT


class TestPdf:
    def test_one_page_each_small_with_its_own_letters_only(self):
        one, hundred = pdf([NAMED], title="海报"), pdf([NAMED] * 100, title="海报")
        assert len(one) < 60_000
        assert len(hundred) < 1_000_000
        assert len(re.findall(rb"/Type /Page\b", hundred)) == 100
        assert hundred.count(b"/FontFile3") == 2

    def test_text_is_text(self):
        """Each embedded font says which character each of its glyphs is: so a reader can find, copy and read it aloud."""
        written = pdf([NAMED], title="海报")
        streams = []
        for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", written, re.DOTALL):
            try:
                streams.append(zlib.decompress(found[1]))
            except zlib.error:
                streams.append(found[1])
        known = b"".join(stream for stream in streams if b"begincmap" in stream).upper()
        for char in "扫菩提苑号楼":
            assert f"<{ord(char):04X}>".encode() in known

    def test_progress_is_told_page_by_page(self):
        heard = []
        pdf([NAMED] * 3, title="海报", done=heard.append)
        assert heard == [1, 2, 3]

    def test_without_the_font_the_package_is_named(self, monkeypatch):
        monkeypatch.setattr(fonts, "FOLDERS", ("/nowhere",))
        with pytest.raises(Unavailable, match="fonts-noto-cjk"):
            pdf([NAMED], title="海报")


class TestSvg:
    def test_needs_no_font_and_tells_a_reader_what_it_shows(self):
        tree = ElementTree.parse(io.BytesIO(svg(NAMED))).getroot()
        spaced = {element.tag.partition("}")[2] for element in tree.iter()}
        assert spaced == {"svg", "title", "desc", "rect", "path"}
        assert (tree.get("width"), tree.get("height")) == ("210mm", "297mm")
        assert tree.find("{*}title").text == "菩提苑12号楼"
        assert "扫一扫，反映身边事" in tree.find("{*}desc").text

    def test_a_name_with_signs_of_markup_stays_a_name(self):
        tree = ElementTree.parse(io.BytesIO(svg(Sheet("A&B街道", ADDRESS, "<楼> & \"苑\"", "1")))).getroot()
        assert tree.find("{*}title").text == "<楼> & \"苑\""
