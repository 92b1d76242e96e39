// File > Export: the formats of model/export, for the lab and the moment that is shown.
#pragma once

namespace ui::run {
class PlaybackController;
}

namespace ui::window {

class MainWindow;

/// addExportMenu puts the menu above Quit, with an action for each format: "export.csv".
void addExportMenu(MainWindow& window, run::PlaybackController& controller);

} // namespace ui::window
