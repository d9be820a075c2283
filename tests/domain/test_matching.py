"""Traps of every kind. The left is asked for, the right is offered."""

from __future__ import annotations

import pytest

from musiclib.domain.matching import (
    Decision,
    MatchReason,
    MatchScore,
    Recording,
    decide,
    same_recording,
    score,
)
from musiclib.domain.states import MatchState

MATCHED, REVIEW, NOT_FOUND = MatchState.MATCHED, MatchState.REVIEW, MatchState.NOT_FOUND


def recording(text: str) -> Recording:
    """ "Artist - Title | 200 s | ISRC" """
    names, *facts = (part.strip() for part in text.split("|"))
    artist, _, title = names.partition(" - ")
    duration = next((float(fact[:-2]) for fact in facts if fact.endswith(" s")), None)
    isrc = next((fact for fact in facts if not fact.endswith(" s")), None)
    return Recording(artist, title, duration_s=duration, isrc=isrc)


def offered(asked: str, *candidates: str) -> tuple[Decision, list[MatchScore]]:
    scores = [score(recording(asked), recording(each)) for each in candidates]
    return decide(scores), scores


SAME = """
Nia Okafor - Slow Burn                        = NIA OKAFOR - SLOW BURN
Beyonce - Halo                                = Beyoncé - Halo
JAY-Z - Empire                                = Jay Z - Empire
AC/DC - Thunderstruck                         = ACDC - Thunderstruck
Guns N' Roses - Patience                      = Guns N Roses - Patience
P!nk - So What                                = Pink - So What
Ke$ha - Die Young                             = Kesha - Die Young
Prodigy - Breathe                             = The Prodigy - Breathe
Beatles, The - Help                           = The Beatles - Help!
Belle and Sebastian - Sukie                   = Belle & Sebastian - Sukie
Florence + The Machine - Shake It Out         = Florence & the Machine - Shake It Out
Kruder und Dorfmeister - Definition           = Kruder & Dorfmeister - Definition
Jean Michel Jarre - Oxygène, Pt. 4            = Jean‐Michel Jarre - Oxygene (Part IV)
Nia Okafor & Bo Lind - Slow Burn              = Bo Lind, Nia Okafor - Slow Burn
Nia Okafor x Bo Lind - Slow Burn              = Nia Okafor & Bo Lind - Slow Burn
Nia Okafor vs Bo Lind - Slow Burn             = Nia Okafor vs. Bo Lind - Slow Burn
Nia Okafor ft. Bo Lind - Slow Burn            = Nia Okafor - Slow Burn (feat. Bo Lind)
Nia Okafor ft. Bo Lind - Slow Burn            = Nia Okafor & Bo Lind - Slow Burn
Nia Okafor feat. Bo Lind - Slow Burn          = Nia Okafor - Slow Burn
Perigee (UK) - Glasshouse                     = Perigee - Glasshouse
Daft Pank - One More Time                     = Daft Punk - One More Time
Nia Okafor - Don't Stop 'Til Dawn             = Nia Okafor - Don’t Stop ’til Dawn
Nia Okafor - Haf of the Raain                 = Nia Okafor - Half of the Rain
Nia Okafor - Slow Burn (Live in Oslo) | 200 s = Nia Okafor - Slow Burn (Live) | 202 s
Nia Okafor - Nightfall                        = Nia Okafor - Night Fall
Nia Okafor - I Need U Tonight                 = Nia Okafor - I Need You Tonite
Nia Okafor - Lovin You Slowly                 = Nia Okafor - Loving You Slowly
Nia Okafor - Satisfaction                     = Nia Okafor - (I Can't Get No) Satisfaction
Nia Okafor - Levels                           = Nia Okafor - Levels (Psi)
Nia Okafor - Slow Burn (Original Mix)         = Nia Okafor - Slow Burn
Nia Okafor - Slow Burn                        = Nia Okafor - Slow Burn - 2011 Remaster
Nia Okafor - Slow Burn                        = Nia Okafor - Slow Burn (Album Version)
Nia Okafor - Slow Burn (Murk Remix)           = Nia Okafor - Slow Burn [Murk rmx]
Nia Okafor - Slow Burn - Murk Remix           = Nia Okafor - Slow Burn (Remixed by Murk)
Nia Okafor - Slow Burn (Murk's Dark Remix)    = Nia Okafor - Slow Burn (Murks Dark Mix)
Nia Okafor - Slow Burn (Dixon Edit)           = Nia Okafor - Slow Burn (Dixon Re-Edit)
Nia Okafor - Slow Burn (Extended Mix)         = Nia Okafor - Slow Burn (Extended Version)
Nia Okafor - Slow Burn (Extended Mix) | 390 s = Nia Okafor - Slow Burn | 391 s
Nia Okafor - Slow Burn (12" Mix)              = Nia Okafor - Slow Burn (Extended Mix)
Nia Okafor - Slow Burn (Director's Cut)       = Nia Okafor - Slow Burn (Directors Cut)
Perigee (ofc) & Tessera (2) - Glasshouse      = Perigee, Tessera - Glasshouse
Nia Okafor - Slow Burn (Full Length Version)  = Nia Okafor - Slow Burn
Nia Okafor - Slow Burn (Digital Remaster)     = Nia Okafor - Slow Burn (Deluxe Edition)
Nia Okafor - Slow Burn (Radio Edit)           = Nia Okafor - Slow Burn (Radio Mix)
Nia Okafor - Slow Burn (Live)                 = Nia Okafor - Slow Burn - Live
Nia Okafor - Slow Burn (Live in Berlin)       = Nia Okafor - Slow Burn (Live at Berlin, 2019)
Nia Okafor - Slow Burn (Instrumental)         = Nia Okafor - Slow Burn (Instrumental Mix)
Nia Okafor - Slow Burn (A Cappella)           = Nia Okafor - Slow Burn (Acapella)
Nia Okafor - Slow Burn (VIP)                  = Nia Okafor - Slow Burn (VIP Mix)
Кино - Группа крови                           = Kino - Gruppa Krovi
Лида Морозова - Северный ветер                = Лида Морозова - Северный ветер
久保田リョウ - 夜明けの環状線                 = 久保田リョウ - 夜明けの環状線
久保田リョウ - 夜（Aiko Tanabe Remix）        = 久保田リョウ - 夜 (Aiko Tanabe Remix)
Sigur Ros - Hoppipolla                        = Sigur Rós - Hoppípolla
Nia Okafor & Bo Lind - Slow Burn              = Nia Okafor with Bo Lind - Slow Burn
Nia Okafor and the Bo Band - Slow Burn        = Nia Okafor & The Bo Band - Slow Burn
Nia Okafor - Slow Burn                        = Nia Okafor & Bo Lind - Slow Burn
Nia Okafor - Slow Burn Murk Remix             = Nia Okafor - Slow Burn (Murk Remix)
Nia Okafor - Slow Burn (Nia Okafor VIP)       = Nia Okafor - Slow Burn (VIP Mix)
Nia Okafor - Slow Burn (Murk Edit) | 300 s    = Nia Okafor - Slow Burn (Murk Remix) | 301 s
Nia Okafor - Slow Burn (Unmixed)              = Nia Okafor - Slow Burn
Nia Okafor - Suite, Op. 4: 3. Scherzo         = Nia Okafor - Suite, Op. 4: III. Scherzo
Nia Okafor - Marmalade Skys Tonight           = Nia Okafor - Marmalade Skies Tonight
Slow Burn - Nia Okafor | 200 s                = Nia Okafor - Slow Burn | 201 s
Mr. Okafor & The Bo Band - St. Ann St.        = Mister Okafor and the Bo Band - Saint Ann Street
Nia Okafor - 7 Days of Rust                   = Nia Okafor - Seven Days of Rust
Nia Okafor - 21 Moons                         = Nia Okafor - Twenty-One Moons
Nia Okafor - 4 the Road                       = Nia Okafor - For the Road
Nia Okafor - Mambo No. 5                      = Nia Okafor - Mambo #5
Nia Okafor - F**k the Weather                 = Nia Okafor - Fuck the Weather
Nia Okafor - Slow S**t                        = Nia Okafor - Slow Shit
DJ Marrow aka Bo Lind - Slow Burn             = Bo Lind - Slow Burn
Bo Lind (a.k.a. DJ Marrow) - Slow Burn        = DJ Marrow - Slow Burn
Okafor, Nia - Slow Burn                       = Nia Okafor - Slow Burn
Bo Lind - Lind: Symphony #3, Op.41 - 4. Largo = Bo Lind - Symphony No. 3, op. 41: IV. Largo
Nia Okafor - Slow Burn / Long Walk (Medley)   = Nia Okafor - Slow Burn/Long Walk
Murk, Nia Okafor - Slow Burn (Murk Remix)     = Nia Okafor - Slow Burn (Murk Remix)
Murk - Slow Burn (Murk Remix)                 = Nia Okafor - Slow Burn (Murk Remix)
Nia Okafor - Slow Burn (Live)                 = Nia Okafor - Slow Burn (Live at Wembley)
Nia Okafor - Slow Burn (prod. Keyz)           = Nia Okafor - Slow Burn
Nia Okafor - Slow Burn (with Bo Lind)         = Nia Okafor - Slow Burn
Nia Okafor - Slow Burn [Ninefold]             = Nia Okafor - Slow Burn
Nia Okafor - Slow Burn                        = Nia Okafor - Slow Burn (For Ann)
Nia Okafor - Slow Burn (For Ann) | 200 s      = Nia Okafor - Slow Burn | 201 s
Nia Okafor - Slow Burn (Murk Sunset Remix)    = Nia Okafor - Slow Burn (Murk's Sunset Remix)
Nia Okafor - Slow Burn I                      = Nia Okafor - Slow Burn, Part One
Nia Okafor - Slow Burn (Re-Recorded 2019)     = Nia Okafor - Slow Burn (2019 Re-Recording)
DJ Murk - Slow Burn (DJ Murk Remix)           = Nia Okafor - Slow Burn (DJ Murk Remix)
Nia Okafor - Slow Burn (Parts 1 & 2)          = Nia Okafor - Slow Burn, Pts. 1 & 2
Nia Okafor - Slow Burn (H. Murk Remix)        = Nia Okafor - Slow Burn (Hal Murk Remix)
Nia Okafor - Slow Burn (En Vivo)              = Nia Okafor - Slow Burn (Live)
Ida Kroll - Sonata No. 2 in Ab Major          = Ida Kroll - Sonata No. 2 in A-flat major
Nia Okafor - Slow Burn (Bo & Murk Remix)      = Nia Okafor - Slow Burn (Murk x Bo Remix)
Nia Okafor - Slow Burn (Murk Remix)           = Nia Okafor - Slow Burn (Hal Murk Remix)
Nia Okafor - Alright in the Gray              = Nia Okafor - All Right in the Grey
Nia Okafor - 'Til R Sunny ☀️ Days             = Nia Okafor - Until Are Sunny Days
Ida Kroll - Piano Sonata #2 in Bb major       = Ida Kroll - Sonata for Piano No. 2 in B-flat Major
Лида Морозова - Жёлтые листья                 = Лида Морозова - Zhyoltye Listya
Лида Морозова - Белая река                    = Лида Морозова - Belaya Reka
"""

