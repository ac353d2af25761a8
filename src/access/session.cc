#include "access/session.h"

#include <sodium.h>

#include "access/account.h"
#include "access/internal/session_rows.h"
#include "access/internal/sql.h"
#include "base/hash.h"

namespace thb {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr const char* kSelect =
    "SELECT s.id, s.account, s.label, s.data, s.created, s.seen, s.ends, s.reauthenticated, "
    "a.renew_by FROM session s JOIN account a ON a.id = s.account ";

FieldAddress LabelAddress(std::string_view session) {
  return {"session", session, "label"};
}
FieldAddress DataAddress(std::string_view session) {
  return {"session", session, "data"};
}

Session ReadSession(const SqlRow& row) {
  Session session;
  session.id = row.Text(0);
  session.account = row.Text(1);
  session.label = row.Text(2);
  session.data = row.Text(3);
  session.created = row.Int(4);
  session.seen = row.Int(5);
  session.ends = row.Int(6);
  session.reauthenticated = row.Int(7);
  session.renews = row.Int(8) != 0;
  return session;
}

Result<void> OpenTexts(Vault& vault, Session& session) {
  session.label = TRY(vault.Open(LabelAddress(session.id), session.label));
  session.data = TRY(vault.Open(DataAddress(session.id), session.data));
  return {};
}

bool IsOver(const Session& session, Instant now) {
  return now >= session.ends || now >= session.seen + kIdleSeconds;
}

tl::unexpected<Error> NoSession() {
  return Fail(ErrorCode::kForbidden, "nobody is logged in here, or the session is over", {},
              "log in; what was typed is kept as a draft");
}

// One's own, or those of an organisation whose accounts one administers.
Result<void> RequireSight(const Work& work, std::string_view account) {
  if (account == work.actor.account) return {};
  std::string organisation;
  TRY(QueryOne(work.database, "SELECT organisation FROM account WHERE id = $1", {SqlText(account)},
               [&](const SqlRow& row) { organisation = row.Text(0); }));
  return RequireDuty(work, "accounts", organisation);
}

}  // namespace

std::string NewToken(const RandomBytes& random) {
  const std::string bytes = random(kTokenBytes);
  std::string hex(2 * kTokenBytes + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                 bytes.size());
  hex.pop_back();
  return hex;
}

Result<void> InsertSession(const Work& work, const Session& session, std::string_view token) {
  TRY(work.database.Execute("DELETE FROM session WHERE ends <= $1", SqlValues{work.now}));
  const std::string label = TRY(work.vault.SealForSystem(LabelAddress(session.id), session.label));
  const SqlValues values = {session.id,   session.account,        Sha256Hex(token),
                            label,        session.created,        session.seen,
                            session.ends, session.reauthenticated};
  return work.database.Execute(
      "INSERT INTO session (id, account, token_hash, label, data, created, seen, ends, "
      "reauthenticated) VALUES ($1, $2, $3, $4, '', $5, $6, $7, $8)",
      values);
}

Result<Session> ResumeSession(const Work& work, std::string_view token) {
  Session session;
  if (!TRY(QueryOne(work.database,
                    std::string(kSelect) +
                        "WHERE s.token_hash = $1 AND a.state = 'active' AND a.expires > $2",
                    {Sha256Hex(token), work.now},
                    [&](const SqlRow& row) { session = ReadSession(row); }))) {
    return NoSession();
  }
  if (IsOver(session, work.now)) {
    TRY(work.database.Execute("DELETE FROM session WHERE id = $1", SqlValues{session.id}));
    return NoSession();
  }
  if (work.now >= session.seen + kSeenSeconds) {
    TRY(work.database.Execute("UPDATE session SET seen = $1 WHERE id = $2",
                              SqlValues{work.now, session.id}));
    session.seen = work.now;
  }
  TRY(OpenTexts(work.vault, session));
  return session;
}

Result<void> LogOut(const Work& work, std::string_view token) {
  std::string account;
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (!TRY(QueryOne(work.database, "DELETE FROM session WHERE token_hash = $1 RETURNING account",
                    {Sha256Hex(token)}, [&](const SqlRow& row) { account = row.Text(0); }))) {
    return transaction.Commit();
  }
  TRY(LogAs(work, account, {"login.end", "account", {account}}));
  return transaction.Commit();
}

std::string CsrfToken(std::string_view session_token) {
  return Sha256Hex("thb form " + std::string(session_token));
}

bool CheckCsrfToken(std::string_view session_token, std::string_view csrf_token) {
  const std::string expected = CsrfToken(session_token);
  return csrf_token.size() == expected.size() &&
         sodium_memcmp(csrf_token.data(), expected.data(), expected.size()) == 0;
}

Result<void> KeepSessionData(const Work& work, const Session& session, std::string_view data) {
  if (data.size() > kMaxSessionDataBytes) {
    return Fail(ErrorCode::kLimit, "more than a session holds", "session",
                "keep drafts with their records");
  }
  const std::string sealed = TRY(work.vault.SealForSystem(DataAddress(session.id), data));
  return work.database.Execute("UPDATE session SET data = $1 WHERE id = $2",
                               SqlValues{sealed, session.id});
}

Result<std::vector<Session>> ListSessions(const Work& work, std::string_view account) {
  TRY(RequireSight(work, account));
  std::vector<Session> sessions;
  TRY(work.database.Query(
      std::string(kSelect) + "WHERE s.account = $1 ORDER BY s.created DESC, s.id",
      SqlValues{SqlText(account)}, [&](const SqlRow& row) -> Result<void> {
        Session session = ReadSession(row);
        if (!IsOver(session, work.now)) sessions.push_back(std::move(session));
        return {};
      }));
  for (Session& session : sessions) {
    TRY(OpenTexts(work.vault, session));
    session.data.clear();
  }
  return sessions;
}

Result<void> RevokeSession(const Work& work, std::string_view account, std::string_view session) {
  TRY(RequireSight(work, account));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  if (!TRY(Exists(work.database, "DELETE FROM session WHERE id = $1 AND account = $2 RETURNING id",
                  {SqlText(session), SqlText(account)}))) {
    return Fail(ErrorCode::kNotFound, "there is no session " + std::string(session), {},
                "`thb user sessions` lists them");
  }
  TRY(Log(work, {"session.revoke", "account", {std::string(account)}}));
  return transaction.Commit();
}

Result<void> RevokeSessions(const Work& work, std::string_view account, std::string_view except) {
  TRY(RequireSight(work, account));
  Transaction transaction = TRY(Transaction::Begin(work.database));
  TRY(work.database.Execute("DELETE FROM session WHERE account = $1 AND id <> $2",
                            SqlValues{SqlText(account), SqlText(except)}));
  TRY(Log(work, {"session.revoke", "account", {std::string(account)}}));
  return transaction.Commit();
}

}  // namespace thb
