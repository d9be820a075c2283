"""Which of the files on offer is the one to fetch? Takes what is sure, asks for the rest.

What a candidate is, matching decides, by the names, the length and the ISRC. Among those that are surely the
recording the better file wins: of the kind the person likes, from a release that has the album whole (files
of one master, of one loudness), then of more bits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from musiclib.domain.audio_candidates import AudioCandidate, RankedCandidate, WantedAlbum, WantedTrack
from musiclib.domain.file_matching import from_name
from musiclib.domain.file_tags import FileTags
from musiclib.domain.ids import TrackId
from musiclib.domain.matching import (
    ACCEPT,
    REVIEW,
    MatchReason,
    MatchScore,
    Prepared,
    Recording,
    decide,
    prepare,
    same_recording,
    score_prepared,
)
from musiclib.domain.states import MatchState

MOST_OFFERED = 20
"""Candidates kept for a person to choose from."""
_LOSSLESS = frozenset({"flac", "alac", "wav", "aiff", "ape", "wv", "tta"})
_ALIASES = {"aif": "aiff", "wave": "wav", "oga": "ogg", "mp4": "m4a", "aac": "m4a", "m4b": "m4a"}
_WHOEVER = "\0"
"""Stands for the artist of the track where a name tells the title alone."""
_ALAC_FROM_KBPS = 400
"""AAC in an MP4 file never has so many bits; ALAC of music has."""


class QualityReason(StrEnum):
    """What a candidate's file has for it or against it; the words are in `reason_words`."""

    LOSSLESS = "lossless"
    WHOLE_RELEASE = "whole_release"
    FORMAT_NOT_TAKEN = "format_not_taken"
    LOW_BITRATE = "low_bitrate"
    TAKEN_BY_ANOTHER = "taken_by_another"


_NOT_TAKEN = frozenset(
    {QualityReason.FORMAT_NOT_TAKEN, QualityReason.LOW_BITRATE, QualityReason.TAKEN_BY_ANOTHER}
)


class Verdict(StrEnum):
    SURE = "sure"
    ASK = "ask"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a person takes without being asked."""

    formats: tuple[str, ...]
    """Kinds of files, the best liked first."""
    min_kbps: int = 0
    """Of lossy files whose bitrate is known."""
    accept: float = ACCEPT
    review: float = REVIEW


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be done for one track. `ranked` is best first, at most `MOST_OFFERED`; of SURE the first."""

    verdict: Verdict
    ranked: tuple[RankedCandidate, ...]


@dataclass(frozen=True, slots=True)
class _Scored:
    """A candidate as it fits one track. `place` is where it stood among all that were offered."""

    candidate: AudioCandidate
    match: MatchScore
    place: int


def choose(
    album: WantedAlbum,
    candidates: Sequence[AudioCandidate],
    rules: Rules,
    refused: Mapping[TrackId, Collection[tuple[str, str]]] | None = None,
) -> dict[TrackId, Choice]:
    """A choice for every wanted track. `candidates` come in the order of the sources, the preferred first.

    `refused` are the keys of candidates that a person, or a check, said a track is not. No file is taken
    for two tracks.
    """
    never = refused or {}
    readings = [_readings(each) for each in candidates]
    scored = {
        track.track_id: _score_all(track, album, candidates, readings, never.get(track.track_id, ()), rules)
        for track in album.tracks
    }
    shares = _release_shares(album, scored.values(), rules)
    taken: set[tuple[str, str]] = set()
    choices: dict[TrackId, Choice] = {}
    # Who fits best chooses first: two tracks of one name are told apart by length and place.
    for track_id in sorted(scored, key=lambda each: -_best(scored[each])):
        choice = _choice(scored[track_id], shares, rules, taken)
        if choice.verdict is Verdict.SURE:
            taken.add(choice.ranked[0].candidate.key)
        choices[track_id] = choice
    return choices


def kind_of(candidate: AudioCandidate) -> str:
    """The kind of file, as the rules name it: "m4a" is "alac" where it has the bits of it."""
    suffix = candidate.suffix.lower()
    kind = _ALIASES.get(suffix, suffix)
    return "alac" if kind == "m4a" and (candidate.bitrate_kbps or 0) >= _ALAC_FROM_KBPS else kind


def is_lossless(candidate: AudioCandidate) -> bool:
    return kind_of(candidate) in _LOSSLESS


def _readings(candidate: AudioCandidate) -> list[Prepared]:
    """What the candidate may be: as its source describes it; where nobody is named, as its title reads."""
    artist = candidate.artist or candidate.album_artist or ""
    told = Recording(
        artist,
        candidate.title,
        album=candidate.album,
        duration_s=candidate.duration_s,
        isrc=candidate.isrc,
        position=candidate.track_number,
    )
    if candidate.artist:
        return [prepare(told)]
    named = from_name(candidate.title, tags=FileTags(artist=artist or _WHOEVER))
    whole = (each for each in named if each.artist != _WHOEVER or candidate.given)
    texts = [(artist, candidate.title), *((each.artist.replace(_WHOEVER, ""), each.title) for each in whole)]
    return [prepare(replace(told, artist=by, title=title)) for by, title in dict.fromkeys(texts)]


