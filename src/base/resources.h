#pragma once
// The data files that are embedded in the program at build time: codelists/, indicators/, rules/,
// mappings/, locales/, templates/, migrations/, maps/.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace thb {

struct ResourceFile {
  std::string_view name;  // path from the top of the repository: "codelists/geo.csv"
  std::string_view content;
};

// All of them, sorted by name. Static lifetime.
std::span<const ResourceFile> Resources();
std::optional<std::string_view> FindResource(std::string_view name);
// Those whose name starts with `prefix`, sorted by name.
std::vector<ResourceFile> ResourcesUnder(std::string_view prefix);

}  // namespace thb
