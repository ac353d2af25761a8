// Reads any bytes as the documents of a person that another node may send, and as what somebody
// types into a search. What is accepted reads back as the same; nothing else is more than an error.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "people/person.h"
#include "people/reference.h"
#include "people/search.h"

namespace {

// Names are short; the transliteration of a long text says nothing new.
constexpr std::size_t kMaxName = 200;

void Require(bool condition) {
  if (!condition) std::abort();
}

void CheckDocuments(std::string_view text) {
  if (const auto identity = thb::IdentityFromJson(text)) {
    const auto again = thb::IdentityFromJson(thb::IdentityToJson(*identity));
    Require(again.has_value() && *again == *identity);
    Require(!thb::AgeGroupOf(*identity, "", 1'700'000'000).empty());
  }
  if (const auto contact = thb::ContactFromJson(text)) {
    const auto again = thb::ContactFromJson(thb::ContactToJson(*contact));
    Require(again.has_value() && *again == *contact);
  }
  if (const auto context = thb::VictimContextFromJson(text)) {
    const auto again = thb::VictimContextFromJson(thb::VictimContextToJson(*context));
    Require(again.has_value() && *again == *context);
  }
}

void CheckTyped(std::string_view text) {
  const std::string_view name = text.substr(0, kMaxName);
  for (const std::string& code : thb::PhoneticCodes(name)) Require(code.size() == 6);
  const double alike = thb::NameSimilarity(name, name);
  Require(alike == 0 || (alike > 0.999 && alike < 1.001));
  if (const auto phone = thb::NormalisePhone(name, "NL")) Require(phone->front() == '+');
  if (const auto reference = thb::ParseReference(name)) {
    Require(thb::ParseReference(*reference) == reference);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckDocuments(text);
  CheckTyped(text);
  return 0;
}