def _score_all(
    track: WantedTrack,
    album: WantedAlbum,
    candidates: Sequence[AudioCandidate],
    readings: Sequence[Sequence[Prepared]],
    refused: Collection[tuple[str, str]],
    rules: Rules,
) -> list[_Scored]:
    query = prepare(
        Recording(
            track.artist,
            track.title,
            album=track.album or album.title,
            duration_s=track.duration_s,
            isrc=track.isrc,
            position=track.position,
        )
    )
    found = []
    for place, (candidate, read) in enumerate(zip(candidates, readings, strict=True)):
        if candidate.key in refused:
            continue
        match = max((_score(query, each, candidate.given) for each in read), key=lambda each: each.rank)
        if match.score >= rules.review:
            found.append(_Scored(candidate, match, place))
    return found


def _score(query: Prepared, reading: Prepared, given: bool) -> MatchScore:
    if given and not reading.recording.artist:
        reading = prepare(replace(reading.recording, artist=query.recording.artist))
    return score_prepared(query, reading)


def _release_shares(
    album: WantedAlbum, scored: Iterable[Sequence[_Scored]], rules: Rules
) -> dict[tuple[str, str], float]:
    """How much of what is wanted each release surely has; nothing where that tells nothing."""
    if len(album.tracks) < 2:
        return {}
    has: defaultdict[tuple[str, str], int] = defaultdict(int)
    for fitting in scored:
        for release in {_release(each.candidate) for each in fitting if each.match.score >= rules.accept}:
            has[release] += 1
    return {release: count / len(album.tracks) for release, count in has.items()}


def _release(candidate: AudioCandidate) -> tuple[str, str]:
    return candidate.source, candidate.release or candidate.ref


def _best(fitting: Sequence[_Scored]) -> float:
    return max((each.match.rank for each in fitting), default=0.0)


def _choice(
    fitting: Sequence[_Scored],
    shares: Mapping[tuple[str, str], float],
    rules: Rules,
    taken: Collection[tuple[str, str]],
) -> Choice:
    if not fitting:
        return Choice(Verdict.NONE, ())
    decision = decide([each.match for each in fitting], rules.accept, rules.review)
    assert decision.best is not None
    best = fitting[decision.best].match

    def surely(each: _Scored) -> bool:
        return each.match.score >= rules.accept and same_recording(each.match, best)

    def order(each: _Scored) -> tuple[bool, float, tuple[float, ...]]:
        # Of what is surely the recording the better file; of the rest what fits better.
        sure = surely(each) and each.candidate.key not in taken
        quality = _quality(each.candidate, shares, rules)
        return not sure, 0.0 if sure else -each.match.rank, (*quality, -each.match.rank, each.place)

    ranked = sorted(fitting, key=order)
    told = tuple(_ranked(each, shares, rules, taken) for each in ranked[:MOST_OFFERED])
    good = not _NOT_TAKEN.intersection(told[0].reasons)
    sure = decision.state is MatchState.MATCHED and surely(ranked[0]) and good
    return Choice(Verdict.SURE if sure else Verdict.ASK, told)


def _quality(
    candidate: AudioCandidate, shares: Mapping[tuple[str, str], float], rules: Rules
) -> tuple[float, ...]:
    """Smaller is better."""
    kind = kind_of(candidate)
    liked = rules.formats.index(kind) if kind in rules.formats else len(rules.formats)
    unfit = bool(_NOT_TAKEN.intersection(_against(candidate, rules)))
    lossless_first = bool(rules.formats) and rules.formats[0] in _LOSSLESS
    return (
        float(unfit),
        float(is_lossless(candidate) is not lossless_first),
        -shares.get(_release(candidate), 0.0),
        float(liked),
        -float(candidate.bitrate_kbps or 0),
    )


def _against(candidate: AudioCandidate, rules: Rules) -> list[QualityReason]:
    against = []
    kind = kind_of(candidate)
    if kind and kind not in rules.formats and not (kind == "alac" and "m4a" in rules.formats):
        against.append(QualityReason.FORMAT_NOT_TAKEN)
    if not is_lossless(candidate) and 0 < (candidate.bitrate_kbps or 0) < rules.min_kbps:
        against.append(QualityReason.LOW_BITRATE)
    return against


def _ranked(
    scored: _Scored,
    shares: Mapping[tuple[str, str], float],
    rules: Rules,
    taken: Collection[tuple[str, str]],
) -> RankedCandidate:
    candidate = scored.candidate
    share = shares.get(_release(candidate), 0.0)
    quality = _against(candidate, rules)
    if candidate.key in taken:
        quality.append(QualityReason.TAKEN_BY_ANOTHER)
    if is_lossless(candidate):
        quality.append(QualityReason.LOSSLESS)
    if share >= 1:
        quality.append(QualityReason.WHOLE_RELEASE)
    reasons: list[MatchReason | QualityReason] = [*scored.match.reasons, *quality]
    return RankedCandidate(candidate, scored.match.score, tuple(each.value for each in reasons), share)
