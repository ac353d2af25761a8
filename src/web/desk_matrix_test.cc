// Route x role x scope. Every address of the desk is called for every role, with a record that the
// role takes part in, with one out of its scope and with one that does not exist. The latter two
// must give the same status and bytes. What the role gets of the first is docs/desk-matrix.md; an
// address without a row there fails.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/files.h"
#include "people/consent.h"
#include "people/person.h"
#include "people/record.h"
#include "referral/assistance.h"
#include "referral/child.h"
#include "referral/clock.h"
#include "referral/procedure.h"
#include "referral/referral.h"
#include "referral/roster.h"
#include "referral/screening.h"
#include "referral/task.h"
#include "web/internal/desk/testing.h"

namespace thb {
namespace {

using Ids = std::map<std::string, std::string>;

constexpr const char* kNone = "00000000000000000000000000";
constexpr std::size_t kMaxMatrixBytes = 1 << 20;

template <typename T>
T Got(Result<T> result) {
  return AccessWorld::Unwrap(std::move(result));
}
void Got(const Result<void>& result) {
  if (!result) ADD_FAILURE() << result.error().ToLine();
}

class DeskMatrix : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = TestStore::Make("sqlite");
    ASSERT_NE(store_, nullptr);
    desk_ = std::make_unique<TestDesk>(*store_);
  }
  AccessWorld& world() { return desk_->world; }

  // An organisation of help with one worker, and a case with one of everything that an address can
  // name.
  Ids MakeCase(const std::string& name) {
    const std::string helpers = world().MakeOrganisation("NGO", "Synthetic " + name);
    const std::string other = world().MakeOrganisation("HEALTH", "Synthetic Clinic " + name);
    const std::string authority =
        world().MakeOrganisation("AUTHORITY", "Synthetic Authority " + name);
    const std::string worker =
        world().MakeAccount("owner-" + name, helpers, {{"child_worker", Scope::kOwn}});
    const std::string decider = world().MakeAccount("decider-" + name, authority,
                                                    {{"decision_officer", Scope::kOrganisation}});
    const Work work = world().As(worker);
    Ids ids;
    NewRecord entry;
    entry.submission = "submission-" + name;
    ids["record"] = Got(CreateRecord(work, entry)).id;
    ids["person"] = Got(AddPerson(work, ids["record"], {})).id;
    Take(ids["record"], decider);
    FillCase(work, world().As(decider), other, ids);
    const std::string supervisor = world().MakeAccount(
        "chief-" + name, helpers, {{"support_supervisor", Scope::kOrganisation}});
    FillOrganisation(world().As(supervisor), worker, ids);
    FillCare(work, ids);
    return ids;
  }

  // What the organisation of a case keeps.
  void FillOrganisation(const Work& supervisor, const std::string& worker, Ids& ids) {
    const AssistanceKinds kinds = Got(AssistanceKinds::Load());
    Assistance assistance(kinds, supervisor);
    Shelter shelter;
    shelter.label = "Synthetic House";
    shelter.places = 2;
    shelter.for_sex = "T";
    shelter.takes_unknown_age = true;
    ids["shelter"] = Got(assistance.SaveShelter(shelter));
    Interpreter interpreter;
    interpreter.name = "Synthetic Interpreter";
    interpreter.sex = "F";
    interpreter.languages = {"vi"};
    ids["interpreter"] = Got(assistance.SaveInterpreter(interpreter));
    DutyShift shift;
    shift.organisation = supervisor.actor.organisation;
    shift.from = store_->now;
    shift.until = store_->now + 3'600;
    shift.on_duty = worker;
    ids["shift"] = Got(Rosters(supervisor).AddShift(shift));
  }

  // What a case has of them, and a guardian.
  void FillCare(const Work& work, Ids& ids) {
    const AssistanceKinds kinds = Got(AssistanceKinds::Load());
    PlaceWanted wanted;
    wanted.sex = "UNK";
    wanted.age_band = "unknown";
    const Day today = DayOfInstant(store_->now);
    ids["placement"] = Got(
        Assistance(kinds, work).Place(ids["record"], ids["person"], ids["shelter"], wanted, today));
    Guardianship guardian;
    guardian.record = ids["record"];
    guardian.person = ids["person"];
    guardian.kind = "provisional";
    guardian.name = "Synthetic Guardian";
    guardian.from = today;
    ids["guardian"] = Got(ChildTrack(work).AppointGuardian(guardian));
  }

