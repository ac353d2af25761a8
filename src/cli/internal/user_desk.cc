#include <algorithm>
#include <nlohmann/json.hpp>

#include "access/organisation.h"
#include "base/text.h"
#include "cli/internal/user_desk.h"
#include "cli/workspace.h"

namespace thb {

Result<std::unique_ptr<UserDesk>> UserDesk::Open(const Arguments& arguments,
                                                 const Environment& environment) {
  auto casework = TRY(Casework::Open(arguments));
  Roles roles = TRY(Roles::Load());
  return std::unique_ptr<UserDesk>(
      new UserDesk(arguments, environment, std::move(casework), std::move(roles)));
}

UserDesk::UserDesk(const Arguments& the_arguments, const Environment& the_environment,
                   std::unique_ptr<Casework> casework, Roles roles)
    : arguments(the_arguments),
      environment(the_environment),
      casework_(std::move(casework)),
      roles_(std::move(roles)),
      actor_(OperatorActor()),
      work{*casework_->database, *casework_->vault, *casework_->log, roles_, actor_,
           the_environment.now,  SystemRandom()} {}

void UserDesk::Print(const Json& json, const std::vector<std::vector<std::string>>& rows) const {
  environment.out(this->json() ? json.dump(1) + "\n" : TextTable(rows));
}

Result<std::string> UserDesk::Required(const std::string& option) const {
  if (arguments.Has(option)) return arguments.Get(option);
  return Fail(ErrorCode::kUsage, arguments.Get("ACTION") + " needs " + option, option,
              "see `thb user --help`");
}

Result<Account> UserDesk::AccountOf(const std::string& login) const {
  auto by_id = FindAccount(work, login);
  return by_id ? by_id : FindAccountByLogin(work, login);
}

Result<std::string> UserDesk::OrganisationId(const std::string& name) const {
  std::vector<std::string> names;
  for (const Organisation& organisation : TRY(ListOrganisations(work.database))) {
    if (organisation.id == name || organisation.name == name) return organisation.id;
    names.push_back(organisation.name);
  }
  const auto nearest = Nearest(name, names);
  return Fail(ErrorCode::kNotFound, "there is no organisation " + name, "--organisation",
              nearest ? "did you mean " + *nearest + "?" : "`thb user organisations` lists them");
}

Result<std::string> UserDesk::GroupId(const std::string& organisation,
                                      const std::string& name) const {
  for (const Group& group : TRY(ListGroups(work.database, organisation))) {
    if (group.id == name || group.name == name) return group.id;
  }
  return Fail(ErrorCode::kNotFound, "there is no group " + name, "--group",
              "make it with `thb user add-group`");
}

Result<RoleGrant> UserDesk::GrantOf(const std::string& text) const {
  const std::vector<std::string_view> parts = Split(text, ':');
  if (parts.size() != 2) {
    return Fail(ErrorCode::kUsage, "no role and scope", "--role", "write case_worker:group");
  }
  const Scope scope = TRY(ParseScope(parts[1], "--role"));
  return RoleGrant{std::string(parts[0]), scope};
}

Result<int> UserDesk::Ask(const SecondPersonRequest& request) const {
  ApprovalRequest asked;
  asked.kind = request.kind;
  asked.organisation = request.organisation;
  asked.subjects = request.subjects;
  asked.detail = request.detail;
  asked.reason = TRY(Required("--reason"));
  const std::string id = TRY(AskApproval(work, asked));
  environment.out(json() ? Json::array({{{"request", id}, {"state", "open"}}}).dump(1) + "\n"
                         : id + "\n");
  environment.note("this needs a second person: somebody with the duty \"" + DutyOf(request.kind) +
                   "\" agrees (`thb user agree " + id +
                   " --as LOGIN`), then repeat the command with --approval " + id);
  return kDone;
}

}  // namespace thb
