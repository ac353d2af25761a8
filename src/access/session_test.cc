#include "access/session.h"

#include <sys/resource.h>

#include <algorithm>

#include "access/approval.h"
#include "access/testing.h"
#include "access/usage.h"

namespace thb {
namespace {

class SessionTest : public AccessTest {
 protected:
  void SetUp() override {
    AccessTest::SetUp();
    if (world_ == nullptr) return;
    ngo_ = world_->MakeOrganisation("NGO", "Synthetic NGO 1");
    worker_ = world_->MakeAccount("worker", ngo_, {{"case_worker", Scope::kOwn}});
  }

  // A right attempt, with the next code where this one was used.
  LogInAttempt Right(const std::string& source = "192.0.2.1") {
    store_->now += kTotpStepSeconds;
    LogInAttempt attempt = world_->AttemptOf(worker_);
    attempt.source = source;
    return attempt;
  }
  LogInAttempt Wrong(const std::string& source) {
    LogInAttempt attempt = world_->AttemptOf(worker_);
    attempt.password = "a guess of somebody else";
    attempt.source = source;
    return attempt;
  }
  Result<LoggedIn> Try(const LogInAttempt& attempt) { return LogIn(world_->AsSystem(), attempt); }
  LoggedIn In() { return AccessWorld::Unwrap(Try(Right())); }

  // Guesses from many sources until the account has to wait.
  void Besiege() {
    for (int i = 0; i < kFreeGuesses; ++i) {
      ASSERT_EQ(ErrorOf(Try(Wrong("198.51.100." + std::to_string(i)))), "forbidden");
    }
    ASSERT_EQ(ErrorOf(Try(Wrong("198.51.100.99"))), "limit");
  }