OTHER = """
Nia Okafor - Slow Burn (Murk Remix)      ! Nia Okafor - Slow Burn
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Murk Remix)
Nia Okafor - Slow Burn (Murk Remix)      ! Nia Okafor - Slow Burn (Dixon Remix)
Nia Okafor - Slow Burn (Murk Remix)      ! Nia Okafor - Slow Burn (Murk Dub)
Nia Okafor - Slow Burn (Murk Remix)      ! Nia Okafor - Slow Burn (Murk Remix Instrumental)
Nia Okafor - Slow Burn (Remix)           ! Nia Okafor - Slow Burn (Murk Remix)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Club Mix)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Director's Cut)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Nia's Version)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Re-Recorded)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (English Version)
Nia Okafor - Slow Burn (Extended Mix)    ! Nia Okafor - Slow Burn (Murk Extended Mix)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Dub)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Live)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn - Live at Wembley
Nia Okafor - Slow Burn (Live in Berlin)  ! Nia Okafor - Slow Burn (Live in Paris)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Acoustic)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Demo)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Instrumental)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (A Cappella)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Sped Up)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Slowed + Reverb)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (8D Audio)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Interlude)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Reprise)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Piano Version)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Lullaby Version)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Radio Edit)
Nia Okafor - Slow Burn (Extended Mix)    ! Nia Okafor - Slow Burn
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Karaoke Version)
Nia Okafor - Slow Burn                   ! Karaoke Stars - Slow Burn (In the Style of Nia Okafor)
Nia Okafor - Slow Burn                   ! Nia Okafor Tribute Band - Slow Burn
Nia Okafor - Slow Burn                   ! Bo Lind - Slow Burn (Nia Okafor Cover)
Nia Okafor - Slow Burn                   ! Bo Lind - Slow Burn
Nia Okafor - Slow Burn                   ! Nia Okonkwo - Slow Burn
Ann Marie Coe - Slow Burn                ! Anne Marie Cole - Slow Burn
Bush - Slow Burn                         ! Kate Bush - Slow Burn
U2 - One                                 ! U4 - One
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Turn
Nia Okafor - Slow Burn (Live in Berlin)  ! Nia Okafor - Slow Burn (Live)
Nia Okafor - Sunrise                     ! Nia Okafor - Sunset
Nia Okafor - Halo                        ! Nia Okafor - Hallo
Nia Okafor - Angel                       ! Nia Okafor - Angels
Nia Okafor - Blackbirds of Spring        ! Nia Okafor - Blackbird of Spring
Nia Okafor - Love You                    ! Nia Okafor - Love Me
Nia Okafor - I Want You                  ! Nia Okafor - I Want You Back
Nia Okafor - One More Time               ! Nia Okafor - One More Night
Nia Okafor - Slow Burn Pt. 1             ! Nia Okafor - Slow Burn Pt. 2
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn II
Nia Okafor - Symphony No. 5              ! Nia Okafor - Symphony No. 7
Nia Okafor - Slow Burn | 200 s           ! Nia Okafor - Slow Burn | 420 s
Nia Okafor feat. Bo - Slow Burn          ! Nia Okafor feat. Ann - Slow Burn
Nia Okafor - Slow Burn | ZZMLB2600001    ! Bo Lind - Long Winter | ZZMLB2600001
Nia Okafor - Slow Burn | ZZMLB2600001    ! Nia Okafor - Slow Burn (Live) | ZZMLB2600001
Slow Burn - Nia Okafor                   ! Nia Okafor - Slow Burn
 - Slow Burn                             ! Nia Okafor - Slow Burn
Bo Lind - Slow Burn                      ! Nia Okafor feat. Bo Lind - Slow Burn
Bo Lind - Slow Burn                      ! Nia Okafor & Bo Lind - Slow Burn
Various Artists - Slow Burn              ! Nia Okafor - Slow Burn
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Mixed)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (2005 Mix)
Nia Okafor - Slow Burn (Murk Remix)      ! Nia Okafor - Slow Burn (Murk Remix 2)
Nia Okafor - Slow Burn (Murk Remix)      ! Nia Okafor - Slow Burn (Murk Rework)
Nia Okafor - Slow Burn (Murk Remix)      ! Nia Okafor - Slow Burn (Murk VIP)
Nia Okafor - Slow Burn (Live 1998)       ! Nia Okafor - Slow Burn (Live 2003)
Nia Okafor - Hold On To Me               ! Nia Okafor - Hold On Me
Nia Okafor - When We Live Now            ! Nia Okafor - When We Love Now
Nia Okafor - Burn (Edit) | ZZMLB2600001  ! Nia Okafor - Burn | ZZMLB2600001
Nia - Burn | 200 s | ZZMLB2600001        ! Nia - Burn | 230 s | ZZMLB2600001
Nia Okafor - I Can Stay                  ! Nia Okafor - I Can't Stay
Nia Okafor - Slow Burn (Murk Remix)      ! Nia Okafor - Slow Burn (Murk & Bo Remix)
Nia Okafor - Slow Burn (Murk Dawn Remix) ! Nia Okafor - Slow Burn (Murk Down Remix)
Nia Okafor - Slow Burn (Outro)           ! Nia Okafor - Slow Burn (Intro)
Nia Okafor - Slow Burn (Strings Version) ! Nia Okafor - Slow Burn (Piano Version)
Nia Okafor - Slow Burn (Early Version)   ! Nia Okafor - Slow Burn
Nia Okafor - Trio No. 1 in G major       ! Nia Okafor - Trio No. 1 in G minor
Nia Okafor & Bo Lind - Slow Burn         ! Nia Okafor - Slow Burn
Nia Okafor - Rain, Rain                  ! Nia Okafor - Rain, Rain, Rain
Nia Grant - Slow Burn                    ! Nia Grange - Slow Burn
Ida Kroll - Sonata No. 1 in A major      ! Ida Kroll - Sonata No. 1 in A-flat major
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Live Lounge)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (en vivo)
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (versión acústica)
Лида Морозова - Дорога                   ! Лида Морозова - Дорога (концертная запись)
Nia Okafor - Slow Burn (Rehearsal Take)  ! Nia Okafor - Slow Burn
Nia Okafor - Slow Burn (Alternate Take)  ! Nia Okafor - Slow Burn
Nia Okafor - Slow Burn (Stripped)        ! Nia Okafor - Slow Burn
Nia Okafor - Slow Burn (Something Else)  ! Nia Okafor - Slow Burn
Nia Okafor - Slow Burn (2020 Club Mix Remastered) ! Nia Okafor - Slow Burn
Nia Okafor - Slow Burn (Bo x Murk Remix) ! Nia Okafor - Slow Burn (Murk Remix)
J.T. Bayliss - Slow Burn                 ! J.R. Bayliss - Slow Burn
Ida Kroll - Prelude in F# minor          ! Ida Kroll - Prelude in F minor
Ida Kroll - Sonata No. 2 in Bb major     ! Ida Kroll - Sonata No. 2 in B major
Nia Okafor - 8 Days of Rust              ! Nia Okafor - Seven Days of Rust
Nia Okafor - S**t Happens                ! Nia Okafor - Seat Belt Happens
Lind, Bo - Slow Burn                     ! Bo Linden - Slow Burn
Bo Lind - Symphony No. 3: II. Largo      ! Bo Lind - Symphony No. 3: III. Largo
Nia Okafor - Slow Burn                   ! Nia Okafor - Slow Burn (Medley)
Murk - Slow Burn (Nia Okafor Remix)      ! Nia Okafor - Slow Burn (Murk Remix)
Лида Морозова - Белая река               ! Лида Морозова - Belaya Ruka
坂本龍一 - Energy Flow                   ! Ryuichi Sakamoto - Energy Flow
坂本龍一 - エナジー・フロー              ! Ryuichi Sakamoto - Energy Flow
"""


