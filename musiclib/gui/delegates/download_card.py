"""Paints the download centre: a card an album, its tracks in rows below it, buttons in both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from musiclib.domain import transfer_words
from musiclib.domain.states import BadgeState, TransferReason, TransferState
from musiclib.domain.transfers import DownloadAlbumRow, TransferRow
from musiclib.gui import wording
from musiclib.gui.icons import paint_icon
from musiclib.gui.models.download_list import (
    ENTRY_ROLE,
    AlbumEntry,
    MoreEntry,
    TrackEntry,
    badge_of,
    is_paused,
)
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.painting.bars import Segment, paint_segment_bar
from musiclib.gui.theme import Theme
from musiclib.gui.thumbnails import Thumbnails

Index = QModelIndex | QPersistentModelIndex
_TRACK_ROW = 34
_GAP = 12
_ICONS = {"pause": "pause", "resume": "play", "show": "folder-open", "menu": "dots-three-bold"}
_TONES = {
    BadgeState.RUNNING: "accent.text",
    BadgeState.WAITING: "waiting.text",
    BadgeState.REVIEW: "review.text",
    BadgeState.ERROR: "error.text",
}


class Act(StrEnum):
    """What a click at a place means."""

    TOGGLE = "toggle"
    PAUSE = "pause"
    RESUME = "resume"
    SHOW = "show"
    MENU = "menu"
    TRY_NOW = "try_now"
    STOP = "stop"
    DECIDE = "decide"
    KEEP = "keep"
    WHOLE = "whole"


def acts_of(transfer: TransferRow, waits: bool) -> tuple[Act, ...]:
    """The buttons of a track's row, from left to right."""
    if transfer.id is None:
        return ()
    if transfer.state is TransferState.REVIEW:
        keeps = transfer.reason is TransferReason.NOT_AS_LISTED
        return (Act.DECIDE, Act.KEEP) if keeps else (Act.DECIDE,)
    if transfer.state in (TransferState.ERROR, TransferState.NO_SOURCE):
        return (Act.TRY_NOW, Act.STOP)
    if transfer.state is TransferState.CANCELLED:
        return (Act.TRY_NOW,)
    if transfer.state in (TransferState.WANTED, TransferState.QUEUED):
        return (Act.TRY_NOW, Act.STOP) if waits else (Act.STOP,)
    if transfer.state is TransferState.PAUSED:
        return (Act.RESUME, Act.STOP)
    return (Act.STOP,) if transfer.state is TransferState.RUNNING else ()


def album_act(row: DownloadAlbumRow) -> Act:
    if row.finished_at is not None:
        return Act.SHOW
    return Act.RESUME if is_paused(row) else Act.PAUSE


