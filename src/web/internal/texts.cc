#include "web/internal/texts.h"

#include "codes/format.h"

namespace thb {
namespace {

// ICU groups digits in its own way. Beside each number n the patterns can have {n_text}, which is
// printed as all numbers of the house.
MessageArguments WithNumbers(MessageArguments arguments, const std::string& language) {
  MessageArguments texts;
  for (const auto& [name, value] : arguments) {
    if (const auto* number = std::get_if<double>(&value)) {
      texts.emplace(name + "_text", FormatDecimal(*number, 0, language));
    }
  }
  arguments.merge(texts);
  return arguments;
}

}  // namespace

Result<Texts> Texts::Load(Language language, const std::vector<std::string>& tables) {
  std::vector<Messages> loaded;
  for (const std::string& table : tables) {
    loaded.push_back(TRY(Messages::Load(LanguageTag(language), table)));
  }
  return Texts(std::move(loaded));
}

const Messages* Texts::TableOf(std::string_view key) const {
  for (const Messages& table : tables_) {
    if (table.patterns().count(key) > 0) return &table;
  }
  return nullptr;
}

std::string Texts::Get(std::string_view key, const MessageArguments& arguments) const {
  const Messages* table = TableOf(key);
  if (table == nullptr) return "[[" + std::string(key) + "]]";
  // Most texts are no patterns; ICU is not asked about them.
  const std::string& pattern = table->patterns().find(key)->second;
  if (pattern.find_first_of("{<'") == std::string::npos) return pattern;
  const Result<Inlines> runs = table->Format(key, WithNumbers(arguments, table->language()));
  return runs ? PlainText(*runs) : "[[" + std::string(key) + "]]";
}

Html Texts::Rich(std::string_view key, MessageArguments arguments,
                 const std::map<std::string, Html>& parts) const {
  for (const auto& [name, markup] : parts) {
    arguments.insert_or_assign(name, Inlines{Inline::Figure("", name)});
  }
  const Messages* table = TableOf(key);
  if (table == nullptr) return Html("[[" + std::string(key) + "]]");
  const Result<Inlines> runs =
      table->Format(key, WithNumbers(std::move(arguments), table->language()));
  if (!runs) return Html("[[" + std::string(key) + "]]");
  Html html;
  for (const Inline& run : *runs) {
    const auto part = parts.find(run.figure_id);
    const Html inside =
        run.kind == Inline::Kind::kFigure && part != parts.end() ? part->second : Html(run.text);
    html += run.strong ? El("strong", inside) : inside;
  }
  return html;
}

}  // namespace thb
