#pragma once
// What all pages share, and one visit to a page.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "statistics/validate.h"
#include "web/internal/cache.h"
#include "web/internal/texts.h"
#include "web/web.h"

namespace thb {

inline constexpr std::string_view kUnion = "EU27_2020";
// Snapshots with estimates that are kept; each shares its cells with its edition.
inline constexpr std::size_t kMaxImputed = 6;
// Figures of earlier releases, requested by name, go into addresses; longer texts are refused.
inline constexpr std::size_t kMaxParameterBytes = 2'000;

// What is posted to the page of estimates; more is for `thb estimate`.
inline constexpr std::size_t kMaxPostedLists = std::size_t{64} << 10;  // bytes
inline constexpr std::size_t kMaxPageLists = 8;
inline constexpr std::size_t kMaxPageStrata = 12;

class WebSite {
 public:
  static Result<std::shared_ptr<WebSite>> Make(const WebContext& context);

  const WebContext& context() const { return context_; }
  const Codes& codes() const { return context_.codes; }
  const Datasets& datasets() const { return context_.datasets; }
  const Indicators& indicators() const { return context_.indicators; }
  const RuleBook& rules() const { return rules_; }
  const Texts& texts(Language language) const { return texts_.at(language); }
  // "/assets/<hash>/web.css". The hash is that of all assets, so that a browser may keep them.
  std::string Asset(std::string_view name) const;
  const std::string& asset_hash() const { return asset_hash_; }

  PageCache& cache() const { return cache_; }
  // The edition's figures with missing totals estimated for all its years, made once. Errors:
  // kUsage for an unknown method.
  Result<std::shared_ptr<const Snapshot>> Imputed(const std::shared_ptr<const Edition>& edition,
                                                  const std::string& method) const;
  // Outside renderers that run at the same time; a caller that gets none says "later".
  std::shared_ptr<void> TakeRenderer() const;
  // The same for estimates, which take a processor for seconds.
  std::shared_ptr<void> TakeEstimate() const;

 private:
  explicit WebSite(const WebContext& context) : context_(context) {}

  WebContext context_;
  RuleBook rules_;
  std::map<Language, Texts> texts_;
  std::string asset_hash_;
  mutable PageCache cache_;
  mutable std::mutex imputed_mutex_;
  struct ImputedEntry {
    std::string key;
    std::shared_ptr<const Edition> edition;
    std::shared_ptr<const Snapshot> snapshot;
  };
  mutable std::vector<ImputedEntry> imputed_;  // the latest used last
  mutable std::shared_ptr<std::atomic<int>> renderers_ = std::make_shared<std::atomic<int>>(0);
  mutable std::shared_ptr<std::atomic<int>> estimates_ = std::make_shared<std::atomic<int>>(0);
};

// Years of which a dataset has cells, in order.
std::vector<int> YearsOf(const Snapshot& snapshot, std::string_view dataset);

struct TableFile;

// One request for a page of one language.
struct PageVisit {
  const WebSite& site;
  const Request& request;
  Language language = Language::kEn;
  std::string path;  // without the language, as the route has it: "/indicators/{id}"
  Instant now = 0;
  std::shared_ptr<const Edition> edition = nullptr;  // of a page about figures
  // Takes down the table that is asked for as a file (table_file.h); nothing where the page offers
  // none of its tables as files.
  std::shared_ptr<TableFile> file = nullptr;

  const Texts& texts() const { return site.texts(language); }
  // Where only words are needed, a visit stands for its texts (kinds.h).
  // NOLINTNEXTLINE
  operator const Texts&() const { return texts(); }
  std::string tag() const { return std::string(LanguageTag(language)); }
  std::string T(std::string_view key, const MessageArguments& arguments = {}) const {
    return texts().Get(key, arguments);
  }
  bool dutch() const { return language == Language::kNl; }

  // The first value of a parameter, "" where it was not sent.
  std::string Parameter(std::string_view name) const;

  // "/en/indicators?period=2020". What chooses the edition goes along where it was chosen.
  std::string Link(std::string_view path, const QueryPairs& query = {}) const;
  // The parameters that chose the edition: collection, release, as_of.
  QueryPairs Choice() const;

  // Names for readers.
  std::string Place(std::string_view geo) const;
  std::string PlaceInText(std::string_view geo) const;  // "the Netherlands"
  std::string Label(const Dimension& dimension, std::string_view code) const;
  std::string LabelOf(std::string_view list, std::string_view code) const;
  std::string Concept(std::string_view dimension) const;        // "sex" -> "Sex"
  std::string ConceptInText(std::string_view dimension) const;  // "legal status"
  std::string Title(const Dataset& dataset) const { return dutch() ? dataset.nl : dataset.en; }
  std::string Name(const Indicator& indicator) const;
  std::string Definition(const Indicator& indicator) const {
    return dutch() ? indicator.definition_nl : indicator.definition_en;
  }
  // "Germany, Spain and Sweden".
  std::string Places(const std::vector<std::string>& geos) const;
  std::string Number(double value, int decimals = 0) const;
  std::string Date(Instant instant) const;
  // "25 of 27".
  std::string Of(std::size_t part, std::size_t whole) const;

  const Snapshot& snapshot() const { return edition->snapshot; }
  Evaluator Reported() const { return EvaluatorOf(snapshot()); }
  Evaluator EvaluatorOf(const Snapshot& of) const {
    return {site.codes(), site.datasets(), site.indicators(), of};
  }
};

// With a capital at the start.
std::string Capital(std::string text);
// "2024-01" with a hyphen at which no line ends: for headings.
std::string Unbroken(std::string_view text);

}  // namespace thb
