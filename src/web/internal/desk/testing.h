#pragma once
// Test helper of the desk: synthetic organisations with one worker each, and a browser without
// script that keeps cookies, reads forms out of pages and sends them as they are.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <pugixml.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "access/testing.h"
#include "base/text.h"
#include "http/router.h"
#include "web/desk.h"
#include "web/internal/desk/dispatch.h"

namespace thb {

inline constexpr Instant kTestNow = 1'700'000'000;

// The desk over a store of its own.
class TestDesk {
 public:
  explicit TestDesk(TestStore& store, bool secure = false) : world(store), codes_(LoadCodes()) {
    const DeskContext context{codes_,
                              world.roles(),
                              *store.vault,
                              [&store]() -> Result<std::shared_ptr<Database>> {
                                // The test's own connection, lent: there is one thread.
                                return std::shared_ptr<Database>(store.database.get(),
                                                                 [](Database*) {});
                              },
                              [&store] { return store.now; },
                              store.random,
                              secure,
                              {},
                              [](const std::string& line) { ADD_FAILURE() << line; }};
    auto routes = DeskRoutes(context);
    EXPECT_TRUE(routes.has_value()) << routes.error().ToLine();
    auto made = Router::Make(*std::move(routes));
    EXPECT_TRUE(made.has_value()) << made.error().ToLine();
    router = std::make_unique<Router>(*std::move(made));
  }

  AccessWorld world;
  std::unique_ptr<Router> router;

 private:
  static Codes LoadCodes() {
    auto codes = Codes::Load();
    EXPECT_TRUE(codes.has_value()) << codes.error().ToLine();
    return *std::move(codes);
  }
  Codes codes_;
};

struct Answered {
  int status = 0;
  std::string body;
  std::string location;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string HeaderOf(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

class TestBrowser {
 public:
  explicit TestBrowser(TestDesk& desk) : desk_(desk) {}

  // Follows redirections inside the desk.
  Answered Get(const std::string& address) {
    Answered answer = Ask(Method::kGet, address, "");
    for (int hops = 0; hops < 5 && answer.status == 303 && StartsWith(answer.location, "/");
         ++hops) {
      answer = Ask(Method::kGet, answer.location, "");
    }
    return answer;
  }
  Answered Ask(Method method, const std::string& address, const std::string& body) {
    auto request = ParseTarget(method, address);
    EXPECT_TRUE(request.has_value()) << address;
    request->body = body;
    request->peer = "192.0.2.1";
    request->headers["host"] = "desk.example";
    std::string cookies;
    for (const auto& [name, value] : cookies_)
      cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
    request->headers["cookie"] = cookies;
    if (method == Method::kPost) {
      request->headers["content-type"] = "application/x-www-form-urlencoded";
      request->headers["sec-fetch-site"] = site;
    }
    const Response response = desk_.router->Dispatch(*request);
    Answered answer;
    answer.status = response.status;
    if (response.body) answer.body = *response.body;
    answer.headers = response.headers;
    answer.headers.emplace_back("Cache-Control", response.cache_control);
    answer.location = answer.HeaderOf("Location");
    for (const auto& [name, value] : response.headers) {
      if (name == "Set-Cookie") TakeCookie(value);
    }
    if (!answer.body.empty()) last_ = answer;
    return answer;
  }

  // The form of the last page that goes to `action`, with what it holds; then `values` over it.
  QueryPairs FormOf(const std::string& action, const QueryPairs& values = {}) {
    pugi::xml_document page;
    EXPECT_TRUE(page.load_string(Xml(last_.body).c_str())) << last_.body.substr(0, 500);
    const std::string query = "//form[@action='" + action + "']";
    const pugi::xpath_node form = page.select_node(query.c_str());
    EXPECT_TRUE(form) << "no form goes to " << action << "";
    std::set<std::string> given;
    for (const auto& [name, value] : values) given.insert(name);
    QueryPairs pairs;
    const auto add = [&](const std::string& name, const std::string& value) {
      if (!name.empty() && given.count(name) == 0) pairs.emplace_back(name, value);
    };
    for (const pugi::xpath_node& node :
         form.node().select_nodes(".//input|.//textarea|.//select")) {
      const pugi::xml_node field = node.node();
      const std::string type = field.attribute("type").value();
      const bool choice = type == "radio" || type == "checkbox";
      if (choice && !field.attribute("checked")) continue;
      std::string value = field.attribute("value").value();
      if (std::string_view(field.name()) == "textarea") {
        value = field.text().get();
        if (StartsWith(value, "\n")) value.erase(0, 1);
      }
      if (std::string_view(field.name()) == "select") {
        value = field.select_node(".//option[@selected]").node().attribute("value").value();
      }
      add(field.attribute("name").value(), value);
    }
    pairs.insert(pairs.end(), values.begin(), values.end());
    return pairs;
  }
  Answered Send(const std::string& action, const QueryPairs& values = {}) {
    std::string body;
    for (const auto& [name, value] : FormOf(action, values)) {
      body += (body.empty() ? "" : "&") + EncodeComponent(name) + "=" + EncodeComponent(value);
    }
    return Ask(Method::kPost, action, body);
  }
  // As Send, then to where it leads.
  Answered SendAndFollow(const std::string& action, const QueryPairs& values = {}) {
    const Answered answer = Send(action, values);
    EXPECT_EQ(answer.status, 303) << action;
    return answer.status == 303 ? Get(answer.location) : answer;
  }

  // With the code of this moment, which is good once.
  Answered SignIn(const std::string& account) {
    Get("/en/desk/sign-in");
    return SendSignIn(account);
  }
  Answered SendSignIn(const std::string& account) {
    const LogInAttempt attempt = desk_.world.AttemptOf(account);
    return Send("/en/desk/sign-in",
                {{"login", attempt.login}, {"password", attempt.password}, {"code", attempt.code}});
  }

  const Answered& last() const { return last_; }
  std::map<std::string, std::string>& cookies() { return cookies_; }
  std::string site = "same-origin";

  static std::string Xml(const std::string& page) {
    const std::size_t end = page.find('\n');
    return StartsWith(page, "<!DOCTYPE") ? page.substr(end + 1) : page;
  }

 private:
  void TakeCookie(const std::string& header) {
    const std::string pair = header.substr(0, header.find(';'));
    const std::size_t equals = pair.find('=');
    const std::string value = pair.substr(equals + 1);
    if (value.empty()) {
      cookies_.erase(pair.substr(0, equals));
    } else {
      cookies_[pair.substr(0, equals)] = value;
    }
  }

  TestDesk& desk_;
  std::map<std::string, std::string> cookies_;
  Answered last_;
};

}  // namespace thb
