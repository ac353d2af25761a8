#pragma once
// The order of the generated records.

#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace thb {

// By year, then state; records of one state and year keep their order.
template <typename Record>
std::vector<Record> ByYearAndState(std::vector<Record> records) {
  std::map<std::pair<int, std::string>, std::vector<Record>> groups;
  for (Record& record : records) {
    const std::pair key(record.year, record.geo);
    groups[key].push_back(std::move(record));
  }
  records.clear();
  for (auto& [key, group] : groups) {
    records.insert(records.end(), std::make_move_iterator(group.begin()),
                   std::make_move_iterator(group.end()));
  }
  return records;
}

}  // namespace thb
