"""One generated style sheet per theme, for the parts Qt draws; what our delegates paint is not in it.

Kinds are dynamic properties: a button says `kind` = "primary", "flat", "segment" or
"danger" and `dense` = "true" or "tiny"; a label says `tone`; a frame says `card`.
"""

from __future__ import annotations

from string import Template

from musiclib.gui.tokens import Tokens, resources_dir


def css_color(text: str) -> str:
    """A token colour as style sheets read it; they take #RRGGBBAA for #AARRGGBB, so alpha is spelt out."""
    if len(text) == 7:
        return text
    red, green, blue, alpha = (int(text[i : i + 2], 16) for i in (1, 3, 5, 7))
    return f"rgba({red}, {green}, {blue}, {alpha})"


def build_style_sheet(tokens: Tokens, scheme: str) -> str:
    names = {name.replace(".", "_"): css_color(value) for name, value in tokens.colors(scheme).items()}
    for size in (
        "control",
        "control_dense",
        "control_tiny",
        "header",
        "row",
        "row_compact",
        "progress",
        "hit_min",
    ):
        names[f"h_{size}"] = str(tokens.size(size) - 2)  # without the 1 px border above and below
        names[f"s_{size}"] = str(tokens.size(size))
    names |= {f"r_{name}": str(tokens.radius(name)) for name in ("control", "card", "dialog", "art")}
    names |= {f"p{step}": str(tokens.space(step)) for step in (1, 2, 3, 4, 6)}
    names["r_pill"] = str(tokens.size("chip") // 2)
    names["scheme"] = scheme
    names["images"] = (resources_dir() / "design" / "controls").as_posix()
    names["focus"] = str(tokens.size("focus_ring"))
    return Template(_SHEET).substitute(names)


_SHEET = """
QWidget#window, QWidget#sidebar, QWidget#strip, QWidget#dialogfoot { background: $bg_window; }
QWidget#dialogfoot {
    border-bottom-left-radius: ${r_dialog}px; border-bottom-right-radius: ${r_dialog}px;
}
QWidget#content, QWidget#page { background: $bg_content; }
QWidget#inspector { background: $bg_content; }
QDialog { background: $bg_content; }

QLabel { background: transparent; color: $text_primary; }
QLabel[tone="secondary"] { color: $text_secondary; }
QLabel[tone="tertiary"] { color: $text_tertiary; }
QLabel[tone="accent"] { color: $accent_text; }
QLabel[tone="done"] { color: $done_text; }
QLabel[tone="review"] { color: $review_text; }
QLabel[tone="error"] { color: $error_text; }
QLabel[tone="waiting"] { color: $waiting_text; }
QLabel[keycap="true"] {
    background: $bg_raised; color: $text_secondary;
    border: 1px solid $line_strong; border-radius: ${r_art}px; padding: 0 ${p1}px;
}

QPushButton, QToolButton {
    background: $bg_raised; color: $text_primary;
    border: 1px solid $line_strong; border-radius: ${r_control}px;
    min-height: ${h_control}px; padding: 0 ${p3}px;
}
QPushButton:hover, QToolButton:hover { background: $bg_hover; }
QPushButton:pressed, QToolButton:pressed { background: $bg_press; }
QPushButton:focus, QToolButton:focus { border: ${focus}px solid $line_focus; padding: 0 ${p3}px; }
QPushButton:disabled, QToolButton:disabled { color: $text_disabled; background: $bg_sunken; }
QPushButton[dense="true"], QToolButton[dense="true"] { min-height: ${h_control_dense}px; padding: 0 ${p2}px; }
QPushButton[dense="tiny"], QToolButton[dense="tiny"] { min-height: ${h_control_tiny}px; padding: 0 ${p2}px; }
QPushButton[pill="true"] { border-radius: ${r_pill}px; padding: 0 ${p3}px; }
QPushButton[kind="primary"] {
    background: $accent_solid; color: $text_on_accent; border-color: $accent_solid;
}
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_press; border-color: $accent_press; }
QPushButton[kind="primary"]:focus { border: ${focus}px solid $accent_focus; }
QPushButton[kind="primary"]:disabled {
    background: $bg_press; color: $text_disabled; border-color: $line_strong;
}
QPushButton[kind="toggle"]:checked {
    background: $accent_tint; color: $accent_text; border-color: $accent_line;
}
QPushButton[kind="danger"] { color: $error_text; border-color: $error_line; }
QPushButton[kind="danger"]:hover { background: $error_tint; }
QPushButton[kind="flat"], QToolButton[kind="flat"] {
    background: transparent; border: 1px solid transparent; color: $text_secondary;
}
QPushButton[kind="flat"]:hover, QToolButton[kind="flat"]:hover {
    background: $bg_hover; color: $text_primary;
}
QPushButton[kind="flat"]:pressed, QToolButton[kind="flat"]:pressed { background: $bg_press; }
QPushButton[kind="flat"]:focus, QToolButton[kind="flat"]:focus { border: ${focus}px solid $line_focus; }
QPushButton[kind="link"] {
    background: transparent; border: 1px solid transparent; color: $accent_text; padding: 0 ${p1}px;
    min-height: ${h_control_tiny}px;
}
QPushButton[kind="link"][flush="true"], QPushButton[kind="link"][flush="true"]:focus {
    padding: 0; border-width: 0; text-align: left;
}
QPushButton[kind="link"][flush="true"]:focus { text-decoration: underline; background: $accent_tint; }
QPushButton[kind="crumb"] {
    background: transparent; border: 1px solid transparent; color: $text_secondary; padding: 0 ${p1}px;
    min-height: ${h_control_tiny}px;
}
QPushButton[kind="crumb"]:hover { color: $text_primary; text-decoration: underline; }
QPushButton[kind="crumb"]:focus { border: ${focus}px solid $line_focus; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: ${focus}px solid $line_focus; }
QPushButton[icononly="true"], QToolButton[icononly="true"] {
    padding: 0; min-width: ${h_control}px; max-width: ${h_control}px;
}
QPushButton[icononly="true"][dense="true"], QToolButton[icononly="true"][dense="true"] {
    min-width: ${h_control_dense}px; max-width: ${h_control_dense}px;
}
QPushButton[icononly="true"][dense="tiny"], QToolButton[icononly="true"][dense="tiny"] {
    min-width: ${h_control_tiny}px; max-width: ${h_control_tiny}px;
}
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }

QPushButton[kind="category"] {
    background: transparent; border: 1px solid transparent; text-align: left;
}
QPushButton[kind="category"]:hover { background: $bg_hover; }
QPushButton[kind="category"]:checked { background: $bg_selected; font-weight: 600; }
QPushButton[kind="category"]:focus { border: ${focus}px solid $line_focus; }

QPushButton[kind="segment"] {
    border-radius: 0; margin: 0; border-left-width: 0; padding: 0 ${p3}px; min-height: ${h_control_dense}px;
    color: $text_secondary;
}
QPushButton[kind="segment"][end="left"] {
    border-left-width: 1px;
    border-top-left-radius: ${r_control}px; border-bottom-left-radius: ${r_control}px;
}
QPushButton[kind="segment"][end="right"] {
    border-top-right-radius: ${r_control}px; border-bottom-right-radius: ${r_control}px;
}
QPushButton[kind="segment"][end="both"] { border-left-width: 1px; border-radius: ${r_control}px; }
QPushButton[kind="segment"]:checked { background: $accent_tint; color: $accent_text; }
QPushButton[kind="segment"]:focus { border: ${focus}px solid $line_focus; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $bg_raised; color: $text_primary;
    border: 1px solid $line_control; border-radius: ${r_control}px;
    padding: 0 ${p2}px; min-height: ${h_control}px;
    selection-background-color: $accent_solid; selection-color: $text_on_accent;
    placeholder-text-color: $text_tertiary;
}
QPlainTextEdit, QTextEdit { padding: ${p2}px; }
QLineEdit[dense="true"], QComboBox[dense="true"], QSpinBox[dense="true"] { min-height: ${h_control_dense}px; }
QLineEdit[dense="tiny"] { min-height: ${h_control_tiny}px; padding: 0 ${p1}px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus,
QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border: ${focus}px solid $line_focus;
}
QLineEdit[bare="true"], QPlainTextEdit[bare="true"],
QLineEdit[bare="true"]:focus, QPlainTextEdit[bare="true"]:focus {
    border: none; background: transparent; padding: 0;
}
QLineEdit:read-only { background: $bg_sunken; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {
    color: $text_disabled; background: $bg_sunken;
}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit,
QAbstractSpinBox QLineEdit:focus, QComboBox QLineEdit:focus {
    background: transparent; border: none; padding: 0; min-height: 0;
}
QComboBox[dense="true"] { min-height: ${h_control_dense}px; }
QComboBox[dense="tiny"] { min-height: ${h_control_tiny}px; padding: 0 ${p1}px; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit,
QAbstractSpinBox QLineEdit:focus, QComboBox QLineEdit:focus {
    border: none; background: transparent; padding: 0; min-height: 0;
}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { padding: 0 ${p1}px; }
QComboBox::drop-down { border: none; width: ${p6}px; }
QComboBox::down-arrow { image: url("${images}/down-${scheme}.svg"); width: 12px; height: 12px; }
QAbstractSpinBox { padding-right: ${p6}px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    background: transparent; border: none; width: ${p6}px; subcontrol-origin: border;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: 2px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: 2px; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $bg_hover; }
QAbstractSpinBox::up-arrow { image: url("${images}/up-${scheme}.svg"); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url("${images}/down-${scheme}.svg"); width: 12px; height: 12px; }

QCheckBox, QRadioButton { spacing: ${p2}px; background: transparent; color: $text_primary; }
QCheckBox:disabled, QRadioButton:disabled { color: $text_disabled; }
QCheckBox::indicator, QRadioButton::indicator, QTreeView::indicator {
    width: 14px; height: 14px; background: $bg_raised; border: 1px solid $line_control;
}
QCheckBox::indicator, QTreeView::indicator { border-radius: ${r_art}px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { background: $bg_hover; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $line_focus; }
QCheckBox::indicator:checked, QRadioButton::indicator:checked, QTreeView::indicator:checked {
    background: $accent_solid; border-color: $accent_solid;
}
QCheckBox::indicator:checked, QTreeView::indicator:checked { image: url("${images}/check-${scheme}.svg"); }
QRadioButton::indicator:checked { image: url("${images}/dot-${scheme}.svg"); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {
    background: $bg_sunken; border-color: $line_strong;
}
QComboBox QAbstractItemView {
    background: $bg_raised; border: 1px solid $line_strong; selection-background-color: $bg_selected;
    selection-color: $text_primary; outline: none;
}

QFrame[card="true"] {
    background: $bg_raised; border: 1px solid $line_subtle; border-radius: ${r_card}px;
}
QFrame[card="chosen"] {
    background: $bg_raised; border: 1px solid $accent_solid; border-radius: ${r_card}px;
}
QFrame[card="sunken"] { background: $bg_sunken; border: none; border-radius: ${r_card}px; }
QFrame[card="column"] {
    background: $bg_sunken; border: 1px solid $line_subtle; border-radius: ${r_card}px;
}
QFrame[card="target"] {
    background: $bg_sunken; border: 2px solid $accent_solid; border-radius: ${r_card}px;
}
QFrame[card="zone"] {
    background: $bg_selected; border: 1px dashed $accent_solid; border-radius: ${r_card}px;
}
QFrame[cell="true"] { background: transparent; border: none; border-bottom: 1px solid $line_subtle; }
QFrame[cell="true"][edge="left"] { border-left: 1px solid $line_subtle; }
QFrame[cell="true"][current="true"] { background: $bg_selected; }
QWidget#sunken { background: $bg_sunken; }
QFrame[card="dialog"] {
    background: $bg_content; border: 1px solid $line_strong; border-radius: ${r_dialog}px;
}
QFrame[card="popup"] {
    background: $bg_raised; border: 1px solid $line_control; border-radius: ${r_control}px;
}
QFrame#selection { background: $bg_raised; border: none; border-top: 1px solid $line_strong; }
QFrame[rule="h"] { background: $line_subtle; border: none; max-height: 1px; min-height: 1px; }
QFrame[rule="v"] { background: $line_subtle; border: none; max-width: 1px; min-width: 1px; }

QMenu {
    background: $bg_raised; color: $text_primary; border: 1px solid $line_strong; padding: ${p1}px;
    border-radius: ${r_control}px;
}
QMenu::item { padding: ${p1}px ${p6}px ${p1}px ${p3}px; border-radius: ${r_art}px; }
QMenu::item:selected { background: $bg_selected; }
QMenu::item:disabled { color: $text_disabled; }
QMenu::separator { height: 1px; background: $line_subtle; margin: ${p1}px ${p2}px; }
QToolTip {
    background: $bg_raised; color: $text_primary; border: 1px solid $line_strong; padding: ${p1}px ${p2}px;
}

QAbstractItemView { background: $bg_content; border: none; outline: none; }
QAbstractItemView[framed="true"] { border: 1px solid $line_subtle; border-radius: ${r_control}px; }
QAbstractItemView[bare="true"] { background: transparent; }
QTreeView::item { padding: 0 ${p1}px; }
QHeaderView { background: $bg_content; border: none; }
QHeaderView::section {
    background: $bg_content; color: $text_secondary; border: none; border-bottom: 1px solid $line_strong;
    padding: 0 ${p2}px; min-height: ${h_header}px;
}
QSplitter::handle { background: $line_subtle; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }

QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: ${p3}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${p3}px; margin: 0; }
QScrollBar::handle { background: $line_strong; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: ${s_row}px; }
QScrollBar::handle:horizontal { min-width: ${s_row}px; }
QScrollBar::handle:hover { background: $line_control; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar {
    background: $bar_track; border: none; border-radius: 3px; min-height: ${s_progress}px;
    max-height: ${s_progress}px;
}
QProgressBar::chunk { background: $bar_fill; border-radius: 3px; }
QSlider::groove:horizontal { background: $bar_track; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $bar_fill; border-radius: 2px; }
QSlider[kind="from"]::sub-page:horizontal { background: $bar_track; }
QSlider[kind="from"]::add-page:horizontal { background: $bar_fill; border-radius: 2px; }
QSlider::handle:horizontal {
    background: $bg_raised; border: 2px solid $accent_solid; width: 12px; margin: -6px 0; border-radius: 8px;
}
QSlider::handle:horizontal:focus { background: $accent_tint; }
"""
