// The documents in which persons are sealed and sent between nodes, as JSON with HTCDS names.

#include <array>
#include <nlohmann/json.hpp>

#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "people/internal/person_rows.h"
#include "people/internal/rows.h"

namespace thb {
namespace {

constexpr std::size_t kMaxDocumentBytes = 400'000;
constexpr std::array<std::string_view, 4> kGiven = {"known", "unknown", "not_asked", "refused"};
constexpr std::array<std::string_view, 3> kYesNo = {"yes", "no", "unknown"};

Json Write(const Answer& answer) {
  Json json = {{"given", kGiven[static_cast<std::size_t>(answer.given)]}};
  if (!answer.value.empty()) json["value"] = answer.value;
  return json;
}

Json Write(const Answers& answers) {
  return {{"given", kGiven[static_cast<std::size_t>(answers.given)]}, {"values", answers.values}};
}

Json Write(YesNo answer) {
  return kYesNo[static_cast<std::size_t>(answer)];
}

// Fields of one object of a document. A missing field is empty; one of a wrong type is an error,
// kept until Finish, so that the readers below can be plain lists of fields.
class Fields {
 public:
  Fields(const Json& json, std::string place) : json_(json), place_(std::move(place)) {
    if (!json.is_object()) Wrong("", "an object");
  }

  std::string Text(const char* name) {
    const Json* field = Find(name);
    if (field == nullptr) return {};
    if (field->is_string()) return field->get<std::string>();
    Wrong(name, "a text");
    return {};
  }
  bool Truth(const char* name) {
    const Json* field = Find(name);
    if (field == nullptr) return false;
    if (field->is_boolean()) return field->get<bool>();
    Wrong(name, "true or false");
    return false;
  }
  std::vector<std::string> Texts(const char* name) {
    std::vector<std::string> texts;
    ForEach(name, [&](const Json& each) {
      if (each.is_string()) {
        texts.push_back(each.get<std::string>());
      } else {
        Wrong(name, "texts");
      }
    });
    return texts;
  }
  void Objects(const char* name, const std::function<void(Fields&)>& read) {
    ForEach(name, [&](const Json& each) {
      Fields fields(each, place_ + "." + name);
      read(fields);
      Take(fields);
    });
  }
  Answer ReadAnswer(const char* name) {
    Answer answer;
    Object(name, [&](Fields& fields) {
      answer.given = fields.ReadGiven();
      answer.value = fields.Text("value");
    });
    return answer;
  }
  Answers ReadAnswers(const char* name) {
    Answers answers;
    Object(name, [&](Fields& fields) {
      answers.given = fields.ReadGiven();
      answers.values = fields.Texts("values");
    });
    return answers;
  }
  void Object(const char* name, const std::function<void(Fields&)>& read) {
    const Json* field = Find(name);
    if (field == nullptr) return;
    Fields fields(*field, place_ + "." + name);
    read(fields);
    Take(fields);
  }
  Given ReadGiven() { return Word<Given>("given", kGiven, Given::kNotAsked); }
  YesNo ReadYesNo(const char* name, YesNo absent) { return Word<YesNo>(name, kYesNo, absent); }

  Result<void> Finish() { return problem_; }

 private:
  const Json* Find(const char* name) {
    if (!json_.is_object()) return nullptr;
    const auto field = json_.find(name);
    return field == json_.end() || field->is_null() ? nullptr : &*field;
  }
  void ForEach(const char* name, const std::function<void(const Json&)>& read) {
    const Json* field = Find(name);
    if (field == nullptr) return;
    if (!field->is_array()) return Wrong(name, "a list");
    for (const Json& each : *field) read(each);
  }
  template <typename Enum, std::size_t kCount>
  Enum Word(const char* name, const std::array<std::string_view, kCount>& words, Enum absent) {
    const std::string word = Text(name);
    if (word.empty()) return absent;
    for (std::size_t i = 0; i < kCount; ++i) {
      if (words[i] == word) return static_cast<Enum>(i);
    }
    Wrong(name, "one of its codes");
    return absent;
  }
  void Wrong(const char* name, const char* expected) {
    if (!problem_) return;
    problem_ = Result<void>(Fail(ErrorCode::kParse, std::string("not ") + expected,
                                 place_ + (*name == '\0' ? "" : ".") + name,
                                 "write it as docs/formats/person.md says"));
  }
  void Take(Fields& inner) {
    if (problem_ && !inner.problem_) problem_ = inner.problem_;
  }

