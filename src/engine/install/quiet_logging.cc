// Added to the addon's sources. Newer TensorFlow libraries print two lines on every start while they are being loaded,
// before they read TF_CPP_MIN_LOG_LEVEL. A library loaded by the addon looks up its functions in the addon first, so
// this function replaces the last step of the logger, and respects that variable: 1 hides information, 2 warnings,
// 3 errors. It is written for the Abseil version of the pinned wheel; with another version the mangled name differs and
// the lines reappear.
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
