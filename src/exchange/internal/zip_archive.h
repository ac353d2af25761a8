#pragma once
// A ZIP archive in memory, read with limits on what it may expand to.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct zip;

namespace thb {

// The GLOTIP workbook, the largest known, expands to 22 MB, tenfold.
inline constexpr std::size_t kMaxExpandedBytes = std::size_t{256} << 20;
inline constexpr std::size_t kMaxExpansion = 200;  // bytes out of one byte in
inline constexpr std::size_t kMaxZipEntries = 10'000;

class ZipArchive {
 public:
  // `bytes` must outlive the archive. Errors: kParse, kLimit.
  static Result<ZipArchive> Open(std::string_view bytes, std::string place);

  bool Has(const std::string& name) const;
  // Hands over an entry piece by piece; what all calls expand to counts towards the limits.
  // Errors: kParse (missing, damaged, encrypted), kLimit, and those of `sink`.
  Result<void> Stream(const std::string& name,
                      const std::function<Result<void>(std::string_view)>& sink);

 private:
  struct Close {
    void operator()(zip* archive) const;
  };
  ZipArchive(zip* archive, std::string place, std::size_t compressed)
      : archive_(archive), place_(std::move(place)), compressed_(compressed) {}

  std::unique_ptr<zip, Close> archive_;
  std::string place_;
  std::size_t compressed_;
  std::size_t expanded_ = 0;
};

}  // namespace thb
