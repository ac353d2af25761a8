#include "web/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "base/resources.h"
#include "web/internal/desk/testing.h"

namespace thb {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kOk = 200;
constexpr int kSeeOther = 303;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kConflict = 409;
constexpr int kUnprocessable = 422;

class DeskTest : public TestOnBothStores {
 protected:
  void SetUp() override {
    TestOnBothStores::SetUp();
    if (store_ == nullptr) return;
    desk_ = std::make_unique<TestDesk>(*store_);
    AccessWorld& world = desk_->world;
    helpers_ = world.MakeOrganisation("NGO", "Synthetic Helpers");
    const std::string group = world.MakeGroup(helpers_, "Synthetic Team");
    worker_ = world.MakeAccount("worker", helpers_, {{"case_worker", Scope::kGroup}}, {group});
    colleague_ =
        world.MakeAccount("colleague", helpers_, {{"case_worker", Scope::kGroup}}, {group});
    supervisor_ =
        world.MakeAccount("supervisor", helpers_, {{"support_supervisor", Scope::kOrganisation}});
    border_ = world.MakeOrganisation("BORDER", "Synthetic Border Guard");
    officer_ = world.MakeAccount("officer", border_, {{"border_officer", Scope::kOwn}});
  }
  void TearDown() override { desk_.reset(); }

  // The codes of a minute are good once, so each sign-in takes the next minute.
  TestBrowser SignedIn(const std::string& account) {
    store_->now += 60;
    TestBrowser browser(*desk_);
    EXPECT_EQ(browser.SignIn(account).status, kSeeOther);
    return browser;
  }

  // A first entry; its record's id.
  std::string Enter(TestBrowser& browser) {
    browser.Get("/en/desk/entry");
    const Answered sent = browser.Send(
        "/en/desk/entry", {{"danger", "no"}, {"child", "no"}, {"reach", "Synthetic desk"}});
    EXPECT_EQ(sent.status, kSeeOther);
    std::smatch match;
    EXPECT_TRUE(
        std::regex_search(sent.location, match, std::regex("/records/([a-z0-9]+)/entered")));
    return match[1];
  }

