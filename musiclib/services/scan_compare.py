"""What is different from the last scan, by the names, sizes and times of files alone."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from musiclib.db.records import KnownFile
from musiclib.domain.states import FileState
from musiclib.services.scan_listing import Listed, Listing, is_within
from musiclib.services.scan_types import BrokenFile


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A place whose files were all not seen at once: a disk may belong there."""

    place: str
    files: Sequence[KnownFile]
    emptied: bool
    """A folder that holds nothing; a person may have moved all of it away."""

    def asking(self, paired: Container[str]) -> BrokenFile | None:
        """What to ask, but for files that were found elsewhere; None if those are all."""
        count = sum(each.path not in paired for each in self.files)
        if not count:
            return None
        files = "1 file was" if count == 1 else f"{count} files were"
        empty = "Nothing is in this folder now" if self.emptied else "This folder is not there now"
        reason = (
            f"{empty}, but {files} in it before. If a disk belongs here, connect it and scan again. "
            "Nothing was changed here."
        )
        return BrokenFile(Path(self.place), reason)


@dataclass(slots=True)
class Differences:
    new: list[Listed] = field(default_factory=list)
    changed: list[Listed] = field(default_factory=list)
    was: list[KnownFile] = field(default_factory=list)
    """What the changed ones were before, in their order."""
    gone: list[KnownFile] = field(default_factory=list)
    missing: list[KnownFile] = field(default_factory=list)
    """Gone at an earlier scan, and still."""
    back: list[str] = field(default_factory=list)
    unchanged: int = 0
    doubtful: list[Doubtful] = field(default_factory=list)

    def overwritten(self) -> tuple[list[Listed], list[KnownFile]]:
        """Those of the changed files whose size or time is another one, and what they were."""
        both = zip(self.changed, self.was, strict=True)
        other = [(now, old) for now, old in both if (now.size, now.mtime_ns) != (old.size, old.mtime_ns)]
        return [now for now, _ in other], [old for _, old in other]

    def add(self, other: Differences) -> None:
        """Those of another folder."""
        self.new += other.new
        self.changed += other.changed
        self.was += other.was
        self.gone += other.gone
        self.missing += other.missing
        self.back += other.back
        self.unchanged += other.unchanged
        self.doubtful += other.doubtful


def compare(
    listing: Listing, known: Iterable[KnownFile], away: Collection[str], *, emptied_are_gone: bool
) -> Differences:
    """Compare what was seen with what is known of the same folder.

    A file that was not seen is gone only if it was looked for: not in a folder that could not be read, not
    below `away` (where disks were mounted that are not now), and not in a folder in which there is nothing
    at all any more, unless `emptied_are_gone`.
    """
    found = Differences()
    unseen: list[KnownFile] = []
    listed = dict(listing.files)
    for old in known:
        now = listed.pop(old.path, None)
        if now is None:
            (found.missing if old.state == FileState.MISSING else unseen).append(old)
        elif (old.size, old.mtime_ns) != (now.size, now.mtime_ns) or _may_be_well_again(old):
            found.changed.append(now)
            found.was.append(old)
        else:
            found.unchanged += 1
            if old.state == FileState.MISSING:
                found.back.append(old.path)
    found.new = list(listed.values())
    if unseen:
        emptied = () if emptied_are_gone else listing.empty
        _tell_gone_from_hidden(found, unseen, listing, [*away, *emptied])
    return found


def _tell_gone_from_hidden(
    found: Differences, unseen: Sequence[KnownFile], listing: Listing, asked: Sequence[str]
) -> None:
    hidden = listing.hidden()
    left = [each for each in unseen if not is_within(each.path, hidden)]
    for place in sorted({*asked, *listing.dangling}):
        inside = [each for each in left if is_within(each.path, (place,))]
        if inside:
            left = [each for each in left if not is_within(each.path, (place,))]
            found.doubtful.append(Doubtful(place, inside, emptied=place in listing.empty))
    found.gone = left


def _may_be_well_again(file: KnownFile) -> bool:
    """Whether a file is worth another look although it did not change: one that could not be opened.

    One that was read to its end, as its hash shows, and held no audio, holds none now.
    """
    return file.state == FileState.BROKEN and file.content_hash is None
