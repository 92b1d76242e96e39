// Which program this is. The version stands once, in the top CMakeLists.txt.
#pragma once

namespace ui {

/// kVersion is the version, such as "0.1.0"; kReleaseDate its day, such as "2026-11-30".
extern const char* const kVersion;
extern const char* const kReleaseDate;

} // namespace ui
