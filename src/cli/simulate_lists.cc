// thb simulate-lists: lists drawn from a known truth.

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/workspace.h"
#include "hidden/simulate.h"

namespace thb {
namespace {

Result<double> NumberIn(std::string_view text, const std::string& option,
                        const std::string& remedy) {
  const auto value = ParseDecimal(Trim(text));
  if (!value) return Fail(ErrorCode::kUsage, "not a number: " + std::string(text), option, remedy);
  return *value;
}

// "NAME=NUMBER" in its two parts.
Result<std::pair<std::string, double>> Assignment(std::string_view text, const std::string& option,
                                                  const std::string& remedy) {
  const auto parts = Split(text, '=');
  if (parts.size() != 2) {
    return Fail(ErrorCode::kUsage, "cannot read '" + std::string(text) + "'", option, remedy);
  }
  return std::pair{std::string(Trim(parts[0])), TRY(NumberIn(parts[1], option, remedy))};
}

Result<std::size_t> ListIn(const ListTruth& truth, std::string_view name,
                           const std::string& option) {
  for (std::size_t i = 0; i < truth.lists.size(); ++i) {
    if (truth.lists[i].name == Trim(name)) return i;
  }
  return Fail(ErrorCode::kUsage, "no list " + std::string(name), option,
              "name two lists of --lists, joined by a colon");
}

// "A:B" as two lists.
Result<std::pair<std::size_t, std::size_t>> TwoLists(const ListTruth& truth, std::string_view text,
                                                     const std::string& option) {
  const auto names = Split(text, ':');
  if (names.size() != 2) {
    return Fail(ErrorCode::kUsage, "not two lists: " + std::string(text), option,
                "name two lists of --lists, joined by a colon");
  }
  return std::pair{TRY(ListIn(truth, names[0], option)), TRY(ListIn(truth, names[1], option))};
}

Result<double> ShareOption(const Arguments& arguments, const std::string& option) {
  if (!arguments.Has(option)) return 0.0;
  return NumberIn(arguments.Get(option), option, "give a share, 0 to 1");
}

Result<ListTruth> ReadTruth(const Arguments& arguments) {
  ListTruth truth;
  const auto population = ParseInt(arguments.Get("--population"));
  if (!population || *population < 1) {
    return Fail(ErrorCode::kUsage, "not a population: " + arguments.Get("--population"),
                "--population", "give a whole number");
  }
  truth.population = static_cast<std::uint64_t>(*population);
  const std::string lists = arguments.Get("--lists");
  for (const std::string_view part : Split(lists, ',')) {
    const auto [name, probability] =
        TRY(Assignment(part, "--lists", "write NAME=PROBABILITY, joined by commas"));
    truth.lists.push_back({name, probability});
  }
  for (const std::string& text : arguments.All("--pair")) {
    const auto [names, ratio] = TRY(Assignment(text, "--pair", "write A:B=ODDSRATIO"));
    const auto [first, second] = TRY(TwoLists(truth, names, "--pair"));
    truth.pairs.push_back({first, second, ratio});
  }
  for (const std::string& text : arguments.All("--class")) {
    const auto [share, factor] = TRY(Assignment(text, "--class", "write SHARE=ODDSFACTOR"));
    truth.classes.push_back({TRY(NumberIn(share, "--class", "write SHARE=ODDSFACTOR")), factor});
  }
  for (const std::string& text : arguments.All("--inside")) {
    const auto [inner, outer] = TRY(TwoLists(truth, text, "--inside"));
    truth.inside.push_back({inner, outer});
  }
  truth.missed_match = TRY(ShareOption(arguments, "--missed-match"));
  truth.false_match = TRY(ShareOption(arguments, "--false-match"));
  return truth;
}

Json TruthJson(const ListTruth& truth, const SimulatedLists& drawn, std::uint64_t seed) {
  Json lists = Json::object();
  for (const SimulatedList& list : truth.lists) lists[list.name] = list.probability;
  return {{"population", drawn.population},
          {"observed", drawn.table.Observed()},
          {"on_no_list", drawn.on_no_list},
          {"missed_matches", drawn.missed_matches},
          {"false_matches", drawn.false_matches},
          {"seed", seed},
          {"lists", lists}};
}

std::string TruthText(const SimulatedLists& drawn) {
  return TextTable({{"population", std::to_string(drawn.population)},
                    {"observed", FormatNumber(drawn.table.Observed())},
                    {"on no list", std::to_string(drawn.on_no_list)},
                    {"missed matches", std::to_string(drawn.missed_matches)},
                    {"false matches", std::to_string(drawn.false_matches)}});
}

Result<int> RunSimulateLists(const Arguments& arguments, const Environment& environment) {
  const ListTruth truth = TRY(ReadTruth(arguments));
  const auto seed = ParseInt(arguments.Get("--seed", "1"));
  if (!seed || *seed < 0) {
    return Fail(ErrorCode::kUsage, "not a seed: " + arguments.Get("--seed"), "--seed",
                "give a whole number from 0");
  }
  const SimulatedLists drawn = TRY(SimulateLists(truth, static_cast<std::uint64_t>(*seed)));
  TRY(WriteFile(arguments.Get("--out"), ListsCsv(drawn.table)));
  environment.out(arguments.Has("--json")
                      ? TruthJson(truth, drawn, static_cast<std::uint64_t>(*seed)).dump(1) + "\n"
                      : TruthText(drawn));
  return kDone;
}

}  // namespace

Command SimulateListsCommand() {
  return {"simulate-lists",
          "lists drawn from a known truth",
          {{"--population", "N", "persons, on a list or not", true},
           {"--lists", "A=P,B=P", "lists and the probability of being on each", true},
           {"--pair", "A:B=OR", "odds ratio of two lists", false, true},
           {"--class", "SHARE=F",
            "a share of the persons, whose odds of being on any list are F "
            "times those above",
            false, true},
           {"--inside", "A:B", "everybody on A is on B too", false, true},
           {"--missed-match", "P", "a further listing is not recognised with this probability"},
           {"--false-match", "P", "share of the records joined to another person's"},
           {"--seed", "S", "default: 1"},
           {"--out", "LISTS", "the lists as CSV; the truth goes to stdout", true},
           {"--json", "", "the truth as one JSON object"}},
          RunSimulateLists};
}

}  // namespace thb
