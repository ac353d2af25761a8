#include "report/wording.h"

#include <array>
#include <cmath>
#include <utility>

namespace thb {
namespace {

constexpr double kSlightBelow = 10;
constexpr double kClearBelow = 25;
constexpr double kFractionExact = 0.5;
constexpr double kFractionNear = 3;

}  // namespace

std::string ChangeWord(double percent) {
  // The word agrees with the whole percent that stands beside it.
  const double size = std::round(std::abs(percent));
  if (size == 0) return "same";
  const std::string direction = percent > 0 ? "up_" : "down_";
  if (size < kSlightBelow) return direction + "slight";
  return direction + (size < kClearBelow ? "clear" : "considerable");
}

std::string DirectionWord(double before, double after) {
  const double difference = std::round(after) - std::round(before);
  if (difference == 0) return "same";
  return difference > 0 ? "up" : "down";
}

std::string FractionWord(double percent) {
  constexpr std::array<std::pair<const char*, double>, 3> kFractions{
      {{"half", 50.0}, {"third", 100.0 / 3}, {"quarter", 25.0}}};
  for (const auto& [name, value] : kFractions) {
    const double distance = percent - value;
    if (std::abs(distance) < kFractionExact) return name;
    if (distance < 0 && distance >= -kFractionNear) return std::string("almost_") + name;
    if (distance > 0 && distance <= kFractionNear) return std::string("over_") + name;
  }
  return "none";
}

}  // namespace thb
