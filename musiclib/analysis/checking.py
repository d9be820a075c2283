"""Is a file that has just come sound to its last second? The child's side, as `worker` is for measuring."""

from pathlib import Path

from musiclib.analysis.features import Analysis, AudioFeatures
from musiclib.errors import UnreadableAudio


def check_audio(path: Path, engine: str | None = None) -> Analysis:
    """Decode the file once from end to end and tell its length and codec; nothing is measured.

    Stricter than an analysis, which makes the best of a damaged file: `UnreadableAudio` where a part is
    missing or broken.
    """
    from musiclib.analysis import decode

    found = decode.check(path)
    if found.warning is not None:
        raise UnreadableAudio(found.warning)
    return Analysis(
        AudioFeatures(
            duration_s=found.duration_s,
            codec=found.codec,
            sample_rate=found.sample_rate,
            channels=found.channels,
            bitrate=found.bitrate,
            bitrate_mode=found.bitrate_mode,
            encoder=found.encoder,
            bit_depth=found.bit_depth,
            engine="",
        )
    )
