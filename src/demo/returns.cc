#include "demo/returns.h"

#include <algorithm>
#include <map>
#include <set>

namespace thb {
namespace {

// Adds up records into the levels that are sent.
class Margins {
 public:
  // `breakdown`: positions that a level may break down; levels are sets of such positions.
  Margins(const Dataset& dataset, std::vector<std::set<std::size_t>> levels)
      : dataset_(dataset), levels_(std::move(levels)) {}

  // A total that is sent although nothing may be counted in it.
  void Open(const Key& key) { counts_[AtLevel(key, {})] += 0; }

  void Count(const Key& key) {
    for (const auto& level : levels_) ++counts_[AtLevel(key, level)];
  }

  std::vector<SnapshotCell> Cells() const {
    std::vector<SnapshotCell> cells;
    for (const auto& [key, count] : counts_) {
      SnapshotCell cell;
      cell.key = key;
      cell.cell = Cell::Value(count);
      cell.table = dataset_.id;
      cells.push_back(std::move(cell));
    }
    return cells;
  }

 private:
  // The key with every dimension outside the level at its total; selectors stay.
  Key AtLevel(const Key& key, const std::set<std::size_t>& level) const {
    Key out = key;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::string& total = dataset_.dimensions[i].total;
      if (!total.empty() && level.count(i) == 0) out[i] = total;
    }
    return out;
  }

  const Dataset& dataset_;
  std::vector<std::set<std::size_t>> levels_;
  std::map<Key, double> counts_;
};

std::size_t At(const Dataset& dataset, const char* dimension) {
  return dataset.IndexOf(dimension).value_or(0);
}

// The total, each margin, sex by age, and all dimensions together.
std::vector<std::set<std::size_t>> SentLevels(const Dataset& dataset,
                                              const std::vector<const char*>& dimensions) {
  std::vector<std::set<std::size_t>> levels = {{}};
  std::set<std::size_t> all;
  for (const char* dimension : dimensions) {
    levels.push_back({At(dataset, dimension)});
    all.insert(At(dataset, dimension));
  }
  levels.push_back({At(dataset, "sex"), At(dataset, "age")});
  levels.push_back(all);
  return levels;
}

Key VictimKey(const VictimRecord& record) {
  return {record.status,  record.entity,       record.sex, record.age,
          record.citizen, record.exploitation, record.geo, std::to_string(record.year)};
}

Key EmptyKey(const Dataset& dataset, const std::string& geo, int year) {
  Key key(dataset.dimensions.size());
  key[dataset.geo_index()] = geo;
  key[dataset.time_index()] = std::to_string(year);
  return key;
}

bool Sent(const std::vector<int>& years, int year) {
  return std::find(years.begin(), years.end(), year) != years.end();
}

}  // namespace

std::vector<SnapshotCell> VictimCells(const Dataset& dataset, const std::string& geo,
                                      const std::vector<int>& years,
                                      const std::vector<VictimRecord>& records) {
  Margins margins(
      dataset, SentLevels(dataset, {"status", "entity", "sex", "age", "citizen", "exploitation"}));
  for (const int year : years) margins.Open(EmptyKey(dataset, geo, year));
  for (const VictimRecord& record : records) {
    if (record.geo == geo && Sent(years, record.year)) margins.Count(VictimKey(record));
  }
  return margins.Cells();
}

std::vector<SnapshotCell> FormCells(const Dataset& dataset, const std::string& geo,
                                    const std::vector<int>& years,
                                    const std::vector<VictimRecord>& records) {
  const std::size_t exploitation = At(dataset, "exploitation");
  Margins persons(dataset, {{}});
  Margins mentions(
      dataset,
      {{exploitation}, {exploitation, At(dataset, "sex")}, {exploitation, At(dataset, "age")}});
  for (const int year : years) persons.Open(EmptyKey(dataset, geo, year));
  for (const VictimRecord& record : records) {
    if (record.geo != geo || !Sent(years, record.year)) continue;
    Key key = VictimKey(record);
    persons.Count(key);
    const bool unknown = record.forms.empty();
    const auto forms = unknown ? std::vector<std::string>{"UNK"} : record.forms;
    for (const std::string& form : forms) {
      key[exploitation] = form;
      mentions.Count(key);
    }
  }
  auto cells = persons.Cells();
  const auto more = mentions.Cells();
  cells.insert(cells.end(), more.begin(), more.end());
  std::sort(cells.begin(), cells.end(),
            [](const SnapshotCell& a, const SnapshotCell& b) { return a.key < b.key; });
  return cells;
}

std::vector<SnapshotCell> PersonCells(const Dataset& dataset, const std::string& geo,
                                      const std::vector<StageSent>& stages,
                                      const std::vector<PersonRecord>& records) {
  Margins margins(dataset, SentLevels(dataset, {"sex", "age", "citizen", "exploitation"}));
  const std::size_t leg_stat = At(dataset, "leg_stat");
  const std::size_t offence = At(dataset, "offence");
  const auto key_of = [&](int year, const std::string& stage, const std::string& law) {
    Key key = EmptyKey(dataset, geo, year);
    key[leg_stat] = stage;
    key[offence] = law;
    return key;
  };
  for (const StageSent& sent : stages) {
    margins.Open(key_of(sent.year, sent.leg_stat, sent.offence));
  }
  for (const PersonRecord& record : records) {
    const bool sent = std::any_of(stages.begin(), stages.end(), [&](const StageSent& stage) {
      return stage.year == record.year && stage.leg_stat == record.leg_stat &&
             stage.offence == record.offence;
    });
    if (record.geo != geo || !sent) continue;
    Key key = key_of(record.year, record.leg_stat, record.offence);
    key[At(dataset, "sex")] = record.sex;
    key[At(dataset, "age")] = record.age;
    key[At(dataset, "citizen")] = record.citizen;
    key[At(dataset, "exploitation")] = record.exploitation;
    margins.Count(key);
  }
  return margins.Cells();
}

}  // namespace thb
