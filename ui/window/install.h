// Plugs the run into the window: transport, envelopes, tables, events, packet, story, browser, problems.
#pragma once

namespace ui::run {
class PlaybackController;
}

namespace ui::window {

class MainWindow;

/// install makes everything that shows or moves a run; the window owns it. Returns the controller.
run::PlaybackController& install(window::MainWindow& window);

} // namespace ui::window
