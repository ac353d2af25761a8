#pragma once
// What the actions of `thb user` share.

#include <memory>
#include <string>
#include <vector>

#include "access/account.h"
#include "access/approval.h"
#include "base/json.h"
#include "cli/casework.h"
#include "cli/command.h"

namespace thb {

// A request for a second person, without its reason, which --reason gives.
struct SecondPersonRequest {
  ApprovalKind kind;
  std::string organisation;
  std::vector<std::string> subjects;
  std::string detail = {};
};

// The open database, with the operator of the server as actor. Stays where it was made.
class UserDesk {
 public:
  static Result<std::unique_ptr<UserDesk>> Open(const Arguments& arguments,
                                                const Environment& environment);

  bool json() const { return arguments.Has("--json"); }
  void Print(const Json& json, const std::vector<std::vector<std::string>>& rows) const;
  // The value of an option that this action needs. Errors: kUsage.
  Result<std::string> Required(const std::string& option) const;
  // By login or id.
  Result<Account> AccountOf(const std::string& login) const;
  // By name or id.
  Result<std::string> OrganisationId(const std::string& name) const;
  Result<std::string> GroupId(const std::string& organisation, const std::string& name) const;
  // "case_worker:group"
  Result<RoleGrant> GrantOf(const std::string& text) const;
  // Asks for a second person, and says how it goes on.
  Result<int> Ask(const SecondPersonRequest& request) const;

  const Arguments& arguments;
  const Environment& environment;

 private:
  UserDesk(const Arguments& arguments, const Environment& environment,
           std::unique_ptr<Casework> casework, Roles roles);
  std::unique_ptr<Casework> casework_;
  Roles roles_;
  Actor actor_;

 public:
  const Work work;  // last: it refers to those above
};

// user_second.cc
Result<int> ListRequests(const UserDesk& desk);
Result<int> AnswerRequest(const UserDesk& desk, bool agree);

}  // namespace thb
