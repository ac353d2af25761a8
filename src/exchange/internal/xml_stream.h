#pragma once
// Streaming XML for the parts of a workbook (Expat). Document types are refused, so that no entity
// can expand.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "exchange/internal/zip_archive.h"

namespace thb {

// Attributes of one start tag, as Expat passes them: name, value, name, value, null.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}
  // Whatever its namespace prefix, unless `name` has one itself.
  std::optional<std::string_view> Find(std::string_view name) const;

 private:
  const char** pairs_;
};

// What happens in the document. Names come without their namespace prefix.
struct XmlHandler {
  virtual ~XmlHandler() = default;
  virtual Result<void> Start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual Result<void> End(std::string_view name) = 0;
  virtual Result<void> Text(std::string_view text) = 0;
};

// Errors: kParse with the line, kUnsupported (document type), and those of handler and archive.
Result<void> ParseXmlPart(ZipArchive& archive, const std::string& part, const std::string& place,
                          XmlHandler& handler);

}  // namespace thb
