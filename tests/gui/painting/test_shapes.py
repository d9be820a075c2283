"""What is painted, as far as numbers and pixels can tell."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from musiclib.domain.rows import AlbumCounts
from musiclib.domain.states import BadgeState
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.painting.bars import Segment, segment_rects
from musiclib.gui.painting.pictures import art_path, dominant_color, draw_art, draw_tile, initials
from musiclib.gui.painting.ring import ring_arcs
from musiclib.gui.theme import Theme
from musiclib.gui.tokens import Tokens

counts_of_states = st.dictionaries(st.sampled_from(BadgeState), st.integers(1, 500), min_size=1)


@given(counts_of_states)
def test_the_ring_is_whole_and_no_arc_too_small_to_see(by_state: dict[BadgeState, int]) -> None:
    arcs = ring_arcs(AlbumCounts(sum(by_state.values()), tuple(by_state.items())), 22)
    assert sum(arc.span for arc in arcs) == pytest.approx(360)
    assert all(arc.span >= 22 - 1e-6 for arc in arcs)
    for one, other in itertools.pairwise(arcs):
        assert other.start == pytest.approx(one.start + one.span)


@given(st.lists(st.floats(1, 4000), min_size=1, max_size=600), st.integers(50, 900))
def test_segments_fill_the_bar_in_order(weights: list[float], width: int) -> None:
    segments = [Segment(weight, BadgeState.DONE) for weight in weights]
    rects = segment_rects(segments, 10, width, 2, 3)
    assert rects[0][0] == pytest.approx(10)
    assert sum(rects[-1]) == pytest.approx(10 + width)
    for (left, part), (following, _) in itertools.pairwise(rects):
        assert part > 0
        assert following >= left + part - 1e-6


@pytest.mark.parametrize("side", [16, 20])
def test_nine_states_stay_apart_in_grey(qapp: QApplication, side: int) -> None:
    theme, grey = Theme(Tokens.load(), "light"), QColor(90, 90, 90)
    pictures = []
    for state in BadgeState:
        image = QImage(side, side, QImage.Format.Format_Grayscale8)
        image.fill(QColor(255, 255, 255))
        painter = QPainter(image)
        paint_badge(painter, QPointF(0, 0), side, state, theme, share=(3, 4), color=grey)
        painter.end()
        pictures.append([QColor(image.pixel(x, y)).red() for x in range(side) for y in range(side)])
    for one, other in itertools.combinations(pictures, 2):
        differing = sum(abs(a - b) > 60 for a, b in zip(one, other, strict=True))
        assert differing >= side, "two states look alike"


@pytest.mark.parametrize(
    ("title", "signs"),
    [
        ("Warehouse Sessions: Berlin", "WS"),
        ("夜明けの環状線", "夜"),
        ("Ψ", "Ψ"),
        ("nachtlinie", "N"),
        ("... !!", "♪"),
        ("", "♪"),
        ("Hafenklang 041", "H0"),
    ],
)
def test_initials(title: str, signs: str) -> None:
    assert initials(title) == signs


@given(st.text(max_size=30))
def test_a_tile_is_never_blank(qapp: QApplication, title: str) -> None:
    image = draw_tile(title, 64, Tokens.load(), "sans-serif")
    colors = {image.pixel(x, y) for x in range(0, 64, 3) for y in range(0, 64, 3)}
    assert len(colors) > 1


def test_art_is_cut_along_its_path_at_any_scale(qapp: QApplication) -> None:
    picture = QImage(300, 200, QImage.Format.Format_RGB32)
    picture.fill(QColor(200, 30, 30))
    path = art_path(QRectF(0.5, 0.5, 99, 99), 4)
    for ratio in (1.0, 1.5, 2.0):
        art = draw_art(picture, 100, ratio, path, QColor(0, 0, 0, 0))
        assert art.width() == round(100 * ratio)
        assert art.pixelColor(0, 0).alpha() < 128
        assert art.pixelColor(art.width() // 2, art.height() // 2) == QColor(200, 30, 30)
    assert dominant_color(picture).red() > 150
