#include "statistics/internal/cube_dictionary.h"

#include <algorithm>
#include <utility>

namespace thb {

Dictionary::Dictionary() : slots_(64), shift_(64 - 6) {}

FieldKey Dictionary::LongKeyOf(std::string_view field) {
  std::uint64_t hash = field.size();
  for (std::size_t at = 0; at < field.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, field.data() + at, std::min<std::size_t>(8, field.size() - at));
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  }
  return {hash, kLongField};
}

std::uint32_t Dictionary::Add(const FieldKey& key, std::string_view field) {
  const auto code = static_cast<std::uint32_t>(labels_.size());
  labels_.emplace_back(field);
  if (kSlotsPerValue * labels_.size() > slots_.size()) {
    const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
    --shift_;
    for (const Slot& slot : old) {
      if (slot.code != kUnseen) Place(slot);
    }
  }
  Place({key, code});
  return code;
}

void Dictionary::Place(const Slot& slot) {
  std::size_t i = SlotOf(slot.key);
  while (slots_[i].code != kUnseen) i = (i + 1) & (slots_.size() - 1);
  slots_[i] = slot;
}

}  // namespace thb
