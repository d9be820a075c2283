"""How matches are taken, and how files are analysed."""

from __future__ import annotations

from musiclib.gui.pages.settings.category import Category
from musiclib.gui.widgets.setting_rows import AmountSetting, SettingRow, choice


class Matching(Category):
    icon = "sliders"

    def title(self) -> str:
        return self.tr("Matching")

    def build(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        accept = AmountSetting(
            theme,
            (50, 100),
            round(settings.accept_score),
            lambda value: self.save(accept_score=float(value)),
        )
        review = AmountSetting(
            theme,
            (0, 100),
            round(settings.review_score),
            lambda value: self.save(review_score=float(value)),
        )
        return [
            SettingRow(
                theme,
                self.tr("Take without asking from"),
                self.tr("Score of 100 from which on a match is taken, if it is clear of the second best"),
                accept,
            ),
            SettingRow(
                theme,
                self.tr("Offer for review from"),
                self.tr("Score of 100 from which on you are asked; lower ones count as not found"),
                review,
            ),
        ]


class Analysis(Category):
    icon = "activity"

    def title(self) -> str:
        return self.tr("Analysis")

    def build(self) -> list[SettingRow]:
        theme, settings = self.context.theme, self.context.preferences.settings
        lanes = AmountSetting(
            theme,
            (0, 16),
            settings.analysis_lanes,
            lambda value: self.save(analysis_lanes=value),
            self.tr("by itself"),
        )
        engine = choice(
            theme,
            self.tr("Engine"),
            [("auto", self.tr("Best there is")), ("essentia", "Essentia"), ("librosa", "librosa")],
            settings.analysis_engine,
            lambda key: self.save(analysis_engine=key),
        )
        battery = choice(
            theme,
            self.tr("On battery"),
            [
                ("one_lane", self.tr("One file at a time")),
                ("pause", self.tr("Rest till plugged in")),
                ("go_on", self.tr("Go on as always")),
            ],
            settings.analysis_on_battery,
            lambda key: self.save(analysis_on_battery=key),
        )
        return [
            SettingRow(
                theme,
                self.tr("Lanes"),
                self.tr(
                    "How many files are analysed at once; by itself: one less than this computer has cores. "
                    "Another number holds at once"
                ),
                lanes,
            ),
            SettingRow(
                theme,
                self.tr("On battery"),
                self.tr("How files are analysed while nothing is plugged in"),
                battery,
            ),
            SettingRow(theme, self.tr("Engine"), self.tr("What measures tempo and key"), engine),
        ]
