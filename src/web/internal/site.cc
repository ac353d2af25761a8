#include "web/internal/site.h"

#include <algorithm>

#include "base/text.h"
#include "codes/format.h"
#include "codes/names.h"
#include "statistics/impute.h"
#include "web/internal/assets.h"

namespace thb {
namespace {

constexpr int kMaxRenderers = 1;
constexpr int kMaxEstimates = 1;

// One of `most` places, given back by the last who holds it; null where all are taken.
std::shared_ptr<void> TakePlace(const std::shared_ptr<std::atomic<int>>& taken, int most) {
  if (taken->fetch_add(1) >= most) {
    taken->fetch_sub(1);
    return nullptr;
  }
  return {taken.get(), [taken](void*) { taken->fetch_sub(1); }};
}

}  // namespace

Result<std::shared_ptr<WebSite>> WebSite::Make(const WebContext& context) {
  std::shared_ptr<WebSite> site(new WebSite(context));
  for (const Language language : {Language::kEn, Language::kNl}) {
    site->texts_.emplace(language, TRY(Texts::Load(language)));
  }
  site->rules_ = TRY(RuleBook::Load());
  site->asset_hash_ = TRY(HashOfAssets(AssetFiles()));
  return site;
}

std::string WebSite::Asset(std::string_view name) const {
  return "/assets/" + asset_hash_ + "/" + std::string(name);
}

Result<std::shared_ptr<const Snapshot>> WebSite::Imputed(
    const std::shared_ptr<const Edition>& edition, const std::string& method) const {
  const std::string key = edition->collection + "|" + edition->token + "|" + method;
  {
    const std::lock_guard lock(imputed_mutex_);
    for (std::size_t i = 0; i < imputed_.size(); ++i) {
      if (imputed_[i].key != key) continue;
      std::rotate(imputed_.begin() + static_cast<std::ptrdiff_t>(i),
                  imputed_.begin() + static_cast<std::ptrdiff_t>(i) + 1, imputed_.end());
      return imputed_.back().snapshot;
    }
  }
  Period all{0, 0, 0};
  for (const TotalSeries& series : ImputedSeries()) {
    for (const int year : YearsOf(edition->snapshot, series.dataset)) {
      all.first = all.first == 0 ? year : std::min(all.first, year);
      all.last = std::max(all.last, year);
    }
  }
  auto snapshot = std::make_shared<const Snapshot>(
      TRY(ImputeTotals(edition->snapshot, datasets(), codes().Members(kUnion), all, method)));
  const std::lock_guard lock(imputed_mutex_);
  imputed_.push_back({key, edition, snapshot});
  if (imputed_.size() > kMaxImputed) imputed_.erase(imputed_.begin());
  return snapshot;
}

std::shared_ptr<void> WebSite::TakeRenderer() const {
  return TakePlace(renderers_, kMaxRenderers);
}

std::shared_ptr<void> WebSite::TakeEstimate() const {
  return TakePlace(estimates_, kMaxEstimates);
}

std::vector<int> YearsOf(const Snapshot& snapshot, std::string_view dataset) {
  std::vector<int> years;
  for (const std::string& time : snapshot.Times(dataset)) {
    const auto year = ParseInt(time);
    if (year) years.push_back(static_cast<int>(*year));
  }
  std::sort(years.begin(), years.end());
  return years;
}

std::string PageVisit::Parameter(std::string_view name) const {
  return std::string(request.Query(name).value_or(""));
}

QueryPairs PageVisit::Choice() const {
  QueryPairs chosen;
  for (const char* name : {"collection", "release", "as_of"}) {
    if (const std::string value = Parameter(name); !value.empty()) chosen.emplace_back(name, value);
  }
  return chosen;
}

std::string PageVisit::Link(std::string_view to, const QueryPairs& query) const {
  std::string link = "/" + tag() + std::string(to);
  std::string fragment;
  if (const std::size_t hash = link.find('#'); hash != std::string::npos) {
    fragment = link.substr(hash);
    link.resize(hash);
  }
  QueryPairs all = query;
  for (const auto& [name, value] : Choice()) {
    const bool given = std::any_of(query.begin(), query.end(),
                                   [&](const auto& pair) { return pair.first == name; });
    if (!given) all.emplace_back(name, value);
  }
  char separator = '?';
  for (const auto& [name, value] : all) {
    if (value.empty()) continue;
    link += separator + EncodeComponent(name) + "=" + EncodeComponent(value);
    separator = '&';
  }
  return link + fragment;
}

std::string PageVisit::Place(std::string_view geo) const {
  if (geo.empty()) return T("place.none");
  return geo == kUnion ? T("place.union") : CountryName(geo, tag());
}

std::string PageVisit::PlaceInText(std::string_view geo) const {
  const std::string key = "in_text." + std::string(geo);
  return texts().Has(key) ? T(key) : Place(geo);
}

std::string PageVisit::LabelOf(std::string_view list, std::string_view code) const {
  const CodeList* codes = site.codes().Find(list);
  return codes == nullptr ? std::string(code) : codes->Label(code, language);
}

std::string PageVisit::Label(const Dimension& dimension, std::string_view code) const {
  if (dimension.id == "geo") return Place(code);
  if (dimension.codelist.empty()) return std::string(code);
  const std::string label = LabelOf(dimension.codelist, code);
  // Country names of the list of citizenships are ICU's too.
  return label == code && dimension.id == "citizen" ? CountryName(code, tag()) : label;
}

std::string PageVisit::Concept(std::string_view dimension) const {
  return Capital(LabelOf("concept", dimension));
}

std::string PageVisit::ConceptInText(std::string_view dimension) const {
  std::string text = LabelOf("concept", dimension);
  if (!text.empty()) text[0] = ToLowerAscii(text.substr(0, 1))[0];
  return text;
}

std::string PageVisit::Name(const Indicator& indicator) const {
  return Capital(dutch() ? indicator.nl : indicator.en);
}

std::string PageVisit::Places(const std::vector<std::string>& geos) const {
  std::vector<std::string> names;
  for (const std::string& geo : SortByName(geos, tag())) names.push_back(PlaceInText(geo));
  return FormatList(names, tag());
}

std::string PageVisit::Number(double value, int decimals) const {
  return FormatDecimal(value, decimals, tag());
}

std::string PageVisit::Date(Instant instant) const {
  return ReplaceAll(FormatLongDate(instant, tag()), " ", "\u00a0");
}

std::string PageVisit::Of(std::size_t part, std::size_t whole) const {
  return T("of", {{"part", Number(static_cast<double>(part))},
                  {"whole", Number(static_cast<double>(whole))}});
}

std::string Unbroken(std::string_view text) {
  return ReplaceAll(text, "-", "\u2011");
}

std::string Capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

}  // namespace thb