class DownloadDelegate(QStyledItemDelegate):
    """`hit` tells what is at a place; the view acts."""

    def __init__(
        self, theme: Theme, art: Thumbnails, now: Callable[[], datetime], view: QAbstractItemView
    ) -> None:
        super().__init__(view)
        self._theme, self._art, self._now, self._view = theme, art, now, view
        self.hovered: tuple[int, Act | None] = (-1, None)

    # -- sizes

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        theme, entry = self._theme, index.data(ENTRY_ROLE)
        if isinstance(entry, AlbumEntry):
            return QSize(0, theme.size("art_download") + 2 * theme.space(4) + _GAP)
        return QSize(0, max(_TRACK_ROW, theme.line("body") + theme.space(3)))

    def hit(self, rect: QRect, index: Index, at: QPoint) -> Act | None:
        """What a click there means; None: it only chooses the row."""
        entry = index.data(ENTRY_ROLE)
        if isinstance(entry, AlbumEntry):
            card = self._card(rect)
            places = self._album_buttons(card, entry.row)
            found = next((act for act, place in places.items() if place.contains(at)), None)
            return found or (Act.TOGGLE if card.contains(at) else None)
        if isinstance(entry, TrackEntry):
            places = self._track_buttons(rect, entry.transfer)
            return next((act for act, place in places.items() if place.contains(at)), None)
        return Act.WHOLE if isinstance(entry, MoreEntry) else None

    def _card(self, rect: QRect) -> QRect:
        return rect.adjusted(0, _GAP, -1, 0)

    def _album_buttons(self, card: QRect, row: DownloadAlbumRow) -> dict[Act, QRect]:
        theme = self._theme
        height = theme.size("control_dense")
        top = card.top() + (card.height() - height) // 2
        side = theme.size("control_dense")
        menu = QRect(card.right() - theme.space(3) - side + 1, top, side, side)
        act = album_act(row)
        metrics = QFontMetrics(theme.font("body_strong"))
        # All as wide as the widest, so that the bars of all albums end in one line.
        words = max(metrics.horizontalAdvance(self.words(each)) for each in (Act.PAUSE, Act.RESUME, Act.SHOW))
        width = round(theme.icon("control")) + theme.space(6) + words
        return {Act.MENU: menu, act: QRect(menu.left() - theme.space(1) - width, top, width, height)}

    def _track_buttons(self, rect: QRect, transfer: TransferRow) -> dict[Act, QRect]:
        theme = self._theme
        metrics = QFontMetrics(theme.font("body_strong"))
        right = rect.right() - theme.space(4)
        places: dict[Act, QRect] = {}
        waits = transfer_words.waits_till(transfer, self._now()) is not None
        for act in reversed(acts_of(transfer, waits)):
            width = metrics.horizontalAdvance(self.words(act))
            places[act] = QRect(right - width, rect.top(), width + 1, rect.height())
            right -= width + theme.space(4)
        return places

    def words(self, act: Act) -> str:
        return {
            Act.PAUSE: self.tr("Pause"),
            Act.RESUME: self.tr("Resume"),
            Act.SHOW: self.tr("Show"),
            Act.TRY_NOW: self.tr("Try now"),
            Act.STOP: self.tr("Stop"),
            Act.DECIDE: self.tr("Decide"),
            Act.KEEP: self.tr("Keep"),
        }.get(act, "")

    # -- painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ENTRY_ROLE)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        rect = QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(entry, AlbumEntry):
            self._album(painter, self._card(rect), entry, chosen, index.row())
        elif isinstance(entry, TrackEntry):
            self._sides(painter, rect, chosen, entry.last)
            self._track(painter, rect, entry, index.row())
        elif isinstance(entry, MoreEntry):
            self._sides(painter, rect, chosen, last=True)
            self._more(painter, rect, entry)
        painter.restore()

    def _album(self, painter: QPainter, card: QRect, entry: AlbumEntry, chosen: bool, place: int) -> None:
        theme, row = self._theme, entry.row
        self._frame(painter, card, chosen, entry.open)
        side = round(theme.icon("control"))
        caret = QRect(card.left() + theme.space(4), card.center().y() - side // 2, side, side)
        paint_icon(painter, caret, "caret-down" if entry.open else "caret-right", theme, "text.secondary")
        art = theme.size("art_download")
        corner = QPoint(caret.right() + theme.space(3), card.top() + theme.space(4))
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        picture = self._art.get(row.art_id, row.title, art, ratio, False)
        if picture is not None:
            painter.drawPixmap(corner, picture)
        buttons = self._album_buttons(card, row)
        left = corner.x() + art + theme.space(4)
        right = min(each.left() for each in buttons.values()) - theme.space(6)
        self._head(painter, QRect(left, corner.y(), right - left, theme.line("section")), row)
        bar_top = corner.y() + theme.line("section") + theme.space(2)
        bar = QRectF(left, bar_top, right - left, theme.size("segment_bar"))
        paint_segment_bar(painter, bar, segments_of(row, self._now()), theme)
        top = round(bar.bottom()) + theme.space(2)
        self._sentence(painter, QRect(left, top, right - left, theme.line("body")), row)
        for act, where in buttons.items():
            self._button(painter, where, act, place)

    def _frame(self, painter: QPainter, card: QRect, chosen: bool, is_open: bool) -> None:
        theme = self._theme
        radius = theme.radius("card")
        path = QPainterPath()
        # An open card goes on below: its lower edge lies outside what is painted here.
        outline = QRectF(card).adjusted(0.5, 0.5, 0, radius * 2 if is_open else -0.5)
        path.addRoundedRect(outline, radius, radius)
        painter.save()
        painter.setClipRect(card)
        painter.fillPath(path, theme.color("bg.raised"))
        painter.setPen(QPen(theme.color("line.strong" if is_open else "line.subtle"), 1))
        painter.drawPath(path)
        painter.restore()
        if chosen and self._view.hasFocus():
            painter.setPen(QPen(theme.color("line.focus"), theme.size("focus_ring")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(card).adjusted(2, 2, -2, -2), radius - 2, radius - 2)

    def _head(self, painter: QPainter, rect: QRect, row: DownloadAlbumRow) -> None:
        theme = self._theme
        done, total = transfer_words.album_bytes(row)
        if done == total:
            size = transfer_words.size_words(done, wording.translate, wording.decimal)
        else:
            size = transfer_words.bytes_of(done, total, wording.translate, wording.decimal)
        small = theme.font("small", tabular=True)
        painter.setFont(small)
        painter.setPen(theme.color("text.secondary"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, size)
        room = rect.width() - QFontMetrics(small).horizontalAdvance(size) - theme.space(4)
        font = theme.font("section")
        used = self._text(painter, rect, 0, room, row.title, font, "text.primary")
        by = row.artist or ""
        self._text(painter, rect, used + theme.space(3), room - used - theme.space(3), by, theme.font("body"))

    def _sentence(self, painter: QPainter, rect: QRect, row: DownloadAlbumRow) -> None:
        theme, now = self._theme, self._now()
        head, rest = transfer_words.album_sentence(row, now, wording.clock(now), wording.translate)
        used = self._text(painter, rect, 0, rect.width(), head, theme.font("body_strong"), "text.primary")
        gap = theme.space(1)
        self._text(painter, rect, used + gap, rect.width() - used - gap, rest, theme.font("body"))

    def _button(self, painter: QPainter, rect: QRect, act: Act, place: int) -> None:
        theme = self._theme
        primary = act is Act.RESUME
        hovered = self.hovered == (place, act)
        radius = theme.radius("control")
        icon = {Act.PAUSE: "pause", Act.RESUME: "play", Act.SHOW: "folder-open", Act.MENU: "dots-three-bold"}[
            act
        ]
        color = "text.on_accent" if primary else "text.primary"
        if act is not Act.MENU or hovered:
            ground = "accent.solid" if primary else "bg.hover" if hovered else "bg.raised"
            painter.setBrush(theme.color(ground))
            painter.setPen(QPen(theme.color("accent.solid" if primary else "line.control"), 1))
            painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        side = round(theme.icon("control"))
        font, gap = theme.font("body"), theme.space(2)
        told = "" if act is Act.MENU else self.words(act)
        used = side + (gap + QFontMetrics(font).horizontalAdvance(told) if told else 0)
        left = rect.left() + max(gap if told else 0, (rect.width() - used) // 2)
        paint_icon(painter, QRect(left, rect.center().y() - side // 2, side, side), icon, theme, color)
        if told:
            words = rect.adjusted(left - rect.left() + side + gap, 0, 0, 0)
            self._text(painter, words, 0, words.width(), told, font, color)

    def _sides(self, painter: QPainter, rect: QRect, chosen: bool, last: bool) -> None:
        """The ground of a row inside an open card."""
        theme = self._theme
        radius = theme.radius("card")
        card = QRectF(rect).adjusted(0.5, 0, -0.5, -0.5)
        path = QPainterPath()
        path.addRoundedRect(card.adjusted(0, -radius * 2, 0, 0 if last else radius * 2), radius, radius)
        painter.save()
        painter.setClipRect(rect.adjusted(0, 0, 0, 0))
        ground = "bg.raised"
        if chosen:
            ground = "bg.selected" if self._view.hasFocus() else "bg.selected.inactive"
        painter.fillPath(path, theme.color(ground))
        painter.setPen(QPen(theme.color("line.strong"), 1))
        painter.drawPath(path)
        painter.fillRect(QRectF(rect.left() + 1, rect.top(), rect.width() - 2, 1), theme.color("line.subtle"))
        if chosen:
            bar = QRect(rect.left(), rect.top(), theme.size("selection_bar"), rect.height())
            painter.fillRect(bar, theme.color("accent.solid"))
        painter.restore()

    def _track(self, painter: QPainter, rect: QRect, entry: TrackEntry, place: int) -> None:
        theme, transfer = self._theme, entry.transfer
        columns = self._columns(rect)
        painter.setFont(theme.font("body", tabular=True))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.color("text.tertiary"))
        painter.drawText(columns["number"], flags, str(transfer.position))
        painter.setPen(theme.color("text.secondary"))
        painter.drawText(columns["length"], flags, wording.duration(transfer.duration_s))
        if transfer.bytes_total:
            size = transfer_words.size_words(transfer.bytes_total, wording.translate, wording.decimal)
            painter.drawText(columns["size"], flags, size)
        title, font = columns["title"], theme.font("body")
        used = self._text(painter, title, 0, title.width(), transfer.title, font, "text.primary")
        used += theme.space(1)
        self._text(painter, title, used, title.width() - used, transfer.version or "", font)
        self._state(painter, columns["state"], transfer)
        buttons = self._track_buttons(rect, transfer)
        room = columns["why"]
        if buttons:
            room.setRight(min(each.left() for each in buttons.values()) - theme.space(3))
        why = transfer_words.transfer_why(transfer, self._now(), wording.translate, wording.decimal)
        self._text(painter, room, 0, room.width(), why, theme.font("small", tabular=True))
        for act, where in buttons.items():
            first = act in (Act.TRY_NOW, Act.DECIDE, Act.RESUME)
            font = theme.font("body_strong" if first else "body")
            font.setUnderline(self.hovered == (place, act))
            tone = "accent.text" if first else "text.secondary"
            self._text(painter, where, 0, where.width(), self.words(act), font, tone)

    def _state(self, painter: QPainter, rect: QRect, transfer: TransferRow) -> None:
        theme, now = self._theme, self._now()
        badge = badge_of(transfer, now)
        side = round(theme.icon("badge_row"))
        self._glyph(painter, QPoint(rect.left(), rect.center().y() - side // 2), side, badge, transfer)
        words = transfer_words.transfer_state(
            transfer, now, wording.clock(now), wording.translate, wording.decimal
        )
        shift = side + theme.space(2)
        font = theme.font("body", tabular=True)
        tone = _TONES.get(badge, "text.secondary")
        self._text(painter, rect, shift, rect.width() - shift, words, font, tone)

    def _glyph(
        self, painter: QPainter, at: QPoint, side: int, badge: BadgeState, transfer: TransferRow
    ) -> None:
        theme = self._theme
        if transfer.state is TransferState.PAUSED:
            paint_icon(painter, QRect(at.x(), at.y(), side, side), "pause", theme, "text.secondary")
            return
        paint_badge(painter, QPointF(at), side, badge, theme)

    def _columns(self, rect: QRect) -> dict[str, QRect]:
        """Where the parts of a track's row stand: in line with the words of the card."""
        theme = self._theme
        left = rect.left() + theme.space(4) + round(theme.icon("control")) + theme.space(3)
        left += theme.size("art_download") + theme.space(4)
        digits = QFontMetrics(theme.font("body", tabular=True))
        length, size = digits.horizontalAdvance("88:88"), digits.horizontalAdvance("888 MB") + theme.space(4)
        state = digits.horizontalAdvance("88 % of 888 MB ") + theme.space(6)
        rest = rect.right() - theme.space(4) - left
        wide = rest > 4 * state
        why = rest * 3 // 10 if wide else rest // 4
        title = rest - why - state - length - size - theme.space(6)

        def part(at: int, width: int) -> QRect:
            return QRect(at, rect.top(), max(0, width), rect.height())

        number = digits.horizontalAdvance("88")
        places = {"number": part(left - number - theme.space(4), number), "title": part(left, title)}
        at = left + title
        for name, width in (("length", length), ("size", size)):
            places[name] = part(at, width)
            at += width
        at += theme.space(6)
        places["state"] = part(at, state)
        places["why"] = part(at + state, rect.right() - at - state - theme.space(4))
        return places

    def _more(self, painter: QPainter, rect: QRect, entry: MoreEntry) -> None:
        theme = self._theme
        title = self._columns(rect)["title"]
        told = self.tr("{n} more are here and checked").format(n=entry.hidden)
        used = self._text(painter, title, 0, title.width(), told, theme.font("body"))
        link = self.tr("Show all {n}").format(n=len(entry.album.transfers))
        room = rect.right() - title.left() - used
        self._text(
            painter, title, used + theme.space(3), room, link, theme.font("body_strong"), "accent.text"
        )

    def _text(
        self,
        painter: QPainter,
        rect: QRect,
        shift: int,
        room: int,
        text: str,
        font: QFont,
        tone: str = "text.secondary",
    ) -> int:
        """Draw from `shift` on in at most `room`; returns the width that was used."""
        if room <= 0 or not text:
            return 0
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.setPen(self._theme.color(tone))
        place = QRect(rect.left() + shift, rect.top(), room, rect.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        return metrics.horizontalAdvance(shown)


def segments_of(row: DownloadAlbumRow, now: datetime) -> list[Segment]:
    """One a track, as wide as its bytes; where they are not known, as the mean of the others."""
    sizes = [each.bytes_total for each in row.transfers if each.bytes_total]
    mean = sum(sizes) / len(sizes) if sizes else 1.0
    return [
        Segment(each.bytes_total or mean, _bar_state(each, now), _share(each))
        for each in row.transfers
        if each.state is not TransferState.CANCELLED
    ]


def _bar_state(transfer: TransferRow, now: datetime) -> BadgeState:
    """Of what is paused, what is here stays filled."""
    if transfer.state is TransferState.PAUSED and transfer.bytes_done:
        return BadgeState.PARTIAL
    return badge_of(transfer, now)


def _share(transfer: TransferRow) -> float:
    return min(1.0, transfer.bytes_done / transfer.bytes_total) if transfer.bytes_total else 0.0
