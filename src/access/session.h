#pragma once
// Logging in, and the sessions that come of it.
//
// A wrong login name, password, code, and an account that is disabled or over are one answer after
// the same work. Guessing is slowed per account and per source, never barred: a device on which the
// account has logged in before is not held up by others' guesses, nor is a recovery code.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

inline constexpr Instant kIdleSeconds = 15 * 60;
inline constexpr Instant kSessionSeconds = 12 * 3'600;
// How long a re-authentication counts.
inline constexpr Instant kReauthenticatedSeconds = 5 * 60;
inline constexpr Instant kKnownDeviceSeconds = Instant{90} * 86'400;
// The time of the last request is written at most this often; an idle session ends so much sooner.
inline constexpr Instant kSeenSeconds = 30;
inline constexpr std::size_t kMaxSessionDataBytes = 16'384;
// Guesses that are free, then a wait that doubles up to the longest.
inline constexpr int kFreeGuesses = 5;
inline constexpr Instant kLongestWaitSeconds = 300;
// Guesses are forgotten after a day without one.
inline constexpr Instant kGuessMemorySeconds = 86'400;

struct LogInAttempt {
  std::string login;
  std::string password;
  std::string code;         // of the app, or a recovery code
  std::string source;       // the network address; kept only as a keyed hash
  std::string device = {};  // the token that an earlier log-in gave this browser
  std::string label = {};   // how the holder will recognise the session: browser and system
};

// Secrets of the browser. Only hashes are kept.
struct LoggedIn {
  std::string account;
  std::string token;   // the session's
  std::string device;  // for the next log-in from here
};

struct Session {
  std::string id;  // not secret: names it in lists and in the log
  std::string account;
  std::string label;
  Instant created = 0;
  Instant seen = 0;
  Instant ends = 0;  // whatever happens
  Instant reauthenticated = 0;
  bool renews = false;    // only the renewal of credentials is open to it
  std::string data = {};  // what pages keep in it
};

// Errors: kForbidden, the one answer; kLimit, "wait N seconds", the same for logins that do not
// exist. The actor of `work` is SystemActor(). Opens transactions of its own.
Result<LoggedIn> LogIn(const Work& work, const LogInAttempt& attempt);
// The session of a token, and marks it as seen. Errors: kForbidden where it is over, revoked or
// none.
Result<Session> ResumeSession(const Work& work, std::string_view token);
Result<void> LogOut(const Work& work, std::string_view token);

// The token of the session's forms. Pure.
std::string CsrfToken(std::string_view session_token);
// In constant time.
bool CheckCsrfToken(std::string_view session_token, std::string_view csrf_token);

// Password and code once more: for export, override, break-glass and key work. Guessing is slowed
// as in LogIn. Errors: kForbidden, kLimit.
Result<void> Reauthenticate(const Work& work, std::string_view token, const LogInAttempt& attempt);
// Errors: kForbidden with the remedy to do so where it was not done within the last minutes.
Result<void> RequireReauthentication(const Session& session, Instant now);

// Sealed. Errors: kLimit.
Result<void> KeepSessionData(const Work& work, const Session& session, std::string_view data);

// Those of an account that are not over, newest first; the holder's own, or with the duty
// "accounts". Errors: kForbidden.
Result<std::vector<Session>> ListSessions(const Work& work, std::string_view account);
// One session, or all of the account but `except`. Errors: kForbidden, kNotFound.
Result<void> RevokeSession(const Work& work, std::string_view account, std::string_view session);
Result<void> RevokeSessions(const Work& work, std::string_view account,
                            std::string_view except = {});

}  // namespace thb
