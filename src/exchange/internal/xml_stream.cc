#include "exchange/internal/xml_stream.h"

#include <expat.h>

#include <memory>

#include "base/text.h"

namespace thb {
namespace {

constexpr int kMaxDepth = 100;

std::string_view LocalName(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

struct Session {
  XML_Parser parser;
  XmlHandler* handler;
  const std::string* place;
  int depth = 0;
  Result<void> result = {};

  void Keep(Result<void> step) {
    if (step) return;
    result = std::move(step);
    XML_StopParser(parser, XML_FALSE);
  }
};

void OnStart(void* data, const char* name, const char** attributes) {
  auto& session = *static_cast<Session*>(data);
  if (!session.result) return;
  if (++session.depth > kMaxDepth) {
    session.Keep(
        Fail(ErrorCode::kLimit, "XML nested too deeply", *session.place, "this is no workbook"));
    return;
  }
  session.Keep(session.handler->Start(LocalName(name), XmlAttributes(attributes)));
}

void OnEnd(void* data, const char* name) {
  auto& session = *static_cast<Session*>(data);
  --session.depth;
  if (session.result) session.Keep(session.handler->End(LocalName(name)));
}

void OnText(void* data, const char* text, int length) {
  auto& session = *static_cast<Session*>(data);
  if (!session.result) return;
  session.Keep(session.handler->Text(std::string_view(text, static_cast<std::size_t>(length))));
}

void OnDoctype(void* data, const char*, const char*, const char*, int) {
  auto& session = *static_cast<Session*>(data);
  session.Keep(Fail(ErrorCode::kUnsupported, "XML with a document type", *session.place,
                    "save the workbook anew"));
}

}  // namespace

std::optional<std::string_view> XmlAttributes::Find(std::string_view name) const {
  const bool prefixed = name.find(':') != std::string_view::npos;
  for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
    const std::string_view found = prefixed ? std::string_view(pair[0]) : LocalName(pair[0]);
    if (found == name) return std::string_view(pair[1]);
  }
  return std::nullopt;
}

Result<void> ParseXmlPart(ZipArchive& archive, const std::string& part, const std::string& place,
                          XmlHandler& handler) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate(nullptr), &XML_ParserFree);
  if (parser == nullptr) return Fail(ErrorCode::kLimit, "no memory for the XML reader", place);
  Session session{parser.get(), &handler, &place};
  XML_SetUserData(parser.get(), &session);
  XML_SetElementHandler(parser.get(), &OnStart, &OnEnd);
  XML_SetCharacterDataHandler(parser.get(), &OnText);
  XML_SetStartDoctypeDeclHandler(parser.get(), &OnDoctype);
  const auto parse = [&](std::string_view piece, bool last) -> Result<void> {
    if (XML_Parse(parser.get(), piece.data(), static_cast<int>(piece.size()), last ? 1 : 0) !=
        XML_STATUS_ERROR) {
      return {};
    }
    if (!session.result) return session.result;
    return Fail(ErrorCode::kParse,
                "part " + part +
                    " is not XML: " + std::string(XML_ErrorString(XML_GetErrorCode(parser.get()))) +
                    " in line " + std::to_string(XML_GetCurrentLineNumber(parser.get())),
                place, "save the workbook anew");
  };
  TRY(archive.Stream(part, [&](std::string_view piece) { return parse(piece, false); }));
  return parse({}, true);
}

}  // namespace thb
