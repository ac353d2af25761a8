#include "api/internal/state.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/hash.h"
#include "base/text.h"
#include "statistics/view_totals.h"

namespace thb {
namespace {

constexpr std::size_t kEtagDigits = 32;
constexpr std::string_view kWholeDatabase = "structures";

// The address with its parameters sorted by name: their order says nothing, that of the values of
// one name is kept.
std::string CanonicalTarget(const Request& request) {
  std::multimap<std::string_view, std::string_view> pairs;
  for (const auto& [name, value] : request.query) pairs.emplace(name, value);
  std::string key = request.path;
  for (const auto& [name, value] : pairs) {
    key += '\n';
    key += name;
    key += '=';
    key += value;
  }
  return key;
}

// "Wed, 21 Oct 2015 07:28:00 GMT".
std::string HttpDate(Instant instant) {
  constexpr std::array<std::string_view, 7> kDays = {"Thu", "Fri", "Sat", "Sun",
                                                     "Mon", "Tue", "Wed"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr Instant kDay = 86'400;
  const std::string iso = FormatInstant(instant);  // 2015-10-21T07:28:00Z
  const auto day = static_cast<std::size_t>(((instant / kDay) % 7 + 7) % 7);
  const auto month = static_cast<std::size_t>(std::stoi(iso.substr(5, 2)) - 1);
  return std::string(kDays[day]) + ", " + iso.substr(8, 2) + " " + std::string(kMonths[month]) +
         " " + iso.substr(0, 4) + " " + iso.substr(11, 8) + " GMT";
}

bool IsWild(std::string_view text) {
  return text == "*" || text == "all";
}

}  // namespace

ApiResult<void> CheckAgency(std::string_view agency) {
  for (const std::string_view one : Split(agency, ',')) {
    if (IsWild(one) || one == "ESTAT" || one == kStructureAgency) continue;
    return ApiFail(404, ErrorCode::kNotFound,
                   "no agency \"" + std::string(one.substr(0, 60)) + "\"", "agency",
                   "use ESTAT, OPENTHB or *");
  }
  return {};
}

ApiResult<void> CheckVersion(std::string_view version) {
  for (const std::string_view known : {"1.0", "1.0+", "1", "latest", "+", "~", "1.0.0"}) {
    if (version == known) return {};
  }
  if (IsWild(version)) return {};
  return ApiFail(404, ErrorCode::kNotFound,
                 "no version \"" + std::string(version.substr(0, 60)) + "\"", "version",
                 "use 1.0, latest, + or *");
}

ApiResult<EditionPtr> ApiState::EditionOf(const Request& request) const {
  const Instant now = context_.clock();
  std::string collection(request.Query("collection").value_or(""));
  const auto release = request.Query("release");
  const auto as_of = request.Query("asOf");
  if (release && as_of) {
    return ApiFail(400, ErrorCode::kUsage, "both release and asOf", "query", "give one of them");
  }
  if (release) {
    if (collection.empty()) {
      const EditionPtr newest = API_TRY(context_.publication->At("", std::nullopt, now));
      collection = newest->collection;
    }
    return API_TRY(context_.publication->Of(collection, std::string(*release), now));
  }
  std::optional<Instant> instant;
  if (as_of) {
    auto parsed = ParseAsOf(*as_of);
    if (!parsed) {
      return ApiFail(400, ErrorCode::kUsage, parsed.error().what, "asOf",
                     "write 2022-12-19 or 2022-12-19T08:00:00Z");
    }
    instant = *parsed;
  }
  return API_TRY(context_.publication->At(collection, instant, now));
}

CellsPtr ApiState::CellsOf(const EditionPtr& edition, const Dataset& dataset) {
  const std::string key = edition->token + '\n' + dataset.id;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (auto at = tables_.begin(); at != tables_.end(); ++at) {
      if (at->first != key) continue;
      tables_.splice(tables_.begin(), tables_, at);
      return at->second;
    }
  }
  auto cells = std::make_shared<const std::vector<SnapshotCell>>(
      CellsWithTotals(edition->snapshot, dataset, codes()));
  const std::lock_guard<std::mutex> lock(mutex_);
  tables_.emplace_front(key, cells);
  kept_cells_ += cells->size();
  while (kept_cells_ > kMaxKeptCells && tables_.size() > 1) {
    kept_cells_ -= tables_.back().second->size();
    tables_.pop_back();
  }
  return cells;
}

ApiResult<const Dataset*> ApiState::FindFlow(std::string_view agency, std::string_view id,
                                             std::string_view version) const {
  TRY(CheckAgency(agency));
  TRY(CheckVersion(version));
  if (const Dataset* dataset = datasets().Find(ToLowerAscii(id))) return dataset;
  std::vector<std::string> known;
  for (const Dataset& dataset : datasets().all()) known.push_back(ToUpperAscii(dataset.id));
  return ApiFail(404, ErrorCode::kNotFound, "no dataset \"" + std::string(id.substr(0, 60)) + "\"",
                 "path", "use one of: " + Join(known, ", "));
}

Response ApiState::Answer(const Request& request, ErrorStyle style, const EditionPtr& edition,
                          std::string_view type, Language language,
                          const std::function<ApiResult<Response>()>& build) {
  std::string key = CanonicalTarget(request);
  for (const std::string_view part :
       {type, LanguageTag(language), std::string_view(context_.version),
        edition ? std::string_view(edition->token) : kWholeDatabase}) {
    key += '\n';
    key += part;
  }
  if (auto kept = cache_.Find(key)) return *std::move(kept);
  auto built = build();
  if (!built) return ErrorResponse(style, built.error());
  Response response = *std::move(built);
  response.etag = Sha256Hex(key).substr(0, kEtagDigits);
  const bool open = context_.publication->audience() == Audience::kPublic;
  response.cache_control = open ? "public, max-age=60" : "private, no-cache";
  response.headers.emplace_back("Vary", "Accept, Accept-Language");
  if (edition) {
    response.headers.emplace_back("Last-Modified", HttpDate(edition->updated));
    response.headers.emplace_back("OpenTHB-Collection", edition->collection);
    if (edition->release) {
      response.headers.emplace_back("OpenTHB-Release", edition->release->name);
    }
    // TSV has no place for it, and some programs read no more than the head of an answer.
    if (edition->snapshot.IsSynthetic()) {
      response.headers.emplace_back("OpenTHB-Synthetic", std::string(kSyntheticComment));
    }
  }
  if (response.status == 200) cache_.Put(key, response);
  return response;
}

RouteParameter PathParameter(std::string name, std::string description, std::string example) {
  return {std::move(name),
          RouteParameter::In::kPath,
          std::move(description),
          std::move(example),
          true,
          false};
}

RouteParameter QueryParameter(std::string name, std::string description, std::string example,
                              bool repeated) {
  return {std::move(name),
          RouteParameter::In::kQuery,
          std::move(description),
          std::move(example),
          false,
          repeated};
}

void AppendEditionParameters(std::vector<RouteParameter>& parameters) {
  parameters.push_back(QueryParameter(
      "asOf", "as it was published at this date or time (of an office's server: as it was known)",
      "2022-12-19"));
  parameters.push_back(QueryParameter("release", "the edition of this release", "2024-01"));
  parameters.push_back(
      QueryParameter("collection", "which collection, where there are several", "EUROSTAT_RETURN"));
}

std::vector<std::string> QueryNames(const std::vector<RouteParameter>& parameters) {
  std::vector<std::string> names;
  for (const RouteParameter& parameter : parameters) {
    if (parameter.in == RouteParameter::In::kQuery) names.push_back(parameter.name);
  }
  return names;
}

}  // namespace thb