def pairs(table: str, sign: str) -> list[tuple[str, str]]:
    return [
        (left.strip(" "), right.strip())
        for left, right in (line.split(f" {sign} ", 1) for line in table.splitlines() if line.strip())
    ]


@pytest.mark.parametrize(("asked", "candidate"), pairs(SAME, "="))
def test_the_same_is_taken(asked: str, candidate: str) -> None:
    decision, scores = offered(asked, candidate)
    assert decision.state is MATCHED, scores


@pytest.mark.parametrize(("asked", "candidate"), pairs(OTHER, "!"))
def test_another_is_never_taken(asked: str, candidate: str) -> None:
    asked = asked if " - " in asked else f" {asked}"
    decision, scores = offered(asked, candidate)
    assert decision.state is not MATCHED, scores


@pytest.mark.parametrize(
    ("asked", "candidate", "reason"),
    [
        ("Nia - Slow Burn (Murk Remix)", "Nia - Slow Burn", MatchReason.VERSION_DIFFERS),
        ("Nia - Slow Burn (Murk Remix)", "Nia - Slow Burn (Bo Remix)", MatchReason.REMIXER_DIFFERS),
        ("Nia - Slow Burn (Remix)", "Nia - Slow Burn (Bo Remix)", MatchReason.VERSION_UNSURE),
        ("Nia - Slow Burn", "Bo Lind - Slow Burn", MatchReason.ARTIST_DIFFERS),
        ("Nia - Slow Burn", "Nia - Something Else", MatchReason.TITLE_DIFFERS),
        ("Nia - Slow Burn", "Nia & Bo - Slow Burn", MatchReason.TITLE),
        ("Nia - Part 1", "Nia - Part 2", MatchReason.NUMBER_DIFFERS),
        ("Nia - Slow Burn | 200 s", "Nia - Slow Burn | 300 s", MatchReason.DURATION_DIFFERS),
        ("Nia - Slow Burn", "Nia - Slow Burn (Karaoke)", MatchReason.KARAOKE),
        ("Slow Burn - Nia", "Nia - Slow Burn", MatchReason.SWAPPED),
        ("Nia - Slow | ZZMLB2600001", "Nia - Slow | ZZMLB2600001", MatchReason.ISRC),
    ],
)
def test_strongest_reason_comes_first(asked: str, candidate: str, reason: MatchReason) -> None:
    _, (found,) = offered(asked, candidate)
    assert found.reasons[0] is reason


