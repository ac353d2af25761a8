#pragma once
// Screening lists as data, and what a screening recorded (casework rule 12).
//
// A list is a prompt for a conversation. The program says what was recorded, what was not asked and
// what could not be asked; it never says "negative" and never concludes. A list has weights, and
// the rule that combines them, only where somebody checked them against the source; else it is an
// unweighted prompt list and says so.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"

namespace thb {

inline constexpr std::size_t kMaxScreeningNote = 20'000;
inline constexpr std::size_t kMaxScreeningsOfRecord = 200;

enum class ScreeningAnswer { kNotAsked, kYes, kNo, kCouldNotAsk };
enum class IndicatorWeight { kNone, kWeak, kMedium, kStrong };

struct ScreeningItem {
  std::string id;  // unique within its list
  std::string dimension;
  std::string en;  // a statement about what others did, or what was seen
  std::string nl;
  IndicatorWeight weight = IndicatorWeight::kNone;  // as the source has it; see `weights_verified`
  std::string evidence;                             // a code of codelists/evidence_grade.csv
};

struct ScreeningDimension {
  std::string id;
  std::string en;
  std::string nl;
};

struct ScreeningList {
  std::string id;  // "ilo_labour_adult"
  int version = 1;
  std::string en;
  std::string nl;
  std::string for_whom;  // "adult", "child", "any"
  std::string setting;   // "", or a sector or context: "labour_inspection", "border", "health"
  std::string source;
  std::string place;    // page or section of the source
  std::string checked;  // how the text was checked: a code of codelists/evidence_grade.csv
  bool weights_verified = false;  // checked against the source, with page
  std::string note_en;            // what the list is good for and what not
  std::string note_nl;
  std::vector<ScreeningDimension> dimensions;
  std::vector<ScreeningItem> items;
};

// All rules/screening_*.json. Immutable after loading.
class ScreeningLists {
 public:
  // Errors: kInternal where a list contradicts itself (an item twice or without its dimension, a
  // verified weight without a page, a weight in a list that has none).
  static Result<ScreeningLists> Load();
  const ScreeningList* Find(std::string_view id) const;
  const std::vector<ScreeningList>& All() const { return lists_; }

 private:
  std::vector<ScreeningList> lists_;
};

// The combination rule of the ILO and European Commission's operational indicators (2009), for the
// indicators found in one dimension: two strong; or one strong with one medium or weak; or three
// medium; or two medium and one weak.
bool DelphiRule(int strong, int medium, int weak);

// What one dimension of a screening says, in the order of the list.
struct DimensionExplanation {
  std::string dimension;
  std::vector<std::string> recorded;     // items answered yes
  std::vector<std::string> answered_no;  // said or seen not to be so, so far
  std::vector<std::string> not_asked;
  std::vector<std::string> could_not_ask;
  // Whether what is recorded so far reaches the list's rule, with the counts that make it so.
  // Nothing where the list's weights are not verified.
  struct Reached {
    bool reached = false;
    int strong = 0;
    int medium = 0;
    int weak = 0;
  };
  std::optional<Reached> rule;
};

struct ScreeningExplanation {
  std::vector<DimensionExplanation> dimensions;
  int recorded = 0;
  int answered_no = 0;
  int not_asked = 0;
  int could_not_ask = 0;
  bool weighted = false;
};

using ScreeningAnswers =
    std::map<std::string, ScreeningAnswer, std::less<>>;  // by item; absent is not asked

// Pure. Errors: kUnknownCode where an answer names no item of the list.
Result<ScreeningExplanation> Evaluate(const ScreeningList& list, const ScreeningAnswers& answers);

// The words for an explanation in a language, "recorded so far: ...; not asked: ...".
std::string Summarise(const ScreeningExplanation& explanation, std::string_view language);

// ---- stored screenings; each act and its log entry are one transaction, or part of the caller's
// ----

enum class ScreeningState { kDraft, kFinished };

struct Screening {
  std::string id;
  std::string record;
  std::string person;  // "" where it is about nobody in particular yet
  std::string list;
  int list_version = 0;
  std::string sheet;  // number of the printed sheet that was typed in, ""
  ScreeningState state = ScreeningState::kDraft;
  ScreeningAnswers answers;
  std::string note;
  std::string author;
  Instant begun = 0;
  Instant changed = 0;
  std::int64_t version = 0;
};

// Needs kScreen, to read kRead on kScreening. Errors of all that follow: kNotFound, kForbidden (see
// people/authorize.h), kStale, kSealed, kDatabase.
class Screenings {
 public:
  Screenings(const ScreeningLists& lists, const Work& work) : lists_(lists), work_(work) {}

  // A draft. With a sheet's number, the sheet is taken as typed in. Errors: kConflict where a sheet
  // was typed in already, naming where to look; kBadValue for a wrong check digit; kUnknownCode.
  Result<std::string> Start(std::string_view record, std::string_view person, std::string_view list,
                            std::string_view sheet);
  // Replaces answers and note of a draft; a finished screening is added to by another one.
  // Returns the new version. Errors: kStale; kConflict where it is finished; kUnknownCode; kLimit.
  Result<std::int64_t> Save(std::string_view id, std::int64_t version,
                            const ScreeningAnswers& answers, std::string_view note);
  Result<void> Finish(std::string_view id, std::int64_t version);
  Result<Screening> Load(std::string_view id);
  // Newest first, without answers and note.
  Result<std::vector<Screening>> OfRecord(std::string_view record);
  // The number of a new sheet of a list: nine random digits and a check digit (Damm). The printed
  // sheet shows it with the list's id and version; identity is on a page of its own.
  Result<std::string> IssueSheet(std::string_view list);

 private:
  const ScreeningLists& lists_;
  const Work& work_;
};

// Nine digits and their check digit.
std::string WithCheckDigit(std::string_view digits);
// "1234 5678 90" for reading aloud. The check digit finds each wrong digit and each swapped pair.
std::string FormatSheetNumber(std::string_view digits);
// Digits without spaces and hyphens. Errors: kBadValue.
Result<std::string> ParseSheetNumber(std::string_view text);

}  // namespace thb
