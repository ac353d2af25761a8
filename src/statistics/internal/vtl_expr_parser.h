#pragma once
// Expressions of the VTL subset: recursive descent, with types checked on the way.

#include <string>
#include <vector>

#include "statistics/internal/vtl_ast.h"
#include "statistics/internal/vtl_lexer.h"

namespace thb {

// The tokens of one text and the reader's place among them.
class VtlTokens {
 public:
  VtlTokens(std::vector<VtlToken> tokens, std::string place)
      : tokens_(std::move(tokens)), place_(std::move(place)) {}

  const VtlToken& Peek() const { return tokens_[at_]; }
  const VtlToken& PeekNext() const { return tokens_[AtEnd() ? at_ : at_ + 1]; }
  const VtlToken& Previous() const { return tokens_[at_ == 0 ? 0 : at_ - 1]; }
  bool AtEnd() const { return Peek().kind == VtlTokenKind::kEnd; }
  void Skip() {
    if (!AtEnd()) ++at_;
  }

  // A keyword or a symbol, which a quoted name or a text never is.
  bool Is(std::string_view word) const;
  bool Accept(std::string_view word);
  Result<void> Expect(std::string_view word);
  // A name, plain or quoted. `role` says what it names.
  Result<std::string> ExpectName(std::string_view role);

  std::string PlaceOf(const VtlToken& token) const;
  tl::unexpected<Error> FailAt(const VtlToken& token, std::string what, std::string remedy,
                               ErrorCode code = ErrorCode::kParse) const;
  // "expected <what>, found <token>".
  tl::unexpected<Error> FailExpected(std::string_view what) const;

 private:
  std::vector<VtlToken> tokens_;
  std::string place_;
  std::size_t at_ = 0;
};

// Reads an expression of type boolean over the variables of a signature. Errors: kParse, kLimit,
// kUnsupported.
Result<VtlExpr> ParseVtlCondition(VtlTokens& tokens, const std::vector<VtlVariable>& signature);

// The comparison that the next token is, or nothing. Does not read it.
std::optional<VtlOp> PeekVtlComparison(const VtlTokens& tokens);

}  // namespace thb
