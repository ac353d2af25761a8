#pragma once
// Test helper: snapshots written as short text, figures asked for by their id.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "statistics/indicator.h"

namespace thb {

// What every test reads and none changes.
struct TestWorld {
  Codes codes;
  Datasets datasets;
  Indicators indicators;
};

inline const TestWorld& World() {
  static const TestWorld kWorld = [] {
    Codes codes = Codes::Load().value();
    Datasets datasets = Datasets::Load(codes).value();
    Indicators indicators = Indicators::Load(codes, datasets).value();
    return TestWorld{std::move(codes), std::move(datasets), std::move(indicators)};
  }();
  return kWorld;
}

// "sex=F time=2019" as a key: the rest at its total, EL, 2020, suspects, trafficking.
inline Key KeyOf(const Dataset& dataset, std::string_view text) {
  std::map<std::string, std::string> codes = {
      {"geo", "EL"},       {"time", "2020"},       {"leg_stat", "PER_SUSP"},
      {"offence", "ART2"}, {"agency", "EUROJUST"}, {"measure", "CASES"}};
  for (const std::string_view part : Split(text, ' ')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const std::string dimension(part.substr(0, equals));
    EXPECT_TRUE(dataset.IndexOf(dimension)) << "no dimension in " << text;
    codes[dimension] = part.substr(equals + 1);
  }
  Key key;
  for (const Dimension& dimension : dataset.dimensions) {
    const auto given = codes.find(dimension.id);
    key.push_back(given == codes.end() ? dimension.total : given->second);
  }
  return key;
}

// "34", "34 e" with flags, "<5", "3..7" and "3.." suppressed, else a reason: "conflict".
inline Cell CellOf(std::string_view text) {
  const auto words = Split(Trim(text), ' ');
  const std::string_view what = words.front();
  const std::string flags(words.size() > 1 ? words[1] : "");
  if (what.front() == '<') return Cell::Suppressed(0, *ParseDecimal(what.substr(1)) - 1);
  if (const std::size_t dots = what.find(".."); dots != std::string_view::npos) {
    const auto upper = ParseDecimal(what.substr(dots + 2));
    return Cell::Suppressed(*ParseDecimal(what.substr(0, dots)), upper.value_or(-1));
  }
  if (const auto value = ParseDecimal(what)) return Cell::Value(*value, flags);
  return Cell::Missing(std::string(what), flags);
}

// "sex=F geo=EL time=2020 : 34".
inline SnapshotCell CellFrom(const Dataset& dataset, std::string_view line) {
  const std::size_t colon = line.find(':');
  EXPECT_NE(colon, std::string_view::npos) << line;
  SnapshotCell cell;
  cell.key = KeyOf(dataset, line.substr(0, colon));
  cell.cell = CellOf(line.substr(colon + 1));
  cell.table = dataset.id;
  cell.vintage = 1;
  return cell;
}

class CellsTest : public ::testing::Test {
 protected:
  using Lines = std::initializer_list<std::string_view>;

  static const Dataset& Table(std::string_view id) { return *World().datasets.Find(id); }

  void Put(std::string_view dataset, Lines lines, std::string_view table = {}) {
    for (const std::string_view line : lines) {
      SnapshotCell cell = CellFrom(Table(dataset), line);
      if (!table.empty()) cell.table = table;
      cell.place = "return.csv:" + std::to_string(++line_);
      snapshot_.Put(Table(dataset), std::move(cell));
    }
  }
  void Victims(Lines lines) { Put("thb_victims", lines); }
  void Persons(Lines lines) { Put("thb_persons", lines); }

  // What is put in came with a foreign table.
  void MakeForeign() {
    Vintage vintage;
    vintage.id = 1;
    vintage.foreign = true;
    snapshot_.vintages.push_back(vintage);
  }

  Resolved Resolve(std::string_view where, std::string_view geo = "EL",
                   std::string_view time = "2020", std::string_view dataset = "thb_victims") const {
    return snapshot_.Resolve(Table(dataset), *ParseWhere(where), geo, time);
  }

  static Result<IndicatorValue> EvaluateOn(const Snapshot& snapshot, std::string_view figure) {
    const TestWorld& world = World();
    const Evaluator evaluator(world.codes, world.datasets, world.indicators, snapshot);
    return evaluator.Evaluate(*ParseFigureId(figure));
  }
  // The figure "victims.share.sex.F[age=Y_LT18]{known}@EL:2020".
  Result<IndicatorValue> TryFigure(std::string_view figure) const {
    return EvaluateOn(snapshot_, figure);
  }
  IndicatorValue Figure(std::string_view figure) const {
    auto value = TryFigure(figure);
    if (!value) ADD_FAILURE() << figure << ": " << value.error().ToLine();
    return value ? *value : IndicatorValue{};
  }
  ErrorCode CodeOf(std::string_view figure) const {
    const auto value = TryFigure(figure);
    EXPECT_FALSE(value.has_value()) << figure;
    return value ? ErrorCode::kInternal : value.error().code;
  }

  Snapshot snapshot_{World().codes, World().datasets};

 private:
  int line_ = 0;
};

// "RO 10 #1, FR 4 #2": code, value and rank of each item.
inline std::string Describe(const std::vector<IndicatorItem>& items) {
  std::string text;
  for (const IndicatorItem& item : items) {
    text += (text.empty() ? "" : ", ") + item.code + " " + FormatNumber(item.value);
    if (item.rank > 0) text += " #" + std::to_string(item.rank);
  }
  return text;
}

}  // namespace thb
