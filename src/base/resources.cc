#include "base/resources.h"

#include "base/text.h"

namespace thb {

std::optional<std::string_view> FindResource(std::string_view name) {
  for (const ResourceFile& file : Resources()) {
    if (file.name == name) return file.content;
  }
  return std::nullopt;
}

std::vector<ResourceFile> ResourcesUnder(std::string_view prefix) {
  std::vector<ResourceFile> found;
  for (const ResourceFile& file : Resources()) {
    if (StartsWith(file.name, prefix)) found.push_back(file);
  }
  return found;
}

}  // namespace thb
