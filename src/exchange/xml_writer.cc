#include "exchange/xml_writer.h"

#include <algorithm>

#include "base/text.h"

namespace thb {
namespace {

std::string Escape(std::string_view text) {
  std::string clean(text);
  std::replace_if(
      clean.begin(), clean.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return EscapeXml(clean);
}

}  // namespace

XmlWriter::XmlWriter() : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

void XmlWriter::Start(std::string_view name, const Attributes& attributes) {
  out_ += '<';
  out_ += name;
  for (const auto& [attribute, value] : attributes) {
    out_ += ' ';
    out_ += attribute;
    out_ += "=\"";
    out_ += Escape(value);
    out_ += '"';
  }
}

void XmlWriter::Open(std::string_view name, const Attributes& attributes) {
  Start(name, attributes);
  out_ += ">\n";
  open_.emplace_back(name);
}

void XmlWriter::Close() {
  out_ += "</";
  out_ += open_.back();
  out_ += ">\n";
  open_.pop_back();
}

void XmlWriter::Empty(std::string_view name, const Attributes& attributes) {
  Start(name, attributes);
  out_ += "/>\n";
}

void XmlWriter::Text(std::string_view name, std::string_view text, const Attributes& attributes) {
  Start(name, attributes);
  out_ += '>';
  out_ += Escape(text);
  out_ += "</";
  out_ += name;
  out_ += ">\n";
}

std::string XmlWriter::Take() {
  return std::move(out_);
}

}  // namespace thb
