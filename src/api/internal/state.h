#pragma once
// What the handlers share: the context, the cells of editions, the answers that are kept.

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/api.h"
#include "api/internal/answers.h"
#include "api/internal/response_cache.h"
#include "api/internal/texts.h"
#include "exchange/structure.h"

namespace thb {

using EditionPtr = std::shared_ptr<const Edition>;
using CellsPtr = std::shared_ptr<const std::vector<SnapshotCell>>;

// Cells of all datasets and editions that are kept, since several answers are cut from them; the
// one asked for last is always kept.
inline constexpr std::size_t kMaxKeptCells = 250'000;

// Thread-safe.
class ApiState {
 public:
  explicit ApiState(ApiContext context)
      : context_(std::move(context)), cache_(context_.cache_bytes) {}

  const ApiContext& context() const { return context_; }
  const Codes& codes() const { return *context_.codes; }
  const Datasets& datasets() const { return *context_.datasets; }

  // The edition that "collection", "release" and "asOf" name. Errors: 400, 404.
  ApiResult<EditionPtr> EditionOf(const Request& request) const;
  // All cells, with the totals of a view.
  CellsPtr CellsOf(const EditionPtr& edition, const Dataset& dataset);

  // The dataset of "CRIM_THB_SEX", of an agency ("ESTAT", ours, "all", "*", a list of them) and a
  // version ("1.0", "latest", "*", "+", "~"). Errors: 404 with the list.
  ApiResult<const Dataset*> FindFlow(std::string_view agency, std::string_view id,
                                     std::string_view version) const;

  // Answers from the cache, or builds, with entity tag and caching of an answer that depends on the
  // edition (nullptr: on the program only), the address and the choice of form and language.
  Response Answer(const Request& request, ErrorStyle style, const EditionPtr& edition,
                  std::string_view type, Language language,
                  const std::function<ApiResult<Response>()>& build);

 private:
  ApiContext context_;
  ResponseCache cache_;
  std::mutex mutex_;
  std::list<std::pair<std::string, CellsPtr>> tables_;  // the most recently used first
  std::size_t kept_cells_ = 0;
};

// Whether an agency or version of a path means ours.
ApiResult<void> CheckAgency(std::string_view agency);
ApiResult<void> CheckVersion(std::string_view version);

// Parameters of routes, for the OpenAPI document.
RouteParameter PathParameter(std::string name, std::string description, std::string example);
RouteParameter QueryParameter(std::string name, std::string description, std::string example,
                              bool repeated = false);
// asOf, release, collection.
void AppendEditionParameters(std::vector<RouteParameter>& parameters);
// Names of the query parameters of a list.
std::vector<std::string> QueryNames(const std::vector<RouteParameter>& parameters);

// One function per group of routes.
std::vector<Route> StatisticsRoutes(const std::shared_ptr<ApiState>& state);
std::vector<Route> SdmxDataRoutes(const std::shared_ptr<ApiState>& state);
std::vector<Route> StructureRoutes(const std::shared_ptr<ApiState>& state);
std::vector<Route> CatalogueRoutes(const std::shared_ptr<ApiState>& state,
                                   const std::shared_ptr<const ApiTexts>& texts);

}  // namespace thb
