// Reads any bytes as overlapping lists, estimates from what is read, and holds the answer against
// what must be true of every one: it is at least the persons observed, an interval is in order,
// nothing is not a number, and threads change nothing.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "hidden/estimate.h"

namespace {

// More are slow under the sanitizers.
constexpr std::size_t kMaxEstimated = 4;
constexpr std::size_t kMaxSelected = 8;

void Require(bool condition) {
  if (!condition) std::abort();
}

void CheckTable(const thb::ListTable& table) {
  double sum = 0;
  thb::ListMask last = 0;
  for (const thb::OverlapCell& cell : table.cells) {
    Require(cell.mask > last && cell.mask >> table.lists.size() == 0);
    Require(cell.lower <= cell.count && cell.count <= cell.upper && cell.upper > 0);
    last = cell.mask;
    sum += cell.count;
  }
  Require(sum == table.Observed());
}

void CheckEstimate(const thb::ListTable& table, thb::SelectionMethod method) {
  thb::EstimateOptions options;
  options.selection.method = method;
  options.bootstrap.replicates = 6;
  const auto one = thb::EstimateLoglinear(table, options);
  options.bootstrap.threads = 2;
  const auto two = thb::EstimateLoglinear(table, options);
  Require(one.has_value() == two.has_value());
  if (!one) {
    Require(one.error().ToLine() == two.error().ToLine());
    return;
  }
  Require(one->bootstrap.totals == two->bootstrap.totals);
  Require(std::isfinite(one->point) && one->point >= one->observed);
  Require(one->interval.lower <= one->interval.upper);
  Require(!one->judgement.text.empty());
  for (const thb::SensitivityRow& row : one->sensitivity) {
    Require(!row.total || *row.total >= row.observed);
  }
}

void CheckSelection(const thb::ListTable& table) {
  if (table.lists.size() < 2 || table.cells.empty()) return;
  const thb::Selection selection = thb::SelectOnce(table, {});
  Require(!std::isnan(selection.unobserved) && selection.unobserved >= 0);
  const bool admissible =
      thb::CheckModel(table, selection.terms) == thb::Admissibility::kAdmissible;
  Require(admissible == selection.admissible);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool strata : {false, true}) {
    const auto lists =
        strata ? thb::ReadLists(text, "fuzz.csv", {"s"}) : thb::ReadLists(text, "fuzz.csv", {});
    if (!lists) {
      Require(!lists.error().ToLine().empty());
      continue;
    }
    CheckTable(lists->pooled);
    for (const thb::Stratum& stratum : lists->strata) CheckTable(stratum.table);
    if (lists->pooled.lists.size() <= kMaxSelected) CheckSelection(lists->pooled);
    if (lists->pooled.lists.size() > kMaxEstimated) continue;
    CheckEstimate(lists->pooled, thb::SelectionMethod::kStepwise);
    CheckEstimate(lists->pooled, thb::SelectionMethod::kBic);
  }
  return 0;
}