  const Json& json_;
  std::string place_;
  Result<void> problem_;
};

Result<Json> ParseDocument(std::string_view text, const std::string& place) {
  if (text.size() > kMaxDocumentBytes) {
    return Fail(ErrorCode::kLimit, "longer than " + std::to_string(kMaxDocumentBytes) + " bytes",
                place, "shorten it");
  }
  return ParseJson(text.empty() ? "{}" : text, place);
}

Result<void> CheckCount(std::size_t count, int most, const std::string& field) {
  if (count <= static_cast<std::size_t>(most)) return {};
  return Fail(ErrorCode::kLimit, "more than " + std::to_string(most) + " of them", field,
              "keep those that matter");
}

Result<void> CheckShort(std::string_view text, const std::string& field) {
  return CheckText(text, kMaxShortTextBytes, field);
}

Result<void> CheckAnswer(const Answer& answer, const char* list, const std::string& field) {
  TRY(CheckShort(answer.value, field));
  if ((answer.given == Given::kKnown) == answer.value.empty()) {
    return Fail(ErrorCode::kBadValue, "a known answer has a value, another one has none", field,
                "give the value, or choose unknown, not asked or refused");
  }
  if (list == nullptr || answer.given != Given::kKnown) return {};
  return CheckLeaf(list, answer.value, field);
}

Result<void> CheckAnswers(const Answers& answers, const char* list, const std::string& field) {
  TRY(CheckCount(answers.values.size(), kMaxValues, field));
  if ((answers.given == Given::kKnown) == answers.values.empty()) {
    return Fail(ErrorCode::kBadValue, "a known answer has a value, another one has none", field,
                "give the value, or choose unknown, not asked or refused");
  }
  for (const std::string& value : answers.values) {
    TRY(CheckShort(value, field));
    if (list != nullptr) TRY(CheckLeaf(list, value, field));
  }
  return {};
}

Result<void> CheckName(const PersonName& name) {
  TRY(CheckCode("name_kind", name.kind, "names.kind"));
  TRY(CheckText(name.first_name, kMaxPersonNameBytes, "prs_FirstName"));
  TRY(CheckText(name.middle_name, kMaxPersonNameBytes, "prs_MiddleName"));
  return CheckText(name.second_name, kMaxPersonNameBytes, "prs_SecondName");
}

Result<void> CheckBirthdate(const Birthdate& birthdate) {
  const bool known = birthdate.given == Given::kKnown;
  if (known == birthdate.date.empty()) {
    if (known) {
      return Fail(ErrorCode::kBadValue, "a known date of birth has a date", "prs_Birthdate",
                  "give at least the year, or choose unknown");
    }
    return Fail(ErrorCode::kBadValue, "an unknown date of birth has no date", "prs_Birthdate",
                "leave it empty");
  }
  if (!known) return {};
  // A year, a month or a day: completed, it has to be a date.
  constexpr std::string_view kRest = "0000-01-01";
  std::string whole = birthdate.date;
  const bool length = whole.size() == 4 || whole.size() == 7 || whole.size() == kRest.size();
  if (length) whole += kRest.substr(whole.size());
  if (length && ParseInstant(whole)) return {};
  return Fail(ErrorCode::kBadValue, "not a date of birth", "prs_Birthdate",
              "write 1999, 1999-04 or 1999-04-02");
}

}  // namespace

Result<void> CheckIdentity(const Identity& identity) {
  TRY(CheckCount(identity.names.size(), kMaxNames, "names"));
  for (const PersonName& name : identity.names) TRY(CheckName(name));
  TRY(CheckBirthdate(identity.birthdate));
  TRY(CheckAnswer(identity.sex, "sex", "sex"));
  TRY(CheckAnswer(identity.gender, nullptr, "prs_Gender"));
  TRY(CheckAnswers(identity.citizenship, "citizen", "prs_Nationality"));
  TRY(CheckAnswers(identity.languages, nullptr, "languages"));
  TRY(CheckShort(identity.relation, "relation"));
  TRY(CheckCount(identity.documents.size(), kMaxValues, "documents"));
  for (const IdentityDocument& document : identity.documents) {
    TRY(CheckCode("document_kind", document.kind, "documents.kind"));
    if (!document.country.empty()) {
      TRY(CheckCode("citizen", document.country, "documents.country"));
    }
    TRY(CheckText(document.number, kMaxPersonNameBytes, "documents.number"));
    TRY(CheckShort(document.note, "documents.note"));
  }
  return {};
}

Result<void> CheckContact(const Contact& contact) {
  TRY(CheckCount(contact.phones.size(), kMaxValues, "phones"));
  for (const SafePhone& phone : contact.phones) {
    TRY(CheckText(phone.number, kMaxPersonNameBytes, "prs_MobilePhone"));
    TRY(CheckShort(phone.who_may_answer, "phones.who_may_answer"));
    TRY(CheckShort(phone.safe_words, "phones.safe_words"));
    TRY(CheckShort(phone.hours, "phones.hours"));
  }
  TRY(CheckCount(contact.emails.size(), kMaxValues, "prs_Email"));
  for (const std::string& email : contact.emails) TRY(CheckShort(email, "prs_Email"));
  TRY(CheckShort(contact.other, "other"));
  return CheckShort(contact.warning, "warning");
}

Result<void> CheckVictimContext(const VictimContext& context) {
  TRY(CheckAnswer(context.main_exploitation, "exploitation", "vic_TypeOfExploitation"));
  TRY(CheckAnswers(context.forms, "exploitation", "forms"));
  TRY(CheckAnswers(context.places, nullptr, "vic_LocationOfExploitation"));
  TRY(CheckText(context.recruitment, kMaxNarrativeBytes / 10, "vic_MethodOfRecruitment"));
  TRY(CheckText(context.control, kMaxNarrativeBytes / 10, "vic_MethodsOfControl"));
  return CheckText(context.vulnerabilities, kMaxNarrativeBytes / 10, "vic_Vulnerabilities");
}

std::string IdentityToJson(const Identity& identity) {
  Json json;
  json["names"] = Json::array();
  for (const PersonName& name : identity.names) {
    json["names"].push_back({{"kind", name.kind},
                             {"prs_FirstName", name.first_name},
                             {"prs_MiddleName", name.middle_name},
                             {"prs_SecondName", name.second_name}});
  }
  json["prs_Birthdate"] = {{"given", kGiven[static_cast<std::size_t>(identity.birthdate.given)]},
                           {"date", identity.birthdate.date},
                           {"estimated", identity.birthdate.estimated}};
  json["possibly_child"] = Write(identity.possibly_child);
  json["sex"] = Write(identity.sex);
  json["prs_Gender"] = Write(identity.gender);
  json["prs_Nationality"] = Write(identity.citizenship);
  json["languages"] = Write(identity.languages);
  json["documents"] = Json::array();
  for (const IdentityDocument& document : identity.documents) {
    json["documents"].push_back({{"kind", document.kind},
                                 {"country", document.country},
                                 {"number", document.number},
                                 {"note", document.note}});
  }
  json["relation"] = identity.relation;
  json["possible_exploiter"] = Write(identity.possible_exploiter);
  return json.dump();
}

Result<Identity> IdentityFromJson(std::string_view text) {
  const Json json = TRY(ParseDocument(text, "identity"));
  Fields fields(json, "identity");
  Identity identity;
  fields.Objects("names", [&](Fields& each) {
    identity.names.push_back({each.Text("kind"), each.Text("prs_FirstName"),
                              each.Text("prs_MiddleName"), each.Text("prs_SecondName")});
  });
  fields.Object("prs_Birthdate", [&](Fields& each) {
    identity.birthdate = {each.ReadGiven(), each.Text("date"), each.Truth("estimated")};
  });
  identity.possibly_child = fields.ReadYesNo("possibly_child", YesNo::kUnknown);
  identity.sex = fields.ReadAnswer("sex");
  identity.gender = fields.ReadAnswer("prs_Gender");
  identity.citizenship = fields.ReadAnswers("prs_Nationality");
  identity.languages = fields.ReadAnswers("languages");
  fields.Objects("documents", [&](Fields& each) {
    identity.documents.push_back(
        {each.Text("kind"), each.Text("country"), each.Text("number"), each.Text("note")});
  });
  identity.relation = fields.Text("relation");
  identity.possible_exploiter = fields.ReadYesNo("possible_exploiter", YesNo::kNo);
  TRY(fields.Finish());
  TRY(CheckIdentity(identity));
  return identity;
}

std::string ContactToJson(const Contact& contact) {
  Json json;
  json["given"] = kGiven[static_cast<std::size_t>(contact.given)];
  json["phones"] = Json::array();
  for (const SafePhone& phone : contact.phones) {
    json["phones"].push_back({{"prs_MobilePhone", phone.number},
                              {"who_may_answer", phone.who_may_answer},
                              {"safe_words", phone.safe_words},
                              {"hours", phone.hours},
                              {"never_leave_message", phone.never_leave_message}});
  }
  json["prs_Email"] = contact.emails;
  json["other"] = contact.other;
  json["warning"] = contact.warning;
  return json.dump();
}

Result<Contact> ContactFromJson(std::string_view text) {
  const Json json = TRY(ParseDocument(text, "contact"));
  Fields fields(json, "contact");
  Contact contact;
  contact.given = fields.ReadGiven();
  fields.Objects("phones", [&](Fields& each) {
    contact.phones.push_back({each.Text("prs_MobilePhone"), each.Text("who_may_answer"),
                              each.Text("safe_words"), each.Text("hours"),
                              each.Truth("never_leave_message")});
  });
  contact.emails = fields.Texts("prs_Email");
  contact.other = fields.Text("other");
  contact.warning = fields.Text("warning");
  TRY(fields.Finish());
  TRY(CheckContact(contact));
  return contact;
}

std::string VictimContextToJson(const VictimContext& context) {
  Json json;
  json["vic_TypeOfExploitation"] = Write(context.main_exploitation);
  json["forms"] = Write(context.forms);
  json["vic_LocationOfExploitation"] = Write(context.places);
  json["vic_MethodOfRecruitment"] = context.recruitment;
  json["vic_MethodsOfControl"] = context.control;
  json["vic_Vulnerabilities"] = context.vulnerabilities;
  return json.dump();
}

Result<VictimContext> VictimContextFromJson(std::string_view text) {
  const Json json = TRY(ParseDocument(text, "context"));
  Fields fields(json, "context");
  VictimContext context;
  context.main_exploitation = fields.ReadAnswer("vic_TypeOfExploitation");
  context.forms = fields.ReadAnswers("forms");
  context.places = fields.ReadAnswers("vic_LocationOfExploitation");
  context.recruitment = fields.Text("vic_MethodOfRecruitment");
  context.control = fields.Text("vic_MethodsOfControl");
  context.vulnerabilities = fields.Text("vic_Vulnerabilities");
  TRY(fields.Finish());
  TRY(CheckVictimContext(context));
  return context;
}

}  // namespace thb
