#pragma once
// What all pages of the desk share, and one visit to one.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/organisation.h"
#include "access/session.h"
#include "access/work.h"
#include "referral/assistance.h"
#include "referral/calendar.h"
#include "referral/node_gate.h"
#include "referral/procedure.h"
#include "referral/screening.h"
#include "web/desk.h"
#include "web/internal/html.h"
#include "web/internal/texts.h"

namespace thb {

// Field name -> what was sent, in order.
using FormValues = std::map<std::string, std::vector<std::string>, std::less<>>;

// A file that was sent with a form: the name that its sender gave it, and its bytes, which are the
// request's.
struct SentFile {
  std::string name;
  std::string_view content;
};

class DeskSite {
 public:
  static Result<std::shared_ptr<const DeskSite>> Make(const DeskContext& context);

  const DeskContext& context() const { return context_; }
  const Texts& texts(Language language) const { return texts_.at(language); }
  const Countries& countries() const { return countries_; }
  const ScreeningLists& screening_lists() const { return screening_lists_; }
  const ProcedureRules& procedure_rules() const { return procedure_rules_; }
  const AssistanceKinds& assistance_kinds() const { return assistance_kinds_; }
  const NodeRules& node_rules() const { return *node_rules_; }
  // "/desk/assets/<hash>/desk.css".
  std::string Asset(std::string_view name) const;
  const std::string& asset_hash() const { return asset_hash_; }
  // Of the session and of the browser; with the prefix that TLS allows.
  std::string SessionCookie() const;
  std::string DeviceCookie() const;

 private:
  explicit DeskSite(const DeskContext& context) : context_(context) {}

  DeskContext context_;
  std::map<Language, Texts> texts_;
  Countries countries_;
  ScreeningLists screening_lists_;
  ProcedureRules procedure_rules_;
  AssistanceKinds assistance_kinds_;
  std::optional<NodeRules> node_rules_;
  std::string asset_hash_;
};

enum class FormStep {
  kShow,     // the page is asked for
  kSave,     // the form was sent
  kRestore,  // what was typed before a time-out is shown again, and not yet saved
};

// One request for a page of one language. Names that are asked for once are kept for the page.
class DeskVisit {
 public:
  DeskVisit(const DeskSite& site, const Request& request, Language language, std::string path,
            Database& database, Instant now);
  DeskVisit(const DeskVisit&) = delete;
  DeskVisit& operator=(const DeskVisit&) = delete;

  const DeskSite& site;
  const Request& request;
  const Language language;
  const std::string path;  // the route's, without the language: "/desk/records/{record}"
  const Instant now;
  Actor actor;  // SystemActor() before somebody has signed in
  std::optional<Session> session;
  std::string token;  // of the session
  FormStep step = FormStep::kShow;
  FormValues typed;
  std::map<std::string, SentFile, std::less<>> files;  // by field; none where nothing was chosen

 private:
  AuditLog log_;

 public:
  const Work work;

  const Texts& texts() const { return site.texts(language); }
  // NOLINTNEXTLINE: as PageVisit, a visit stands for its texts.
  operator const Texts&() const { return texts(); }
  std::string tag() const { return std::string(LanguageTag(language)); }
  bool dutch() const { return language == Language::kNl; }
  std::string T(std::string_view key, const MessageArguments& arguments = {}) const {
    return texts().Get(key, arguments);
  }
  // "/en/desk" + path; values of the query are encoded.
  std::string Link(std::string_view path, const QueryPairs& query = {}) const;
  std::string Parameter(std::string_view name) const;
  // A value that was typed, trimmed; "" where there is none.
  std::string Typed(std::string_view name) const;
  bool May(std::string_view duty) const { return work.roles.MayAct(actor, duty); }

  // Names for readers.
  std::string LabelOf(std::string_view list, std::string_view code) const;
  std::string OrganisationName(std::string_view id) const;
  // The display name of an account of the own organisation; of others a word.
  std::string AccountName(std::string_view id) const;
  const std::vector<Organisation>& Organisations() const;
  // The country of the actor's organisation, whose law applies.
  std::string Country() const;
  std::string Date(Instant instant) const;
  std::string DateTime(Instant instant) const;
  std::string DayText(Day day) const;
  Day Today() const { return DayOfInstant(now); }

 private:
  mutable std::optional<std::vector<Organisation>> organisations_;
  mutable std::map<std::string, std::string, std::less<>> account_names_;
};

}  // namespace thb
