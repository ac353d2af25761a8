// The second person of `thb user`: requests, and an account that proves itself and answers one.

#include <termios.h>
#include <unistd.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "access/session.h"
#include "cli/internal/user_desk.h"

namespace thb {
namespace {

constexpr const char* kSource = "command line";

// A line of stdin; typed on a terminal it does not show.
std::string ReadSecretLine(const Environment& environment, std::string_view prompt) {
  termios before{};
  const bool is_terminal = tcgetattr(STDIN_FILENO, &before) == 0;
  if (is_terminal) {
    environment.note(prompt);
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &silent);
  }
  std::string line;
  std::getline(std::cin, line);
  if (is_terminal) tcsetattr(STDIN_FILENO, TCSANOW, &before);
  return line;
}

// The work of the account whose password and code are on stdin.
Result<Actor> ProveAccount(const UserDesk& desk, const std::string& login) {
  const Actor system = SystemActor();
  const Work& w = desk.work;
  const Work proving = {w.database, w.vault, w.log, w.roles, system, w.now, w.random};
  LogInAttempt attempt;
  attempt.login = login;
  attempt.password = ReadSecretLine(desk.environment, "password of " + login + ":");
  attempt.code = ReadSecretLine(desk.environment, "code of the app:");
  attempt.source = attempt.label = kSource;
  const LoggedIn in = TRY(LogIn(proving, attempt));
  TRY(LogOut(proving, in.token));
  return LoadActor(w.database, in.account, w.now);
}

}  // namespace

Result<int> ListRequests(const UserDesk& desk) {
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows = {
      {"request", "kind", "detail", "state", "asked", "expires"}};
  for (const Approval& approval : TRY(ApprovalsAsked(desk.work))) {
    json.push_back({{"request", approval.id},
                    {"kind", WordOf(approval.kind)},
                    {"detail", approval.detail},
                    {"subjects", approval.subjects},
                    {"reason", approval.reason},
                    {"state", WordOf(approval.state)},
                    {"answer", approval.answer},
                    {"asked", FormatInstant(approval.asked_at)},
                    {"expires", FormatInstant(approval.expires)}});
    rows.push_back({approval.id, std::string(WordOf(approval.kind)), approval.detail,
                    std::string(WordOf(approval.state)), FormatInstant(approval.asked_at),
                    FormatInstant(approval.expires)});
  }
  desk.Print(json, rows);
  return kDone;
}

Result<int> AnswerRequest(const UserDesk& desk, bool agree) {
  const std::string id = TRY(desk.Required("NAME"));
  const Actor actor = TRY(ProveAccount(desk, TRY(desk.Required("--as"))));
  const Work& w = desk.work;
  const Work work = {w.database, w.vault, w.log, w.roles, actor, w.now, w.random};
  const Approval approval = TRY(FindApproval(work, id));
  desk.environment.note(std::string(WordOf(approval.kind)) + " " + approval.detail + ": " +
                        approval.reason);
  if (agree) {
    TRY(Agree(work, id));
  } else {
    TRY(Refuse(work, id, desk.arguments.Get("--reason")));
  }
  desk.environment.note(agree ? "agreed" : "refused");
  return kDone;
}

}  // namespace thb
