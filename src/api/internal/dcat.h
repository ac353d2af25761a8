#pragma once
// The catalogue as linked data: statements of the vocabulary DCAT-AP 3, in two notations.

#include <string>
#include <vector>

namespace thb {

struct RdfTerm {
  enum class Kind { kIri, kText, kTyped };
  Kind kind = Kind::kText;
  std::string value;
  std::string tag;  // language of a text; data type ("xsd:date") of a typed value
};

struct RdfStatement {
  std::string predicate;  // "dct:title"
  RdfTerm object;
};

// A resource with its class and what is said of it. Addresses are relative to the server.
struct RdfResource {
  std::string iri;
  std::string type;  // "dcat:Dataset"
  std::vector<RdfStatement> statements;

  void Link(std::string predicate, std::string iri_of_object);
  void Text(std::string predicate, std::string text, std::string language);
  void Typed(std::string predicate, std::string value, std::string type_of_value);
};

std::string WriteRdfXml(const std::vector<RdfResource>& resources);
std::string WriteTurtle(const std::vector<RdfResource>& resources);

}  // namespace thb