  std::string ngo_;
  std::string worker_;
};
INSTANTIATE_TEST_SUITE_P(Both, SessionTest, kBothStores, NameOfStore);

TEST_P(SessionTest, PasswordAndCodeOpenASessionWhoseTokenIsNotStored) {
  const LoggedIn in = In();
  EXPECT_EQ(in.account, worker_);
  const auto session = ResumeSession(world_->AsSystem(), in.token);
  ASSERT_TRUE(session.has_value()) << session.error().ToLine();
  EXPECT_EQ(session->account, worker_);
  EXPECT_EQ(session->label, "Synthetic browser");
  EXPECT_FALSE(session->renews);
  std::int64_t rows = 0;
  ASSERT_TRUE(store_->database
                  ->Query("SELECT COUNT(*) FROM session WHERE token_hash = $1 OR id = $2 OR label "
                          "LIKE '%browser%'",
                          std::vector<SqlValue>{in.token, in.token},
                          [&](const SqlRow& row) -> Result<void> {
                            rows = row.Int(0);
                            return {};
                          })
                  .has_value());
  EXPECT_EQ(rows, 0);
  EXPECT_EQ(ErrorOf(ResumeSession(world_->AsSystem(), session->id)), "forbidden");
}

TEST_P(SessionTest, WhateverIsWrongTheAnswerIsTheSame) {
  std::vector<LogInAttempt> wrong(6, Right());
  wrong[0].password += "x";
  wrong[1].code = "000000";
  wrong[2].login = "nobody";
  wrong[3].code = "abcd-efgh-ijkl-mnop";
  wrong[4].code = "";
  wrong[5].password = std::string(kMaxPasswordBytes + 1, 'x');
  for (std::size_t i = 0; i < wrong.size(); ++i) wrong[i].source = "203.0.113." + std::to_string(i);
  const auto first = Try(wrong[0]);
  ASSERT_FALSE(first.has_value());
  for (const LogInAttempt& attempt : wrong) {
    const auto answer = Try(attempt);
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().ToLine(), first.error().ToLine());
  }
  Account account = *FindAccount(world_->AsOperator(), worker_);
  account.disabled = true;
  ASSERT_EQ(ErrorOf(ChangeAccount(world_->AsOperator(), account)), "");
  const auto disabled = Try(Right("203.0.113.9"));
  ASSERT_FALSE(disabled.has_value());
  EXPECT_EQ(disabled.error().ToLine(), first.error().ToLine());
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Time of the processor, which does not depend on what else the machine does. A log-in without its
// hash would take a hundredth.
TEST_P(SessionTest, AnUnknownLoginCostsTheSameWork) {
  const auto cost = [&](const LogInAttempt& attempt) {
    const double before = CpuSeconds();
    EXPECT_FALSE(Try(attempt).has_value());
    return CpuSeconds() - before;
  };
  world_->password_cost = PasswordCost();
  LogInAttempt known = Wrong("203.0.113.2");
  known.login = "dear";
  world_->MakeAccount(known.login, ngo_, {});
  LogInAttempt unknown = Wrong("203.0.113.1");
  unknown.login = "nobody";
  const double known_cost = cost(known);
  const double unknown_cost = cost(unknown);
  EXPECT_GT(unknown_cost, known_cost / 3);
  EXPECT_LT(unknown_cost, known_cost * 3);
}

TEST_P(SessionTest, ACodeIsGoodOnce) {
  const LogInAttempt attempt = Right();
  ASSERT_EQ(ErrorOf(Try(attempt)), "");
  EXPECT_EQ(ErrorOf(Try(attempt)), "forbidden");
  LogInAttempt recovery = attempt;
  recovery.code = world_->CredentialsOf(worker_).recovery_codes[3];
  ASSERT_EQ(ErrorOf(Try(recovery)), "");
  EXPECT_EQ(ErrorOf(Try(recovery)), "forbidden");
  recovery.code = world_->CredentialsOf(worker_).recovery_codes[4];
  std::transform(recovery.code.begin(), recovery.code.end(), recovery.code.begin(),
                 [](char c) { return static_cast<char>(std::toupper(c)); });
  EXPECT_EQ(ErrorOf(Try(recovery)), "") << "typed in capitals";
}

TEST_P(SessionTest, GuessesOfOthersHoldUpNeitherAKnownDeviceNorARecoveryCode) {
  const LoggedIn before = In();
  Besiege();
  LogInAttempt stranger = Right("192.0.2.7");
  store_->now -= kTotpStepSeconds;  // no wait is over yet
  EXPECT_EQ(ErrorOf(Try(stranger)), "limit") << "an unknown device waits";
  LogInAttempt known = stranger;
  known.device = before.device;
  const auto in = Try(known);
  EXPECT_EQ(ErrorOf(in), "") << "a known device does not";
  EXPECT_EQ(in->device, before.device);

  LogInAttempt recovery = stranger;
  recovery.code = world_->CredentialsOf(worker_).recovery_codes[0];
  EXPECT_EQ(ErrorOf(Try(recovery)), "") << "nor does a recovery code";
}

TEST_P(SessionTest, NoNumberOfGuessesLocksAnAccount) {
  for (int i = 0; i < 25; ++i) {
    (void)Try(Wrong("198.51.100." + std::to_string(i)));
    store_->now += kLongestWaitSeconds;
  }
  EXPECT_EQ(ErrorOf(Try(Right("192.0.2.7"))), "");
}

TEST_P(SessionTest, AStolenDeviceTokenIsSlowedToo) {
  const LoggedIn in = In();
  LogInAttempt guess = Wrong("198.51.100.1");
  guess.device = in.device;
  for (int i = 0; i < kFreeGuesses; ++i) ASSERT_EQ(ErrorOf(Try(guess)), "forbidden");
  EXPECT_EQ(ErrorOf(Try(guess)), "limit");
}

TEST_P(SessionTest, ASourceThatTriesManyAccountsIsSlowed) {
  LogInAttempt guess = Wrong("198.51.100.1");
  for (int i = 0; i < kFreeGuesses; ++i) {
    guess.login = "nobody" + std::to_string(i);
    ASSERT_EQ(ErrorOf(Try(guess)), "forbidden");
  }
  guess.login = "nobody9";
  EXPECT_EQ(ErrorOf(Try(guess)), "limit");
  EXPECT_EQ(ErrorOf(Try(Right("192.0.2.1"))), "") << "others are not";
  store_->now += kGuessMemorySeconds + 1;
  EXPECT_EQ(ErrorOf(Try(guess)), "forbidden") << "forgotten after a day";
}

TEST_P(SessionTest, ARightLogInOfTheGuesserDoesNotClearHisSource) {
  const std::string guesser = world_->MakeAccount("guesser", ngo_, {});
  LogInAttempt guess = Wrong("198.51.100.1");
  for (int i = 0; i < kFreeGuesses - 1; ++i) ASSERT_EQ(ErrorOf(Try(guess)), "forbidden");
  LogInAttempt own = world_->AttemptOf(guesser);
  own.source = guess.source;
  ASSERT_EQ(ErrorOf(Try(own)), "");
  ASSERT_EQ(ErrorOf(Try(guess)), "forbidden");
  guess.login = "nobody";
  EXPECT_EQ(ErrorOf(Try(guess)), "limit");
}

TEST_P(SessionTest, ManyGuessesAreToldToHolderAndAuditor) {
  const std::string auditor =
      world_->MakeAccount("auditor", ngo_, {{"auditor", Scope::kOrganisation}});
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(ErrorOf(Try(Wrong("198.51.100." + std::to_string(i)))), "forbidden");
    store_->now += kLongestWaitSeconds;
  }
  const auto told = [&](const std::string& account) {
    const auto alerts = OpenAlerts(world_->As(account));
    return std::count_if(alerts->begin(), alerts->end(), [&](const Alert& alert) {
      return alert.kind == "login.guessed" && alert.subject == worker_;
    });
  };
  EXPECT_EQ(told(worker_), 1);
  EXPECT_EQ(told(auditor), 1);
}

TEST_P(SessionTest, ASessionEndsIdleAndEndsAnyway) {
  const LoggedIn in = In();
  const auto resume = [&] { return ErrorOf(ResumeSession(world_->AsSystem(), in.token)); };
  const Instant start = store_->now;
  while (store_->now + kIdleSeconds / 2 < start + kSessionSeconds) {
    store_->now += kIdleSeconds / 2;
    ASSERT_EQ(resume(), "");
  }
  store_->now = start + kSessionSeconds;
  EXPECT_EQ(resume(), "forbidden");
  const LoggedIn second = In();
  store_->now += kIdleSeconds;
  EXPECT_EQ(ErrorOf(ResumeSession(world_->AsSystem(), second.token)), "forbidden");
}

TEST_P(SessionTest, SessionsAreSeenAndRevoked) {
  const LoggedIn first = In();
  const LoggedIn second = In();
  const Work work = world_->As(worker_);
  const auto sessions = ListSessions(work, worker_);
  ASSERT_TRUE(sessions.has_value());
  ASSERT_EQ(sessions->size(), 2U);
  ASSERT_EQ(ErrorOf(RevokeSession(work, worker_, (*sessions)[1].id)), "");
  EXPECT_EQ(ErrorOf(ResumeSession(world_->AsSystem(), first.token)), "forbidden");
  EXPECT_EQ(ErrorOf(ResumeSession(world_->AsSystem(), second.token)), "");
  const std::string other = world_->MakeAccount("other", ngo_, {});
  EXPECT_EQ(ErrorOf(ListSessions(world_->As(other), worker_)), "forbidden");
  EXPECT_EQ(ErrorOf(RevokeSessions(world_->As(other), worker_)), "forbidden");
  EXPECT_EQ(ErrorOf(RevokeSessions(world_->AsOperator(), worker_)), "");
  EXPECT_EQ(ErrorOf(ResumeSession(world_->AsSystem(), second.token)), "forbidden");
}

TEST_P(SessionTest, DisablingAnAccountEndsItsSessions) {
  const LoggedIn in = In();
  Account account = *FindAccount(world_->AsOperator(), worker_);
  account.disabled = true;
  ASSERT_EQ(ErrorOf(ChangeAccount(world_->AsOperator(), account)), "");
  EXPECT_EQ(ErrorOf(ResumeSession(world_->AsSystem(), in.token)), "forbidden");
}

TEST_P(SessionTest, LoggingOutEndsTheSessionAndIsNoErrorTwice) {
  const LoggedIn in = In();
  EXPECT_EQ(ErrorOf(LogOut(world_->AsSystem(), in.token)), "");
  EXPECT_EQ(ErrorOf(LogOut(world_->AsSystem(), in.token)), "");
  EXPECT_EQ(ErrorOf(ResumeSession(world_->AsSystem(), in.token)), "forbidden");
}

TEST_P(SessionTest, FormsCarryATokenOfTheirSession) {
  const LoggedIn in = In();
  const LoggedIn other = In();
  EXPECT_TRUE(CheckCsrfToken(in.token, CsrfToken(in.token)));
  EXPECT_FALSE(CheckCsrfToken(in.token, CsrfToken(other.token)));
  EXPECT_FALSE(CheckCsrfToken(in.token, in.token));
  EXPECT_FALSE(CheckCsrfToken(in.token, ""));
}

TEST_P(SessionTest, ReauthenticationCountsForMinutes) {
  const LoggedIn in = In();
  store_->now += kReauthenticatedSeconds;
  const auto session = [&] { return *ResumeSession(world_->AsSystem(), in.token); };
  EXPECT_EQ(ErrorOf(RequireReauthentication(session(), store_->now)), "forbidden");
  LogInAttempt wrong = Right();
  wrong.password = "something else";
  EXPECT_EQ(ErrorOf(Reauthenticate(world_->AsSystem(), in.token, wrong)), "forbidden");
  EXPECT_EQ(ErrorOf(RequireReauthentication(session(), store_->now)), "forbidden");
  EXPECT_EQ(ErrorOf(Reauthenticate(world_->AsSystem(), in.token, Right())), "");
  EXPECT_EQ(ErrorOf(RequireReauthentication(session(), store_->now)), "");
}

TEST_P(SessionTest, GuessingInAStolenSessionIsSlowed) {
  const LoggedIn in = In();
  for (int i = 0; i < kFreeGuesses; ++i) {
    ASSERT_EQ(ErrorOf(Reauthenticate(world_->AsSystem(), in.token, Wrong("192.0.2.1"))),
              "forbidden");
  }
  EXPECT_EQ(ErrorOf(Reauthenticate(world_->AsSystem(), in.token, world_->AttemptOf(worker_))),
            "limit");
}

TEST_P(SessionTest, WhatPagesKeepIsSealedAndLimited) {
  const LoggedIn in = In();
  const Session session = *ResumeSession(world_->AsSystem(), in.token);
  ASSERT_EQ(ErrorOf(KeepSessionData(world_->AsSystem(), session, "{\"language\":\"nl\"}")), "");
  EXPECT_EQ(ResumeSession(world_->AsSystem(), in.token)->data, "{\"language\":\"nl\"}");
  EXPECT_EQ(ErrorOf(KeepSessionData(world_->AsSystem(), session,
                                    std::string(kMaxSessionDataBytes + 1, 'x'))),
            "limit");
}

// First credentials open nothing but their own renewal, and for a week.
class RenewalTest : public SessionTest {
 protected:
  void SetUp() override {
    SessionTest::SetUp();
    if (world_ == nullptr) return;
    NewAccount account;
    account.login = "fresh";
    account.name = "Synthetic Worker fresh";
    account.organisation = ngo_;
    account.roles = {{"case_worker", Scope::kOwn}};
    first_ = AccessWorld::Unwrap(AddAccount(world_->AsOperator(), account));
  }
  LogInAttempt Attempt(const std::string& password, const std::string& secret) {
    store_->now += kTotpStepSeconds;
    LogInAttempt attempt;
    attempt.login = "fresh";
    attempt.password = password;
    attempt.code = TotpCode(AccessWorld::FromBase32(secret), TotpStep(store_->now));
    attempt.source = "192.0.2.1";
    return attempt;
  }
  Credentials first_;
};
INSTANTIATE_TEST_SUITE_P(Both, RenewalTest, kBothStores, NameOfStore);

TEST_P(RenewalTest, TheHolderTakesCredentialsOfHisOwn) {
  const std::string password = "kast motor wolk 83";
  const auto in = Try(Attempt(first_.password, first_.totp_secret));
  ASSERT_TRUE(in.has_value()) << in.error().ToLine();
  EXPECT_TRUE(ResumeSession(world_->AsSystem(), in->token)->renews);
  EXPECT_TRUE(world_->As(first_.account).actor.roles.empty());

  EXPECT_EQ(ErrorOf(RenewCredentials(world_->As(first_.account), "Welkom2024!!")), "bad-value");
  const auto own = RenewCredentials(world_->As(first_.account), password);
  ASSERT_TRUE(own.has_value()) << own.error().ToLine();
  EXPECT_TRUE(own->password.empty());
  EXPECT_EQ(ErrorOf(ConfirmCredentials(world_->As(first_.account), "000000")), "forbidden");
  EXPECT_EQ(ErrorOf(Try(Attempt(password, own->totp_secret))), "forbidden")
      << "until it is confirmed the old ones hold";
  const std::string code =
      TotpCode(AccessWorld::FromBase32(own->totp_secret), TotpStep(store_->now));
  ASSERT_EQ(ErrorOf(ConfirmCredentials(world_->As(first_.account), code)), "");
  EXPECT_EQ(world_->As(first_.account).actor.roles.size(), 1U);
  EXPECT_EQ(ErrorOf(Try(Attempt(first_.password, first_.totp_secret))), "forbidden");
  EXPECT_EQ(ErrorOf(Try(Attempt(password, own->totp_secret))), "");
  LogInAttempt recovery = Attempt(password, own->totp_secret);
  recovery.code = first_.recovery_codes[0];
  EXPECT_EQ(ErrorOf(Try(recovery)), "forbidden") << "the first recovery codes are gone";
  recovery.code = own->recovery_codes[0];
  EXPECT_EQ(ErrorOf(Try(recovery)), "");
}

TEST_P(RenewalTest, FirstCredentialsEndAfterAWeek) {
  store_->now += kFirstCredentialsSeconds;
  EXPECT_EQ(ErrorOf(Try(Attempt(first_.password, first_.totp_secret))), "forbidden");
}

TEST_P(RenewalTest, AResetNeedsASecondPersonAndEndsSessions) {
  const LoggedIn in = In();
  const std::string asker =
      world_->MakeAccount("asker", ngo_, {{"administrator", Scope::kOrganisation}});
  const std::string second =
      world_->MakeAccount("second", ngo_, {{"administrator", Scope::kOrganisation}});
  EXPECT_EQ(ErrorOf(ResetCredentials(world_->As(asker), worker_, "")), "forbidden");
  ApprovalRequest request;
  request.kind = ApprovalKind::kResetFactor;
  request.organisation = ngo_;
  request.subjects = {worker_};
  request.reason = "lost the phone";
  const std::string approval = *AskApproval(world_->As(asker), request);
  ASSERT_EQ(ErrorOf(Agree(world_->As(second), approval)), "");
  EXPECT_EQ(ErrorOf(ResetCredentials(world_->As(second), worker_, approval)), "forbidden")
      << "it is done by who asked";
  const auto fresh = ResetCredentials(world_->As(asker), worker_, approval);
  ASSERT_TRUE(fresh.has_value()) << fresh.error().ToLine();
  EXPECT_EQ(ErrorOf(ResumeSession(world_->AsSystem(), in.token)), "forbidden");
  EXPECT_EQ(ErrorOf(Try(Right())), "forbidden");
  LogInAttempt attempt = Attempt(fresh->password, fresh->totp_secret);
  attempt.login = "worker";
  EXPECT_EQ(ErrorOf(Try(attempt)), "");
}

}  // namespace
}  // namespace thb
