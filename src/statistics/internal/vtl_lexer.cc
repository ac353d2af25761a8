#include "statistics/internal/vtl_lexer.h"

#include <array>

#include "base/text.h"
#include "statistics/vtl.h"

namespace thb {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsNamePart(char c) {
  return IsNameStart(c) || IsDigit(c) || c == '_';
}

class Lexer {
 public:
  Lexer(std::string_view text, const std::string& place) : text_(text), place_(place) {}

  Result<std::vector<VtlToken>> Run() {
    std::vector<VtlToken> tokens;
    for (;;) {
      TRY(SkipSpace());
      Begin();
      if (at_ >= text_.size()) break;
      TRY(Read());
      token_.end = at_;
      tokens.push_back(token_);
    }
    token_.end = at_;
    tokens.push_back(token_);
    return tokens;
  }

 private:
  char Peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void Advance(std::size_t count = 1) {
    for (; count > 0 && at_ < text_.size(); --count, ++at_) {
      if (text_[at_] == '\n') {
        ++line_;
        line_begin_ = at_ + 1;
      }
    }
  }

  void Begin() {
    token_ = VtlToken{};
    token_.line = line_;
    token_.column = at_ - line_begin_ + 1;
    token_.begin = at_;
  }

  tl::unexpected<Error> FailHere(std::string what, std::string remedy) const {
    return Fail(ErrorCode::kParse, std::move(what),
                place_ + ":" + std::to_string(token_.line) + ":" + std::to_string(token_.column),
                std::move(remedy));
  }

  Result<void> SkipSpace() {
    for (;;) {
      const char c = Peek();
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        Advance();
      } else if (c == '/' && Peek(1) == '/') {
        while (at_ < text_.size() && Peek() != '\n') Advance();
      } else if (c == '/' && Peek(1) == '*') {
        Begin();
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return FailHere("comment without an end", "add */");
        Advance(end + 2 - at_);
      } else {
        return {};
      }
    }
  }

  Result<void> Read() {
    const char c = Peek();
    if (IsNameStart(c)) {
      token_.kind = VtlTokenKind::kName;
      while (IsNamePart(Peek())) Advance();
      token_.text = text_.substr(token_.begin, at_ - token_.begin);
      return {};
    }
    if (IsDigit(c)) return ReadNumber();
    if (c == '"') return ReadQuoted('"', VtlTokenKind::kText);
    if (c == '\'') return ReadQuoted('\'', VtlTokenKind::kQuotedName);
    return ReadSymbol();
  }

  Result<void> ReadNumber() {
    token_.kind = VtlTokenKind::kNumber;
    while (IsDigit(Peek())) Advance();
    if (Peek() == '.' && IsDigit(Peek(1))) {
      Advance();
      while (IsDigit(Peek())) Advance();
    }
    token_.text = text_.substr(token_.begin, at_ - token_.begin);
    const auto number = ParseDecimal(token_.text);
    if (!number || IsNamePart(Peek())) {
      return FailHere("bad number", "write digits with at most one decimal point");
    }
    token_.number = *number;
    return {};
  }

  Result<void> ReadQuoted(char quote, VtlTokenKind kind) {
    token_.kind = kind;
    const std::size_t end = text_.find(quote, at_ + 1);
    const std::size_t line_end = text_.find('\n', at_);
    if (end == std::string_view::npos || end > line_end) {
      return FailHere("text without an end", std::string("close it with ") + quote);
    }
    token_.text = text_.substr(at_ + 1, end - at_ - 1);
    Advance(end + 1 - at_);
    return {};
  }

  Result<void> ReadSymbol() {
    static constexpr std::array<std::string_view, 5> kPairs = {":=", "<-", "<=", ">=", "<>"};
    token_.kind = VtlTokenKind::kSymbol;
    for (const std::string_view pair : kPairs) {
      if (text_.substr(at_, 2) != pair) continue;
      token_.text = pair;
      Advance(2);
      return {};
    }
    constexpr std::string_view kSingles = "(){}[],;:=<>+-*/";
    if (kSingles.find(Peek()) == std::string_view::npos) {
      return FailHere("unexpected character", "remove it");
    }
    token_.text = std::string(1, Peek());
    Advance();
    return {};
  }

  std::string_view text_;
  const std::string& place_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t line_begin_ = 0;
  VtlToken token_;
};

}  // namespace

Result<std::vector<VtlToken>> LexVtl(std::string_view text, const std::string& place) {
  if (text.size() > kMaxVtlBytes) {
    return Fail(ErrorCode::kLimit, "rules are longer than 1 MiB", place, "split the file");
  }
  if (!IsValidUtf8(text)) {
    return Fail(ErrorCode::kEncoding, "rules are not valid UTF-8", place, "save them as UTF-8");
  }
  return Lexer(text, place).Run();
}

}  // namespace thb
