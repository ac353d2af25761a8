#pragma once
// Writes XML elements in order, escaped; what XML 1.0 cannot hold becomes a space.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thb {

class XmlWriter {
 public:
  using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;

  XmlWriter();  // begins with the declaration

  void Open(std::string_view name, const Attributes& attributes = {});
  void Close();
  void Empty(std::string_view name, const Attributes& attributes = {});
  void Text(std::string_view name, std::string_view text, const Attributes& attributes = {});

  // The document; every element that was opened must be closed.
  std::string Take();

 private:
  void Start(std::string_view name, const Attributes& attributes);

  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace thb
