#include "base/result.h"

#include <array>
#include <cstddef>

namespace thb {
namespace {

constexpr std::array kTable = {
    ErrorInfo{ErrorCode::kUsage, "usage", 2, 400},
    ErrorInfo{ErrorCode::kNotFound, "not-found", 1, 404},
    ErrorInfo{ErrorCode::kIo, "io", 1, 500},
    ErrorInfo{ErrorCode::kParse, "parse", 1, 400},
    ErrorInfo{ErrorCode::kEncoding, "encoding", 1, 400},
    ErrorInfo{ErrorCode::kLimit, "limit", 1, 413},
    ErrorInfo{ErrorCode::kUnknownCode, "unknown-code", 1, 400},
    ErrorInfo{ErrorCode::kBadValue, "bad-value", 1, 400},
    ErrorInfo{ErrorCode::kStructure, "structure", 1, 400},
    ErrorInfo{ErrorCode::kConflict, "conflict", 1, 409},
    ErrorInfo{ErrorCode::kRejected, "rejected", 3, 422},
    ErrorInfo{ErrorCode::kUnsupported, "unsupported", 1, 501},
    ErrorInfo{ErrorCode::kDatabase, "database", 1, 500},
    ErrorInfo{ErrorCode::kRenderer, "renderer", 1, 500},
    ErrorInfo{ErrorCode::kMixed, "mixed", 1, 409},
    ErrorInfo{ErrorCode::kDiffers, "differs", 3, 422},
    ErrorInfo{ErrorCode::kInterrupted, "interrupted", 1, 503},
    ErrorInfo{ErrorCode::kForbidden, "forbidden", 1, 403},
    ErrorInfo{ErrorCode::kStale, "stale", 1, 409},
    ErrorInfo{ErrorCode::kSealed, "sealed", 1, 500},
    ErrorInfo{ErrorCode::kIntegrity, "integrity", 3, 500},
    ErrorInfo{ErrorCode::kInternal, "internal", 1, 500},
};

void AppendOneLine(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f ? ' ' : c;
  }
}

}  // namespace

std::span<const ErrorInfo> ErrorTable() {
  return kTable;
}

const ErrorInfo& InfoOf(ErrorCode code) {
  return kTable[static_cast<std::size_t>(code)];
}

std::string Error::ToLine() const {
  std::string line;
  AppendOneLine(line, what);
  if (!place.empty()) {
    line += "; at ";
    AppendOneLine(line, place);
  }
  if (!remedy.empty()) {
    line += "; ";
    AppendOneLine(line, remedy);
  }
  line += " [";
  line += InfoOf(code).name;
  line += "]";
  return line;
}

}  // namespace thb
