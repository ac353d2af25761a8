#include "api/internal/dcat.h"

#include <array>
#include <string_view>
#include <utility>

#include "exchange/xml_writer.h"

namespace thb {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kPrefixes = {
    {{"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
     {"dcat", "http://www.w3.org/ns/dcat#"},
     {"dct", "http://purl.org/dc/terms/"},
     {"foaf", "http://xmlns.com/foaf/0.1/"},
     {"xsd", "http://www.w3.org/2001/XMLSchema#"},
     {"adms", "http://www.w3.org/ns/adms#"}}};

// The whole address of a prefixed name.
std::string Expand(std::string_view name) {
  const std::size_t colon = name.find(':');
  for (const auto& [prefix, space] : kPrefixes) {
    if (prefix == name.substr(0, colon)) {
      return std::string(space) + std::string(name.substr(colon + 1));
    }
  }
  return std::string(name);
}

std::string TurtleText(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

std::string TurtleTerm(const RdfTerm& term) {
  switch (term.kind) {
    case RdfTerm::Kind::kIri:
      return "<" + term.value + ">";
    case RdfTerm::Kind::kText:
      return TurtleText(term.value) + "@" + term.tag;
    case RdfTerm::Kind::kTyped:
      return TurtleText(term.value) + "^^" + term.tag;
  }
  return {};
}

}  // namespace

void RdfResource::Link(std::string predicate, std::string iri_of_object) {
  statements.push_back({std::move(predicate), {RdfTerm::Kind::kIri, std::move(iri_of_object), {}}});
}

void RdfResource::Text(std::string predicate, std::string text, std::string language) {
  statements.push_back(
      {std::move(predicate), {RdfTerm::Kind::kText, std::move(text), std::move(language)}});
}

void RdfResource::Typed(std::string predicate, std::string value, std::string type_of_value) {
  statements.push_back(
      {std::move(predicate), {RdfTerm::Kind::kTyped, std::move(value), std::move(type_of_value)}});
}

std::string WriteRdfXml(const std::vector<RdfResource>& resources) {
  XmlWriter xml;
  std::vector<std::string> names;
  names.reserve(kPrefixes.size());
  XmlWriter::Attributes attributes;
  for (const auto& [prefix, space] : kPrefixes) {
    names.push_back("xmlns:" + std::string(prefix));
    attributes.emplace_back(names.back(), space);
  }
  xml.Open("rdf:RDF", attributes);
  for (const RdfResource& resource : resources) {
    xml.Open(resource.type, {{"rdf:about", resource.iri}});
    for (const auto& [predicate, object] : resource.statements) {
      switch (object.kind) {
        case RdfTerm::Kind::kIri:
          xml.Empty(predicate, {{"rdf:resource", object.value}});
          break;
        case RdfTerm::Kind::kText:
          xml.Text(predicate, object.value, {{"xml:lang", object.tag}});
          break;
        case RdfTerm::Kind::kTyped:
          xml.Text(predicate, object.value, {{"rdf:datatype", Expand(object.tag)}});
          break;
      }
    }
    xml.Close();
  }
  xml.Close();
  return xml.Take();
}

std::string WriteTurtle(const std::vector<RdfResource>& resources) {
  std::string out;
  for (const auto& [prefix, space] : kPrefixes) {
    out += "@prefix " + std::string(prefix) + ": <" + std::string(space) + "> .\n";
  }
  for (const RdfResource& resource : resources) {
    out += "\n<" + resource.iri + "> a " + resource.type;
    for (const auto& [predicate, object] : resource.statements) {
      out += " ;\n  " + predicate + " " + TurtleTerm(object);
    }
    out += " .\n";
  }
  return out;
}

}  // namespace thb
