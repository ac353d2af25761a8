// The one file that includes libphonenumber.

#include <phonenumbers/phonenumberutil.h>

#include "base/text.h"
#include "people/search.h"

namespace thb {

std::optional<std::string> NormalisePhone(std::string_view typed, std::string_view region) {
  using i18n::phonenumbers::PhoneNumber;
  using i18n::phonenumbers::PhoneNumberUtil;
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  const std::string where = region.empty() ? "ZZ" : ToUpperAscii(region);
  if (util.Parse(std::string(typed), where, &number) != PhoneNumberUtil::NO_PARSING_ERROR ||
      !util.IsPossibleNumber(number)) {
    return std::nullopt;
  }
  std::string out;
  util.Format(number, PhoneNumberUtil::E164, &out);
  return out;
}

}  // namespace thb
