#include "statistics/internal/embargo.h"

#include <algorithm>
#include <limits>

#include "base/hash.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr std::size_t kTokenDigits = 32;

bool Holds(const Release& release, std::int64_t vintage) {
  return std::binary_search(release.vintages.begin(), release.vintages.end(), vintage);
}

// Parts are written with their length, so that no two lists read alike.
std::string TokenOf(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += std::to_string(part.size()) + ":" + part + "\n";
  return Sha256Hex(text).substr(0, kTokenDigits);
}

template <typename Ids>
std::string IdsText(const Ids& ids) {
  std::string text;
  for (const std::int64_t id : ids) text += std::to_string(id) + " ";
  return text;
}

// Whatever says of a release what it shows.
std::string Identity(const Release& release) {
  return release.collection + "/" + release.name + "/" + std::to_string(release.published) + "/" +
         IdsText(release.vintages);
}

}  // namespace

bool Embargo::IsForeign(const std::string& collection) const {
  const Code* code = codes_.Find("collection")->Find(collection);
  if (code == nullptr || code->kind != "foreign") return false;
  return std::none_of(holdings_.releases.begin(), holdings_.releases.end(),
                      [&](const Release& release) { return release.collection == collection; });
}

bool Embargo::WasReleased(const Vintage& vintage, Instant at) const {
  return std::any_of(holdings_.releases.begin(), holdings_.releases.end(), [&](const Release& r) {
    return r.collection == vintage.collection && !r.IsEmbargoed(at) && Holds(r, vintage.id);
  });
}

bool Embargo::WasReleasedAnywhere(const Vintage& vintage, Instant at) const {
  return std::any_of(holdings_.releases.begin(), holdings_.releases.end(),
                     [&](const Release& r) { return !r.IsEmbargoed(at) && Holds(r, vintage.id); });
}

bool Embargo::Shows(const Vintage& vintage, Instant at) const {
  if (!IsPublic()) return true;
  if (!vintage.accepted) return false;
  if (IsForeign(vintage.collection)) return vintage.foreign && vintage.time <= at;
  return WasReleased(vintage, at);
}

std::vector<std::string> Embargo::Collections() const {
  std::set<std::string> collections;
  for (const Vintage& vintage : holdings_.vintages) {
    if (Shows(vintage, now_)) collections.insert(vintage.collection);
  }
  return {collections.begin(), collections.end()};
}

// What is not public and what does not exist get the same words.
Result<std::string> Embargo::Choose(const std::string& requested) const {
  const auto collections = Collections();
  if (collections.empty()) {
    return Fail(ErrorCode::kNotFound, IsPublic() ? "nothing is published" : "nothing was imported");
  }
  if (requested.empty()) return DefaultCollection(collections);
  if (std::binary_search(collections.begin(), collections.end(), requested)) return requested;
  return Fail(ErrorCode::kNotFound,
              (IsPublic() ? "nothing is published of " : "nothing was imported of ") + requested,
              {}, "choose one of " + Join(collections, ", "));
}

Result<EditionPlan> Embargo::At(const std::string& collection, std::optional<Instant> as_of) const {
  const std::string chosen = TRY(Choose(collection));
  if (!IsPublic()) return PlanOfOffice(chosen, as_of);
  // What will be shown is not told ahead.
  const Instant at = std::min(as_of.value_or(now_), now_);
  if (IsForeign(chosen)) {
    EditionPlan plan = PlanOfForeign(chosen, at);
    if (!plan.vintages.empty()) return plan;
  }
  const Release* latest = nullptr;
  for (const Release& release : holdings_.releases) {
    if (release.collection == chosen && !release.IsEmbargoed(at)) latest = &release;
  }
  if (latest != nullptr) return PlanOfRelease(*latest, at);
  return Fail(ErrorCode::kNotFound,
              "nothing of " + chosen + " was published by " + FormatInstant(at), {},
              "ask for a later time");
}

Result<EditionPlan> Embargo::Of(const std::string& collection, const std::string& release) const {
  const std::string chosen = TRY(Choose(collection));
  std::vector<std::string> names;
  for (const Release& candidate : holdings_.releases) {
    if (candidate.collection != chosen) continue;
    if (IsPublic() && candidate.IsEmbargoed(now_)) continue;
    if (candidate.name == release) return PlanOfRelease(candidate, now_);
    names.push_back(candidate.name);
  }
  return Fail(ErrorCode::kNotFound, "no release " + release + " of " + chosen, {},
              names.empty() ? "" : "choose one of " + Join(names, ", "));
}