  void FillCase(const Work& work, const Work& decider, const std::string& other, Ids& ids) {
    const ScreeningLists lists = Got(ScreeningLists::Load());
    const Countries countries = Got(Countries::Load());
    const ProcedureRules rules = Got(ProcedureRules::Load());
    const AssistanceKinds kinds = Got(AssistanceKinds::Load());
    ids["screening"] = Got(
        Screenings(lists, work).Start(ids["record"], ids["person"], lists.All().front().id, ""));
    ReferralDraft draft;
    draft.record = ids["record"];
    draft.person = ids["person"];
    draft.receiver = other;
    draft.purpose = "assistance";
    draft.groups = {FieldGroup::kIdentity};
    draft.submission = "referral-" + ids["record"];
    ids["referral"] = Got(Referrals(countries, work).Draft(draft));
    OverrideRequest request;
    request.record = ids["record"];
    request.person = ids["person"];
    request.country = "NL";
    request.ground = "danger_to_life";
    request.recipient = other;
    request.reason = "Synthetic reason";
    request.told = true;
    ids["override"] = Got(Referrals(countries, work).AskOverride(request));
    AgeAssessment assessment;
    assessment.record = ids["record"];
    assessment.person = ids["person"];
    assessment.begun = DayOfInstant(store_->now);
    assessment.doubt = "appearance";
    assessment.method = "social";
    ids["assessment"] = Got(ChildTrack(work).BeginAgeAssessment(assessment));
    AssistanceEntry needs;
    needs.record = ids["record"];
    needs.person = ids["person"];
    needs.kind = "needs_assessment";
    needs.state = "draft";
    needs.fields = {{"wishes", "Synthetic wish"}};
    ids["entry"] = Got(Assistance(kinds, work).Add(needs));
    ProcedureStep step;
    step.record = ids["record"];
    step.person = ids["person"];
    step.track = "identification";
    step.event = "referred";
    step.on = DayOfInstant(store_->now);
    step.country = "NL";
    step.notified_until = step.on + 30;
    Got(Procedures(rules, countries, decider).Enter(step, 0));
    for (const ProcedureClock& clock : Got(Clocks(countries, decider).OfRecord(ids["record"])))
      ids["clock"] = clock.id;
    Task task;
    task.organisation = work.actor.organisation;
    task.record = ids["record"];
    task.kind = "other";
    task.source = ids["record"];
    ids["task"] = Got(OpenTask(*store_->database, store_->random, task, store_->now));
  }

  // The account takes part in the record in every field group: the most that its role can be given.
  void Take(const std::string& record, const std::string& account) {
    Participation participation;
    participation.kind = "task";
    participation.account = account;
    participation.groups = {kAllFieldGroups.begin(), kAllFieldGroups.end()};
    participation.may_edit = true;
    participation.from = store_->now - 1;
    const Work work = world().As(account);
    auto transaction = Transaction::Begin(*store_->database);
    ASSERT_TRUE(transaction.has_value());
    Got(AddParticipant(work, record, participation, NewId(store_->random), ""));
    Got(transaction->Commit());
  }

  static std::string Address(std::string_view pattern, const Ids& ids, bool none) {
    const Ids fixed{{"track", "identification"},
                    {"event", "withdrawn"},
                    {"kind", "needs_assessment"},
                    {"list", "ilo_labour_adult"},
                    {"number", "0000000000"}};
    std::string address = "/en";
    for (const std::string_view part : Split(pattern.substr(1), '/')) {
      address += '/';
      if (!StartsWith(part, "{")) {
        address += part;
        continue;
      }
      const std::string name(part.substr(1, part.size() - 2));
      const auto set = fixed.find(name);
      const auto own = ids.find(name);
      address += set != fixed.end() ? set->second : none || own == ids.end() ? kNone : own->second;
    }
    return address;
  }

  // One account for each role that can be given without a second person, in an organisation of its
  // own.
  std::map<std::string, std::string> AccountsOfRoles() {
    std::map<std::string, std::string> accounts;
    for (const std::string& id : world().roles().Ids()) {
      const Role* role = world().roles().Find(id);
      std::optional<Scope> scope;
      for (const Scope one : role->scopes) {
        if (one != Scope::kNational && !scope) scope = one;
      }
      if (!scope) continue;
      const std::string login = ReplaceAll(id, "_", "-");
      const std::string organisation =
          world().MakeOrganisation(*role->organisations.begin(), "Synthetic organisation of " + id);
      accounts[id] = world().MakeAccount(login, organisation, {{id, *scope}});
    }
    return accounts;
  }

