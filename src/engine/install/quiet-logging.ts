/**
 * C++ added to the addon. Newer TensorFlow libraries print two lines while they are being loaded, before they read
 * TF_CPP_MIN_LOG_LEVEL, on every start. A library loaded by the addon looks for its functions in the addon first, so
 * this one takes the place of the logger's last step (Abseil of the pinned wheel; with another version of Abseil the
 * name differs and the lines are back) and keeps to that variable: 1 hides information, 2 warnings, 3 errors.
 */
export const quietLogging = `
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace absl {
inline namespace lts_20250814 {
enum class LogSeverity : int { kInfo = 0 };
namespace log_internal {
__attribute__((visibility("default"))) void WriteToStderr(std::string_view message, LogSeverity severity) {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  const int hidden = level == nullptr ? 0 : std::atoi(level);
  const bool preamble = message.find("before absl::InitializeLog()") != std::string_view::npos;
  if (static_cast<int>(severity) < hidden || (preamble && hidden > 0)) return;
  std::fwrite(message.data(), 1, message.size(), stderr);
}
}  // namespace log_internal
}  // namespace lts_20250814
}  // namespace absl
`;
