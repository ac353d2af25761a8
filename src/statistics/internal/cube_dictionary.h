#pragma once
// The values of one column in the order of their first appearance, found by hashing. Values of up
// to fifteen bytes, and that is nearly every code of every code list, are compared as two words.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace thb {

// The bytes of a field of up to 15 bytes, its length in the last byte; of a longer one a hash, and
// a last byte that no length has.
struct FieldKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const FieldKey&) const = default;
};

class Dictionary {
 public:
  static constexpr std::uint32_t kUnseen = 0xffffffff;
  static constexpr std::size_t kShort = 15;

  Dictionary();

  // KeyOf reads so many bytes from the begin of a field on, however short it is.
  static constexpr std::size_t kKeyBytes = 16;

  static FieldKey KeyOf(std::string_view field) {
    if (field.size() > kShort) [[unlikely]]
      return LongKeyOf(field);
    std::array<std::uint64_t, 2> words;
    std::memcpy(words.data(), field.data(), kKeyBytes);
    return {words[0] & kMasks[field.size() + 8],
            (words[1] & kMasks[field.size()]) | std::uint64_t{field.size()} << 56};
  }

  // The code of `field`, or kUnseen.
  std::uint32_t Find(const FieldKey& key, std::string_view field) const {
    for (std::size_t i = SlotOf(key);; i = (i + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[i];
      if (slot.key == key && (field.size() <= kShort || labels_[slot.code] == field)) [[likely]] {
        return slot.code;
      }
      if (slot.code == kUnseen) return kUnseen;
    }
  }

  // Adds a value that Find does not know; codes count from 0.
  std::uint32_t Add(const FieldKey& key, std::string_view field);

  const std::vector<std::string>& labels() const { return labels_; }

 private:
  static constexpr std::uint64_t kLongField = std::uint64_t{0xff} << 56;
  static constexpr std::uint64_t kNoField = std::uint64_t{0xfe} << 56;

  struct alignas(32) Slot {
    FieldKey key{0, kNoField};  // an empty slot equals no key
    std::uint32_t code = kUnseen;
  };

  // kMasks[8 + n] keeps the first n bytes of a word, for n below 0 none, above 8 all.
  static constexpr std::array<std::uint64_t, 24> kMasks = [] {
    std::array<std::uint64_t, 24> masks{};
    for (std::size_t n = 1; n + 8 < masks.size(); ++n) {
      masks[n + 8] = n >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * n)) - 1;
    }
    return masks;
  }();

  static FieldKey LongKeyOf(std::string_view field);

  // The upper bits of a product depend on all bits of its factors.
  std::size_t SlotOf(const FieldKey& key) const {
    const std::uint64_t mixed = key.low ^ (key.high * 0x9e3779b97f4a7c15);
    return static_cast<std::size_t>((mixed ^ mixed >> 32) * 0xa0761d6478bd642f >> shift_);
  }

  void Place(const Slot& slot);

  // Sparsely filled, since a second look costs more than a longer table.
  static constexpr std::size_t kSlotsPerValue = 8;

  std::vector<Slot> slots_;  // 2^(64 - shift_)
  unsigned shift_;
  std::vector<std::string> labels_;
};

}  // namespace thb