  std::unique_ptr<TestStore> store_;
  std::unique_ptr<TestDesk> desk_;
};

struct MatrixRow {
  std::map<int, std::vector<std::string>> roles_by_status;
};

std::string Print(const std::map<std::string, MatrixRow>& rows) {
  std::string text =
      "# Who gets what at the desk\n\nMade by `desk_matrix_test.cc`; a test compares. Each role "
      "takes part in one "
      "case in every\nfield group, which is the most that it can be given, and asks for each "
      "address of that case. "
      "For a\ncase out of its scope and for one that does not exist each gets the same status and "
      "the same\nbytes.\n\n"
      "| address | opens | sees but may not | not there |\n|---|---|---|---|\n";
  const auto list = [](const MatrixRow& row, int from, int to) {
    std::vector<std::string> roles;
    for (const auto& [status, those] : row.roles_by_status) {
      if (status >= from && status < to) roles.insert(roles.end(), those.begin(), those.end());
    }
    return Join(roles, ", ");
  };
  for (const auto& [pattern, row] : rows) {
    text += "| `" + pattern + "` | " + list(row, 200, 400) + " | " + list(row, 409, 500) +
            (list(row, 409, 500).empty() || list(row, 403, 404).empty() ? "" : ", ") +
            list(row, 403, 404) + " | " + list(row, 404, 405) + " |\n";
  }
  return text;
}

TEST_F(DeskMatrix, OutOfScopeIsAsIfItDidNotExist) {
  const Ids in = MakeCase("here");
  const Ids out = MakeCase("elsewhere");
  std::map<std::string, MatrixRow> rows;
  for (const auto& [role, account] : AccountsOfRoles()) {
    Take(in.at("record"), account);
    store_->now += 60;
    TestBrowser browser(*desk_);
    browser.SignIn(account);
    for (const DeskRoute& route : DeskRouteTable()) {
      if (route.access != DeskRoute::Access::kSignedIn) continue;
      const bool scoped = std::string_view(route.pattern).find('{') != std::string_view::npos;
      if (route.get) {
        const Answered shown = browser.Ask(Method::kGet, Address(route.pattern, in, false), "");
        EXPECT_LT(shown.status, 500) << role << " " << route.pattern;
        EXPECT_EQ(shown.body.find("[["), std::string::npos) << route.pattern;
        rows[route.pattern].roles_by_status[shown.status].push_back(role);
      }
      if (!scoped) continue;
      for (const Method method : {Method::kGet, Method::kPost}) {
        if (method == Method::kGet ? !route.get : !route.post) continue;
        const std::string body = std::string(kCsrfField) + "=" +
                                 CsrfToken(browser.cookies()["desk"]) + "&" + kVersionField + "=1";
        const std::string sent = method == Method::kPost ? body : "";
        const Answered hidden = browser.Ask(method, Address(route.pattern, out, false), sent);
        const Answered absent = browser.Ask(method, Address(route.pattern, out, true), sent);
        EXPECT_EQ(hidden.status, absent.status) << role << " " << route.pattern;
        EXPECT_EQ(hidden.body, absent.body) << role << " " << route.pattern;
      }
    }
  }
  const std::string made = Print(rows);
  const std::string path = std::string(THB_DOCS_DIR) + "/desk-matrix.md";
  if (std::getenv("THB_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << made;
  } else {
    EXPECT_EQ(made, ReadFile(path, kMaxMatrixBytes).value_or(""))
        << "make it anew with THB_UPDATE_GOLDEN=1";
  }
}

TEST(DeskRoutes, EachIsDocumented) {
  const std::string page =
      ReadFile(std::string(THB_DOCS_DIR) + "/desk.md", kMaxMatrixBytes).value_or("");
  for (const DeskRoute& route : DeskRouteTable()) {
    EXPECT_NE(page.find("\n| `" + std::string(route.pattern) + "` |"), std::string::npos)
        << route.pattern;
  }
}

}  // namespace
}  // namespace thb