Result<EditionPlan> Embargo::PlanOfRelease(const Release& release, Instant at) const {
  EditionPlan plan;
  plan.collection = release.collection;
  plan.release = release;
  plan.standing = StandingOf(holdings_.releases, release, at);
  plan.token = TokenOf({"release", IsPublic() ? "public" : "office", Identity(release),
                        plan.standing.previous ? Identity(*plan.standing.previous) : "",
                        plan.standing.latest ? "latest" : ""});
  return plan;
}

EditionPlan Embargo::PlanOfForeign(const std::string& collection, Instant at) const {
  EditionPlan plan;
  plan.collection = collection;
  bool any = false;
  for (const Vintage& vintage : holdings_.vintages) {
    const bool own = vintage.collection == collection;
    const bool reference = !own && vintage.time <= at && WasReleasedAnywhere(vintage, at);
    if (!Shows(vintage, at) && !reference) continue;
    plan.vintages.insert(vintage.id);
    any |= own;
  }
  if (!any) plan.vintages.clear();
  plan.token = TokenOf({"foreign", collection, IdsText(plan.vintages)});
  return plan;
}

EditionPlan Embargo::PlanOfOffice(const std::string& collection,
                                  std::optional<Instant> as_of) const {
  EditionPlan plan;
  plan.collection = collection;
  plan.as_of = as_of;
  const Instant until = as_of.value_or(std::numeric_limits<Instant>::max());
  for (const Vintage& vintage : holdings_.vintages) {
    if (vintage.accepted && vintage.time <= until) plan.vintages.insert(vintage.id);
  }
  plan.token =
      TokenOf({"office", collection, as_of ? std::to_string(*as_of) : "", IdsText(plan.vintages)});
  return plan;
}

std::vector<Release> Embargo::Releases() const {
  std::vector<Release> published;
  for (const Release& release : holdings_.releases) {
    if (!release.IsEmbargoed(now_)) published.push_back(release);
  }
  return published;
}

std::vector<Release> Embargo::Calendar() const {
  std::vector<Release> to_come;
  for (const Release& release : holdings_.releases) {
    if (!release.IsEmbargoed(now_)) continue;
    Release entry;
    entry.collection = release.collection;
    entry.name = release.name;
    entry.published = release.published;
    if (!IsPublic()) {
      entry.id = release.id;
      entry.made = release.made;
      entry.note_en = release.note_en;
      entry.note_nl = release.note_nl;
    }
    to_come.push_back(std::move(entry));
  }
  return to_come;
}

Result<std::vector<Vintage>> Embargo::Vintages(const std::string& collection) const {
  const std::string chosen = TRY(Choose(collection));
  std::vector<Vintage> vintages;
  for (const Vintage& vintage : holdings_.vintages) {
    if (vintage.collection == chosen && Shows(vintage, now_)) vintages.push_back(vintage);
  }
  return vintages;
}

Result<const Vintage*> Embargo::Find(std::int64_t id) const {
  for (const Vintage& vintage : holdings_.vintages) {
    if (vintage.id == id && Shows(vintage, now_)) return &vintage;
  }
  return Fail(ErrorCode::kNotFound, "no vintage " + std::to_string(id));
}

Result<void> Embargo::CheckSkipped(std::int64_t vintage) const {
  TRY(Find(vintage));
  return {};
}

Result<void> Embargo::CheckFindings(std::int64_t id) const {
  const Vintage& vintage = *TRY(Find(id));
  // Rules compare a file with what had been accepted when it came, whatever time that counts from:
  // with its collection, and with the reference data of others.
  const auto may_be_quoted = [&](const Vintage& other) {
    if (other.id >= id || !other.accepted) return false;
    return other.collection == vintage.collection ||
           (holdings_.reference.count(id) > 0 && holdings_.reference.count(other.id) > 0);
  };
  const auto is_shown = [&](const Vintage& other) {
    return Shows(other, now_) ||
           (other.collection != vintage.collection && WasReleasedAnywhere(other, now_));
  };
  const bool all_public =
      std::all_of(holdings_.vintages.begin(), holdings_.vintages.end(),
                  [&](const Vintage& other) { return !may_be_quoted(other) || is_shown(other); });
  if (all_public) return {};
  return Fail(ErrorCode::kNotFound, "no findings of vintage " + std::to_string(id));
}

}  // namespace thb