class TestDecide:
    def test_nothing_offered(self) -> None:
        assert decide([]) == Decision(NOT_FOUND, None, 0.0)

    def test_best_of_many_is_taken(self) -> None:
        decision, _ = offered(
            "Nia - Slow Burn (Murk Remix)",
            "Nia - Slow Burn",
            "Nia - Slow Burn (Murk Remix)",
            "Bo - Slow Burn (Murk Remix)",
        )
        assert (decision.state, decision.best) == (MATCHED, 1)
        assert decision.ahead >= 50

    def test_two_lengths_of_one_name_are_asked_about(self) -> None:
        decision, _ = offered("Nia - Slow Burn", "Nia - Slow Burn | 200 s", "Nia - Slow Burn | 420 s")
        assert (decision.state, decision.best, decision.ahead) == (REVIEW, 0, 0.0)

    def test_a_known_length_settles_it(self) -> None:
        decision, _ = offered("Nia - Slow Burn | 419 s", "Nia - Slow Burn | 200 s", "Nia - Slow Burn | 420 s")
        assert (decision.state, decision.best) == (MATCHED, 1)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Nia - Slow Burn | 200 s", "Nia - Slow Burn | 204 s"),
            ("Nia - Slow Burn | 200 s", "Nia - Slow Burn (2011 Remaster) | 260 s"),
            ("Nia - Slow Burn | 200 s", "Nia - Slow Burn"),
            ("Nia - Slow Burn | 200 s | ZZMLB2600001", "Nia - Slow Burn | 420 s | ZZMLB2600001"),
        ],
    )
    def test_one_recording_listed_twice_is_taken(self, one: str, other: str) -> None:
        decision, _ = offered("Nia - Slow Burn", one, other)
        assert (decision.state, decision.best) == (MATCHED, 0)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Nia - Intro | 60 s", "Nia - Intro | 66 s"),
            ("Nia - Slow Burn | 200 s", "Nia feat. Bo - Slow Burn | 240 s"),
            ("Nia - Slow Burn | 200 s | ZZMLB2600001", "Nia - Slow Burn (Mixed) | 200 s | ZZMLB2600001"),
        ],
    )
    def test_two_recordings_are_not_taken_for_one(self, one: str, other: str) -> None:
        assert not same_recording(*(MatchScore(100, (), recording(each)) for each in (one, other)))

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Nia & Bo - Slow Burn | 200 s", "Bo, Nia - Slow Burn | 203 s"),
            ("Nia & Bo - Slow Burn | 200 s", "Nia - Slow Burn | 200 s"),
            ("Кино - Ночь | 200 s | ZZMLB2600001", "Kino - Noch | 201 s | ZZMLB2600001"),
        ],
    )
    def test_two_ways_to_list_one_recording(self, one: str, other: str) -> None:
        scores = [MatchScore(100, (), recording(each)) for each in (one, other)]
        assert same_recording(*scores)
        assert same_recording(*reversed(scores))

    def test_guests_decide_between_two_of_a_name(self) -> None:
        pair = ("Nia - Slow Burn | 200 s", "Nia feat. Bo - Slow Burn | 240 s")
        assert offered("Nia - Slow Burn", *pair)[0] == Decision(MATCHED, 0, 5.0)
        assert offered("Nia ft. Bo - Slow Burn", *pair)[0].best == 1

    def test_album_and_place_decide_between_equals(self) -> None:
        def on(album: str, position: int, duration_s: float | None = None) -> Recording:
            return Recording("Nia", "Untitled", album=album, position=position, duration_s=duration_s)

        candidates = [on("First", 3, 100), on("Second", 1, 150), on("Second", 3, 200)]
        asked = on("Second", 3)
        decision = decide([score(asked, each) for each in candidates])
        assert (decision.state, decision.best, decision.ahead) == (MATCHED, 2, 5.0)
        nowhere = decide([score(Recording("Nia", "Untitled"), each) for each in candidates])
        assert nowhere.state is REVIEW

    def test_thresholds_are_the_caller_s(self) -> None:
        scores = [MatchScore(70.0, (), Recording("a", "b")), MatchScore(60.0, (), Recording("c", "d"))]
        assert decide(scores, accept=85, review=55).state is REVIEW
        assert decide(scores, accept=70, review=55, margin=10).state is MATCHED
        assert decide(scores, accept=70, review=55, margin=11).state is REVIEW
        assert decide(scores, accept=85, review=71).state is NOT_FOUND


