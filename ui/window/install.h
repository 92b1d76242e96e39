// Plugs the run into the window: transport, envelopes, tables, events, packet, story, browser, problems.
#pragma once

namespace ui::window {
class MainWindow;
}

namespace ui::window {

class PlaybackController;

/// install makes everything that shows or moves a run; the window owns it. Returns the controller.
PlaybackController& install(window::MainWindow& window);

} // namespace ui::window
