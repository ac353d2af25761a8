// The notice that a law asks for where an adult does not want to be referred.

#include <utility>

#include "access/organisation.h"
#include "people/authorize.h"
#include "referral/internal/persons.h"
#include "referral/internal/stored.h"
#include "referral/referral.h"

namespace thb {
namespace {

constexpr std::string_view kTable = "statistical_notice";
constexpr std::string_view kFields = "sealed_fields";
constexpr const char* kUnknown = "UNK";
constexpr std::size_t kMonthLength = 7;  // "2026-11"

std::string Known(const std::string& value) {
  return value.empty() ? kUnknown : value;
}

// A field of the notice as a code. Errors: kInternal for a field that nobody knows how to fill.
Result<std::string> ValueOf(const std::string& field, const PersonFile& person, const Work& work) {
  const auto first = [](const std::vector<std::string>& values) {
    return values.empty() ? std::string() : values.front();
  };
  if (field == "age_band") return std::string(AgeBandName(person.age_band));
  if (field == "sex") return Known(person.identity ? person.identity->sex.value : "");
  if (field == "citizenship") {
    return Known(person.identity ? first(person.identity->citizenship.values) : "");
  }
  if (field == "form") return Known(person.context ? person.context->main_exploitation.value : "");
  if (field == "exploitation_country") {
    const std::string place = person.context ? first(person.context->places.values) : "";
    // Only a country: a place in words could tell who it is.
    return CheckListed("geo", place, field) ? place : std::string(kUnknown);
  }
  if (field == "reporting_kind") return work.actor.organisation_kind;
  if (field == "month") return FormatDate(work.now).substr(0, kMonthLength);
  return Fail(ErrorCode::kInternal, "no such field of a notice: " + field, "rules/countries.json");
}

Json ToJson(const NoticePreview& preview) {
  Json fields = Json::array();
  for (const NoticePreview::Field& field : preview.fields) {
    fields.push_back({{"code", field.code}, {"value", field.value}});
  }
  return {{"country", preview.country},
          {"recipient_kind", preview.recipient_kind},
          {"source", preview.source},
          {"fields", std::move(fields)}};
}

NoticePreview FromJson(const Json& json) {
  NoticePreview preview;
  preview.country = SealedText(json, "country");
  preview.recipient_kind = SealedText(json, "recipient_kind");
  preview.source = SealedText(json, "source");
  if (const auto fields = json.find("fields"); fields != json.end() && fields->is_array()) {
    for (const Json& field : *fields) {
      preview.fields.push_back({SealedText(field, "code"), SealedText(field, "value")});
    }
  }
  return preview;
}

}  // namespace

Result<NoticePreview> Referrals::PreviewNotice(std::string_view record, std::string_view person,
                                               std::string_view country) {
  TRY(Admit(work_, record, Right::kRefer, FieldGroup::kReferral));
  const PersonPlace place = TRY(PersonOfRecord(work_.database, record, person));
  const CountryRules* rules = TRY(countries_.Find(country));
  if (rules->notice_fields.empty()) {
    return Fail(ErrorCode::kUnsupported, "the law of this country asks for no such notice",
                "country", "refer with consent, or do not refer");
  }
  if (place.age_band == AgeBand::kChild || place.age_band == AgeBand::kPresumedChild) {
    return Fail(ErrorCode::kForbidden, "a notice is for adults who refuse", "person",
                "refer the child: its protection needs no consent");
  }
  const PersonFile file = TRY(ReadPerson(work_, person));
  NoticePreview preview;
  preview.country = country;
  preview.recipient_kind = rules->notice_recipient;
  preview.source = rules->notice_source;
  for (const std::string& field : rules->notice_fields) {
    preview.fields.push_back({field, TRY(ValueOf(field, file, work_))});
  }
  return preview;
}

Result<std::string> Referrals::SendNotice(std::string_view record, std::string_view person,
                                          const NoticePreview& preview) {
  const NoticePreview now = TRY(PreviewNotice(record, person, preview.country));
  if (now != preview) {
    return Fail(ErrorCode::kStale, "the notice would not be the one that was shown", "notice",
                "look at it again and send it then");
  }
  const std::vector<SqlValue> key = {std::string(person)};
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  const bool sent =
      TRY(FirstRow(work_.database, "SELECT id FROM statistical_notice WHERE person_id = $1", key,
                   [](const SqlRow&) -> Result<void> { return {}; }));
  if (sent) {
    return Fail(ErrorCode::kConflict, "a notice about this person was sent before", "notice",
                "one is enough");
  }
  const std::string id = NewId(work_.random);
  const std::string sealed =
      TRY(SealObject(work_.vault, {}, {kTable, id, kFields}, ToJson(preview)));
  const std::vector<SqlValue> values = {id,
                                        std::string(record),
                                        std::string(person),
                                        preview.country,
                                        work_.actor.account,
                                        work_.now,
                                        sealed};
  TRY(work_.database.Execute(
      "INSERT INTO statistical_notice (id, record_id, person_id, country, sent_by, sent, "
      "sealed_fields) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      values));
  TRY(LogAct(work_, "notice.send", "notice", {id, std::string(record)}, "duty_to_notify"));
  TRY(transaction.Commit());
  return id;
}

Result<std::vector<NoticePreview>> Referrals::NoticesSent(std::string_view country) {
  if (!work_.roles.MayAct(work_.actor, "focal_point")) {
    return Fail(ErrorCode::kForbidden, "notices go to the focal point", "country",
                "ask the focal point");
  }
  std::vector<std::pair<std::string, std::string>> rows;
  const std::vector<SqlValue> values = {std::string(country),
                                        static_cast<std::int64_t>(kMaxReferralsShown)};
  TRY(work_.database.Query(
      "SELECT id, sealed_fields FROM statistical_notice WHERE country = $1 ORDER BY sent DESC, id "
      "LIMIT $2",
      values, [&](const SqlRow& row) -> Result<void> {
        rows.emplace_back(row.Text(0), row.Text(1));
        return {};
      }));
  std::vector<NoticePreview> notices;
  std::vector<std::string> subjects;
  for (const auto& [id, sealed] : rows) {
    const Json fields = TRY(OpenObject(work_.vault, {kTable, id, kFields}, sealed));
    notices.push_back(FromJson(fields));
    subjects.push_back(id);
  }
  if (subjects.empty()) return notices;
  Transaction transaction = TRY(Transaction::Begin(work_.database));
  TRY(LogAct(work_, "notice.list", "notice", std::move(subjects), "focal_point"));
  TRY(transaction.Commit());
  return notices;
}

}  // namespace thb