def test_isrc_lifts_a_doubtful_match_but_is_no_proof() -> None:
    asked = "坂本龍一 - Energy Flow | ZZMLB2600001"
    assert offered(asked, "Ryuichi Sakamoto - Energy Flow | ZZMLB2600001")[0].state is MATCHED
    assert offered(asked, "Ryuichi Sakamoto - Energy Flow")[0].state is REVIEW
    assert offered(asked, "Karaoke Stars - Other Song | ZZMLB2600001")[0].state is not MATCHED


def test_other_names_of_an_artist_count() -> None:
    asked = Recording("Ryuichi Sakamoto", "Energy Flow")
    offer = Recording("坂本龍一", "Energy Flow", artist_aliases=("Ryūichi Sakamoto", "Sakamoto Ryuichi"))
    assert decide([score(asked, offer)]).state is MATCHED
    assert score(asked, offer).score == score(offer, asked).score < 100
    both = Recording("坂本龍一 & Nia", "Energy Flow", artist_aliases=offer.artist_aliases)
    assert decide([score(asked, both)]).state is not MATCHED


@pytest.mark.parametrize(
    "album",
    [
        "Wembley (Live)",
        "Live at Wembley",
        "Wembley - Live",
        "Wembley Live in 1998",
        "Live from Oslo",
        "Best of Nia Live",
        "Unplugged",
    ],
)
def test_live_album_makes_its_tracks_live(album: str) -> None:
    offer = Recording("Nia", "Slow Burn", album=album)
    assert decide([score(Recording("Nia", "Slow Burn"), offer)]).state is NOT_FOUND
    assert decide([score(Recording("Nia", "Slow Burn (Live)"), offer)]).state is MATCHED
    assert decide([score(Recording("Nia", "Slow Burn", album=album), offer)]).state is MATCHED


@pytest.mark.parametrize(
    "album", ["Live in the Moment", "Where We Live", "Live Wires", "Alive at Last", "Here We Live"]
)
def test_album_of_another_name_makes_nothing_live(album: str) -> None:
    offer = Recording("Nia", "Slow Burn", album=album)
    assert decide([score(Recording("Nia", "Slow Burn"), offer)]).state is MATCHED


def test_album_breaks_a_tie() -> None:
    asked = Recording("Nia", "Slow Burn (Live)", album="Live in Oslo")
    there, elsewhere = (
        Recording("Nia", "Slow Burn (Live in Oslo)", album=album) for album in ("Live in Oslo", "Best of")
    )
    assert score(asked, there).score > score(asked, elsewhere).score