  std::unique_ptr<TestDesk> desk_;
  std::string helpers_, worker_, colleague_, supervisor_, border_, officer_;
};
INSTANTIATE_TEST_SUITE_P(Both, DeskTest, kBothStores, NameOfStore);

TEST_P(DeskTest, NobodyGetsInWithoutASession) {
  TestBrowser browser(*desk_);
  EXPECT_EQ(browser.Ask(Method::kGet, "/en/desk/cases", "").location,
            "/en/desk/sign-in?next=%2Fen%2Fdesk%2Fcases");
  EXPECT_EQ(browser.Ask(Method::kPost, "/en/desk/entry", "danger=yes").status, kForbidden);
}

TEST_P(DeskTest, AnUnknownAccountIsAnsweredAsAWrongPassword) {
  const auto answer = [this](const std::string& password, const std::string& login) {
    store_->now += 60;
    TestBrowser browser(*desk_);
    browser.Get("/en/desk/sign-in");
    return browser.Send("/en/desk/sign-in",
                        {{"login", login}, {"password", password}, {"code", "123456"}});
  };
  const Answered wrong = answer("synthetic wrong words", "officer");
  const Answered unknown = answer("synthetic wrong words", "nobodys");
  EXPECT_EQ(wrong.status, kForbidden);
  EXPECT_EQ(unknown.status, kForbidden);
  EXPECT_EQ(ReplaceAll(wrong.body, "officer", "nobodys"), unknown.body);
  EXPECT_TRUE(unknown.HeaderOf("Set-Cookie").empty());
}

TEST_P(DeskTest, AnswersAreKeptByNobodyAndRunNoScript) {
  TestBrowser browser = SignedIn(worker_);
  const Answered page = browser.Get("/en/desk");
  EXPECT_EQ(page.status, kOk);
  EXPECT_EQ(page.HeaderOf("Cache-Control"), "no-store");
  EXPECT_THAT(page.HeaderOf("Content-Security-Policy"), HasSubstr("default-src 'none'"));
  EXPECT_THAT(page.HeaderOf("Content-Security-Policy"), Not(HasSubstr("script-src")));
  EXPECT_THAT(page.body, Not(HasSubstr("<script")));
}

TEST_P(DeskTest, CookiesOfTlsAreBoundToTheHost) {
  TestDesk secure(*store_, true);
  const std::string account =
      secure.world.MakeAccount("secured", helpers_, {{"case_worker", Scope::kOwn}});
  TestBrowser browser(secure);
  store_->now += 60;
  const Answered in = browser.SignIn(account);
  std::string all;
  for (const auto& [name, value] : in.headers) {
    if (name == "Set-Cookie") all += value + "\n";
  }
  EXPECT_THAT(all, HasSubstr("__Host-desk="));
  EXPECT_THAT(all, HasSubstr("; Path=/; HttpOnly; SameSite=Strict; Secure"));
}

TEST_P(DeskTest, AFormFromElsewhereIsRefused) {
  TestBrowser browser = SignedIn(worker_);
  browser.Get("/en/desk/entry");
  browser.site = "cross-site";
  EXPECT_EQ(browser.Send("/en/desk/entry", {{"danger", "yes"}}).status, kForbidden);
  browser.site = "same-origin";
  const std::string bare = "danger=yes&child=no&submission=x";
  EXPECT_EQ(browser.Ask(Method::kPost, "/en/desk/entry", bare).status, kForbidden);
}

TEST_P(DeskTest, FirstEntryIsSmallAndGivesAReferenceAtOnce) {
  TestBrowser browser = SignedIn(officer_);
  const Answered page = browser.Get("/en/desk/entry");
  std::size_t bytes = page.body.size();
  for (const char* name : {"templates/web.css", "templates/desk.css", "templates/desk_icon.svg"}) {
    bytes += FindResource(name)->size();
  }
  EXPECT_LT(bytes, 100'000U);
  const Answered entered = browser.SendAndFollow("/en/desk/entry");
  EXPECT_TRUE(std::regex_search(entered.body, std::regex("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")));
  EXPECT_THAT(entered.body, HasSubstr("112"));
}

TEST_P(DeskTest, AnEntrySentTwiceIsOne) {
  TestBrowser browser = SignedIn(officer_);
  browser.Get("/en/desk/entry");
  const Answered first = browser.Send("/en/desk/entry");
  browser.Get("/en/desk/entry");
  const QueryPairs pairs = browser.FormOf("/en/desk/entry");
  std::string body;
  for (const auto& [name, value] : pairs)
    body += (body.empty() ? "" : "&") + name + "=" + EncodeComponent(value);
  const Answered second = browser.Ask(Method::kPost, "/en/desk/entry", body);
  const Answered again = browser.Ask(Method::kPost, "/en/desk/entry", body);
  EXPECT_NE(first.location, second.location);
  EXPECT_EQ(second.location, again.location);
}

TEST_P(DeskTest, WhatWasTypedSurvivesATimeOut) {
  TestBrowser browser = SignedIn(worker_);
  const std::string record = Enter(browser);
  const std::string form = "/en/desk/records/" + record + "/narrative";
  browser.Get(form);
  const QueryPairs typed = browser.FormOf(form, {{"narrative", "Synthetic words, typed slowly"}});
  std::string body;
  for (const auto& [name, value] : typed)
    body += (body.empty() ? "" : "&") + name + "=" + EncodeComponent(value);
  store_->now += kIdleSeconds + 60;
  const Answered over = browser.Ask(Method::kPost, form, body);
  EXPECT_EQ(over.status, kForbidden);
  EXPECT_THAT(over.body, Not(HasSubstr("Synthetic words")));
  EXPECT_THAT(over.body, HasSubstr("What you typed is kept"));
  const Answered back = browser.SendSignIn(worker_);
  EXPECT_THAT(back.body, HasSubstr("Synthetic words, typed slowly"));
  EXPECT_THAT(back.body, HasSubstr("It is not saved yet"));
  const Answered saved = browser.SendAndFollow(form);
  EXPECT_THAT(saved.body, HasSubstr("Synthetic words, typed slowly"));
}

TEST_P(DeskTest, ADraftIsForWhomItWasTypedBy) {
  TestBrowser browser = SignedIn(worker_);
  const std::string record = Enter(browser);
  const std::string form = "/en/desk/records/" + record + "/narrative";
  browser.Get(form);
  const QueryPairs typed = browser.FormOf(form, {{"narrative", "Synthetic secret"}});
  std::string body;
  for (const auto& [name, value] : typed)
    body += (body.empty() ? "" : "&") + name + "=" + EncodeComponent(value);
  store_->now += kIdleSeconds + 60;
  browser.Ask(Method::kPost, form, body);
  const Answered other = browser.SendSignIn(officer_);
  EXPECT_EQ(other.status, kSeeOther);
  EXPECT_THAT(other.body, Not(HasSubstr("Synthetic secret")));
}

TEST_P(DeskTest, AStaleSaveShowsBothVersions) {
  TestBrowser first = SignedIn(worker_);
  const std::string record = Enter(first);
  const std::string form = "/en/desk/records/" + record + "/narrative";
  TestBrowser second = SignedIn(colleague_);
  first.Get(form);
  second.Get(form);
  EXPECT_EQ(first.Send(form, {{"narrative", "Synthetic version one"}}).status, kSeeOther);
  const Answered stale = second.Send(form, {{"narrative", "Synthetic version two"}});
  EXPECT_EQ(stale.status, kConflict);
  EXPECT_THAT(stale.body, HasSubstr("Synthetic version one"));
  EXPECT_THAT(stale.body, HasSubstr("Synthetic version two"));
  const Answered saved = second.SendAndFollow(form);
  EXPECT_THAT(saved.body, HasSubstr("Synthetic version two"));
}

TEST_P(DeskTest, AnErrorStandsOnTopAndBesideTheField) {
  TestBrowser browser = SignedIn(worker_);
  const std::string record = Enter(browser);
  const std::string form = "/en/desk/records/" + record + "/notes/new";
  browser.Get(form);
  const Answered refused = browser.Send(form, {{"text", " "}});
  EXPECT_EQ(refused.status, kUnprocessable);
  EXPECT_THAT(refused.body, HasSubstr("href=\"#form-text\""));
  EXPECT_THAT(refused.body, HasSubstr("id=\"form-text-error\""));
  EXPECT_THAT(refused.body, HasSubstr("aria-invalid=\"true\""));
}

TEST_P(DeskTest, ASecondPageOfTheRecordIsNotThereForOthers) {
  TestBrowser browser = SignedIn(worker_);
  const std::string record = Enter(browser);
  TestBrowser other = SignedIn(officer_);
  const Answered hidden = other.Get("/en/desk/records/" + record);
  const Answered absent = other.Get("/en/desk/records/00000000000000000000000000");
  EXPECT_EQ(hidden.status, kNotFound);
  EXPECT_EQ(absent.status, kNotFound);
  EXPECT_EQ(hidden.body, absent.body);
}

}  // namespace
}  // namespace thb
