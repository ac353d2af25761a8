#pragma once
// XLSX workbooks (ECMA-376): the texts and numbers of sheets, without styles, dates or drawings.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exchange/internal/grid.h"
#include "exchange/internal/zip_archive.h"

namespace thb {

inline constexpr std::size_t kMaxSheets = 50;
inline constexpr std::size_t kMaxSharedStrings = 1'000'000;
inline constexpr std::size_t kMaxCellBytes = 32'767;  // Excel's own limit, in characters

class Workbook {
 public:
  // `bytes` must outlive the workbook. Errors: kParse, kLimit, kUnsupported.
  static Result<Workbook> Open(std::string_view bytes, const std::string& place);

  std::size_t sheets() const { return sheets_.size(); }
  const std::string& SheetName(std::size_t sheet) const { return sheets_[sheet].name; }
  // Numbers are in our notation ("2010", "0.5"), truth values TRUE and FALSE; a cell that a formula
  // fills has the result that was saved with it. Errors: kParse, kLimit.
  Result<Grid> ReadSheet(std::size_t sheet);

 private:
  struct Sheet {
    std::string name;
    std::string part;  // of the archive
  };
  Workbook(ZipArchive archive, std::string place)
      : archive_(std::move(archive)), place_(std::move(place)) {}
  Result<void> ReadParts();

  ZipArchive archive_;
  std::string place_;
  std::vector<Sheet> sheets_;
  std::string strings_part_;
  std::shared_ptr<const std::vector<std::string>> strings_;  // read with the first sheet
};

}  // namespace thb
