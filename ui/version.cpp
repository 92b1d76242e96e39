#include "ui/version.h"

namespace ui {

const char* const kVersion = PACKETARIUM_VERSION;
const char* const kReleaseDate = PACKETARIUM_RELEASE_DATE;

} // namespace ui
