#include "exchange/internal/zip_archive.h"

#include <zip.h>

#include <vector>

namespace thb {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 16;
// Small files may expand as they like: a sheet of blank rows does so by more than any ratio.
constexpr std::size_t kHarmlessBytes = std::size_t{8} << 20;

tl::unexpected<Error> Damaged(const std::string& what, const std::string& place) {
  return Fail(ErrorCode::kParse, what, place, "fetch or save the workbook anew");
}

}  // namespace

void ZipArchive::Close::operator()(zip* archive) const {
  zip_discard(archive);
}

Result<ZipArchive> ZipArchive::Open(std::string_view bytes, std::string place) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  if (archive == nullptr) {
    const std::string reason = zip_error_strerror(&error);
    if (source != nullptr) zip_source_free(source);
    zip_error_fini(&error);
    return Damaged("not a whole ZIP archive (" + reason + ")", place);
  }
  zip_error_fini(&error);
  ZipArchive result(archive, std::move(place), bytes.size());
  if (zip_get_num_entries(archive, 0) > static_cast<zip_int64_t>(kMaxZipEntries)) {
    return Fail(ErrorCode::kLimit, "more than " + std::to_string(kMaxZipEntries) + " parts",
                result.place_, "this is no workbook");
  }
  return result;
}

bool ZipArchive::Has(const std::string& name) const {
  return zip_name_locate(archive_.get(), name.c_str(), 0) >= 0;
}

Result<void> ZipArchive::Stream(const std::string& name,
                                const std::function<Result<void>(std::string_view)>& sink) {
  const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(
      zip_fopen(archive_.get(), name.c_str(), 0), &zip_fclose);
  if (file == nullptr) {
    return Damaged("part " + name + " is missing or encrypted", place_);
  }
  std::vector<char> piece(kPieceBytes);
  while (true) {
    const zip_int64_t got = zip_fread(file.get(), piece.data(), piece.size());
    if (got < 0) return Damaged("part " + name + " is damaged", place_);
    if (got == 0) return {};
    expanded_ += static_cast<std::size_t>(got);
    if (expanded_ > kMaxExpandedBytes) {
      return Fail(ErrorCode::kLimit,
                  "expands to more than " + std::to_string(kMaxExpandedBytes >> 20) + " MB", place_,
                  "split the workbook");
    }
    if (expanded_ > kHarmlessBytes && expanded_ / kMaxExpansion > compressed_) {
      return Fail(ErrorCode::kLimit,
                  "expands more than " + std::to_string(kMaxExpansion) +
                      " times, as no workbook of figures does",
                  place_, "do not open this file; ask its sender");
    }
    TRY(sink(std::string_view(piece.data(), static_cast<std::size_t>(got))));
  }
}

}  // namespace thb
