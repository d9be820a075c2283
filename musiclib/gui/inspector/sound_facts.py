"""What was measured of a file, and the picture of its spectrum."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout

from musiclib.domain.sound_words import cutoff_sentence, silence_words
from musiclib.gui import wording
from musiclib.gui.inspector.field_rows import FactRow
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import label, rule
from musiclib.gui.widgets.flow import FlowLabel
from musiclib.gui.widgets.waveform import SpectrumView

if TYPE_CHECKING:
    from musiclib.services.listening import Heard

_MODES = {"cbr": "constant", "vbr": "variable"}


def _tr(text: str) -> str:
    return QCoreApplication.translate("SoundFacts", text)


def add_sound_facts(column: QVBoxLayout, theme: Theme, heard: Heard, copy: Callable[[str], None]) -> None:
    """Rows of what was measured, then the spectrum with what it hints at. A click on a row copies it."""
    column.addWidget(rule())
    for name, text in facts_of(heard):
        row = FactRow(theme, name, text, "")
        row.clicked.connect(partial(copy, text))
        column.addWidget(row)
    features = heard.features
    if heard.spectrum is None:
        return
    column.addSpacing(theme.space(2))
    column.addWidget(label(theme, _tr("Spectrum"), "small", "tertiary"))
    lossless = features.bit_depth is not None
    sentence = cutoff_sentence(
        features.cutoff_hz, lossless=lossless, bitrate=features.bitrate, tr=wording.translate
    )
    column.addWidget(SpectrumView(theme, heard.spectrum, features.cutoff_hz, sentence))
    column.addWidget(FlowLabel(theme, sentence, "small", "secondary"))


def facts_of(heard: Heard) -> list[tuple[str, str]]:
    """(name, value) of what is known, as a person reads it."""
    return [(_tr(name), text) for name, text in _facts(heard) if text]


def _facts(heard: Heard) -> Iterator[tuple[str, str]]:
    features = heard.features
    depth = _tr("{n} bit").format(n=features.bit_depth) if features.bit_depth else ""
    rate = f"{features.sample_rate / 1000:g} kHz"
    codec = features.codec.upper().replace("PCM_", "PCM ")
    yield "Codec", ", ".join(part for part in (codec, depth, rate) if part)
    if features.bitrate:
        mode = _tr(_MODES[features.bitrate_mode]) if features.bitrate_mode in _MODES else ""
        rate = f"{round(features.bitrate / 1000)} kbit/s"
        yield "Bitrate", f"{rate}, {mode}" if mode else rate
    yield "Encoder", features.encoder or ""
    yield "Loudness", _unit(features.loudness_lufs, "LUFS")
    yield "Range", _unit(features.loudness_range_lu, "LU")
    yield "Max 0.4 s", _unit(features.max_momentary_lufs, _tr("LUFS, momentary"))
    yield "Max 3 s", _unit(features.max_short_term_lufs, _tr("LUFS, short-term"))
    yield "True peak", _unit(features.true_peak_dbtp, "dBTP")
    yield "Silence", silence_words(features.silence_start_s, features.silence_end_s, wording.translate)
    if features.clipped_samples is not None:
        count = features.clipped_samples
        words = _tr("{n} samples at full scale").format(n=wording.number(count))
        yield "Clipping", words if count else _tr("None")
    if features.tempo_varies:
        yield "Tempo", _tr("Varies: no steady grid")


def _unit(value: float | None, unit: str) -> str:
    return "" if value is None else f"{wording.loudness(value)} {unit}"
