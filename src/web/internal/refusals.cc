#include "web/internal/refusals.h"

#include "base/text.h"

namespace thb {

Result<const Dataset*> ReadDataset(const PageVisit& visit, const std::string& id) {
  if (const Dataset* dataset = visit.site.datasets().Find(id)) return dataset;
  std::vector<std::string> ids;
  for (const Dataset& dataset : visit.site.datasets().all()) ids.push_back(dataset.id);
  const auto nearest = Nearest(id, ids);
  return Fail(ErrorCode::kNotFound, visit.T("error.no_dataset", {{"dataset", id}}), "dataset",
              nearest ? visit.T("error.did_you_mean", {{"name", *nearest}})
                      : visit.T("error.choose", {{"choices", Join(ids, ", ")}}));
}

Result<const Indicator*> ReadIndicator(const PageVisit& visit, const std::string& id) {
  if (const Indicator* indicator = visit.site.indicators().Find(id)) return indicator;
  std::vector<std::string> ids;
  for (const Indicator& indicator : visit.site.indicators().all()) ids.push_back(indicator.id);
  const auto nearest = Nearest(id, ids);
  return Fail(ErrorCode::kNotFound, visit.T("error.no_indicator", {{"indicator", id}}), "",
              nearest ? visit.T("error.did_you_mean", {{"name", *nearest}})
                      : visit.T("error.see_indicators"));
}

Result<Period> ReadPeriod(const PageVisit& visit, const std::string& text) {
  if (const auto period = ParsePeriod(text)) return *period;
  return Fail(ErrorCode::kUsage, visit.T("error.period", {{"period", text}}), "period",
              visit.T("error.write_period"));
}

Result<Where> ReadWhere(const PageVisit& visit, const std::string& text) {
  if (auto where = ParseWhere(text)) return *std::move(where);
  return Fail(ErrorCode::kUsage, visit.T("error.where", {{"where", text}}), "where",
              visit.T("error.write_where"));
}

Result<Instant> ReadDay(const PageVisit& visit, const std::string& text) {
  if (const auto day = ParseAsOf(text)) return *day;
  return Fail(ErrorCode::kUsage, visit.T("error.day", {{"day", text}}), "as_of",
              visit.T("error.write_day"));
}

}  // namespace thb
