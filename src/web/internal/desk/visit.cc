#include "web/internal/desk/visit.h"

#include "access/account.h"
#include "base/hash.h"
#include "base/resources.h"
#include "base/text.h"
#include "codes/format.h"
#include "referral/cross_border.h"
#include "web/internal/assets.h"

namespace thb {

Result<std::shared_ptr<const DeskSite>> DeskSite::Make(const DeskContext& context) {
  std::shared_ptr<DeskSite> site(new DeskSite(context));
  for (const Language language : {Language::kEn, Language::kNl}) {
    site->texts_.emplace(language, TRY(Texts::Load(language, {"desk", "web"})));
  }
  site->countries_ = TRY(Countries::Load());
  site->screening_lists_ = TRY(ScreeningLists::Load());
  site->procedure_rules_ = TRY(ProcedureRules::Load());
  site->assistance_kinds_ = TRY(AssistanceKinds::Load());
  site->node_rules_ = TRY(NodeRules::Load());
  site->asset_hash_ = TRY(HashOfAssets(DeskAssetFiles()));
  return std::shared_ptr<const DeskSite>(std::move(site));
}

std::string DeskSite::Asset(std::string_view name) const {
  return "/desk/assets/" + asset_hash_ + "/" + std::string(name);
}

std::string DeskSite::SessionCookie() const {
  return context_.secure ? "__Host-desk" : "desk";
}

std::string DeskSite::DeviceCookie() const {
  return context_.secure ? "__Host-desk-device" : "desk-device";
}

DeskVisit::DeskVisit(const DeskSite& the_site, const Request& the_request, Language the_language,
                     std::string the_path, Database& database, Instant the_now)
    : site(the_site),
      request(the_request),
      language(the_language),
      path(std::move(the_path)),
      now(the_now),
      actor(SystemActor()),
      log_(the_site.context().vault, the_site.context().random),
      work{database, the_site.context().vault, log_, the_site.context().roles, actor,
           the_now,  the_site.context().random} {}

std::string DeskVisit::Link(std::string_view to, const QueryPairs& query) const {
  std::string link = "/" + tag() + "/desk" + std::string(to);
  char separator = '?';
  for (const auto& [name, value] : query) {
    if (value.empty()) continue;
    link += separator + EncodeComponent(name) + "=" + EncodeComponent(value);
    separator = '&';
  }
  return link;
}

std::string DeskVisit::Parameter(std::string_view name) const {
  return std::string(request.Query(name).value_or(""));
}

std::string DeskVisit::Typed(std::string_view name) const {
  const auto found = typed.find(name);
  if (found == typed.end() || found->second.empty()) return {};
  return std::string(Trim(found->second.front()));
}

std::string DeskVisit::LabelOf(std::string_view list, std::string_view code) const {
  const CodeList* codes = site.context().codes.Find(list);
  return codes == nullptr ? std::string(code) : codes->Label(code, language);
}

const std::vector<Organisation>& DeskVisit::Organisations() const {
  if (!organisations_) {
    organisations_ = ListOrganisations(work.database).value_or(std::vector<Organisation>());
  }
  return *organisations_;
}

std::string DeskVisit::OrganisationName(std::string_view id) const {
  for (const Organisation& organisation : Organisations()) {
    if (organisation.id == id) return organisation.name;
  }
  const std::string_view state = StateOfRecipient(id);
  if (!state.empty()) return LabelOf("citizen", state);
  return T("name.other_organisation");
}

std::string DeskVisit::AccountName(std::string_view id) const {
  if (id.empty()) return T("name.nobody");
  if (id == actor.account) return T("name.me");
  if (account_names_.empty()) {
    for (const Account& account :
         ListAccounts(work, actor.organisation).value_or(std::vector<Account>())) {
      account_names_.emplace(account.id, account.name);
    }
    account_names_.emplace("", "");
  }
  const auto found = account_names_.find(id);
  return found == account_names_.end() ? T("name.elsewhere") : found->second;
}

std::string DeskVisit::Country() const {
  for (const Organisation& organisation : Organisations()) {
    if (organisation.id == actor.organisation) return organisation.country;
  }
  return {};
}

std::string DeskVisit::Date(Instant instant) const {
  return ReplaceAll(FormatLongDate(instant, tag()), " ", "\u00a0");
}

std::string DeskVisit::DateTime(Instant instant) const {
  constexpr std::size_t kHour = 11;
  constexpr std::size_t kLetters = 5;
  return T("date.time",
           {{"date", Date(instant)}, {"time", FormatInstant(instant).substr(kHour, kLetters)}});
}

std::string DeskVisit::DayText(Day day) const {
  constexpr Instant kDay = 86'400;
  return Date(day * kDay);
}

}  // namespace thb
