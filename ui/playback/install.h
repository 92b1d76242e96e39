// Plugs the run into the window: transport, envelopes, tables, events, packet, story, browser, problems.
#pragma once

namespace ui::app {
class MainWindow;
}

namespace ui::playback {

class PlaybackController;

/// install makes everything that shows or moves a run; the window owns it. Returns the controller.
PlaybackController& install(app::MainWindow& window);

} // namespace ui::playback
