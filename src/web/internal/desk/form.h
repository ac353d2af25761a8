#pragma once
// Forms of the desk: described once, rendered with label, help and error bound to each field, and
// read back by the same description.
//
// Every form carries the token of the session, the version of what it changes and, sealed, whose it
// is. What was typed is never lost: a form with an error, one that somebody else overtook and one
// that outlived its session all come back as they were typed.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/internal/desk/frame.h"

namespace thb {

struct DeskField {
  enum class Kind { kText, kArea, kRadio, kSelect, kChecks, kDay, kPassword, kOneTimeCode, kFile };
  std::string name;
  std::string label;
  Kind kind = Kind::kText;
  std::string help = {};
  std::vector<FieldChoice> choices = {};  // `chosen` is not read
  bool required = false;
  std::size_t max_bytes = 2'000;
  std::string heading = {};  // of a group of fields that begins here
  std::string autocomplete = "off";
};

struct DeskForm {
  std::string id = "form";  // unique on the page, before each field's id
  std::string action;
  std::vector<DeskField> fields;
  std::string button;
  std::vector<FieldChoice> more_buttons = {};  // each sends kThenField with its value
  std::optional<std::int64_t> version = {};    // of what it changes
  QueryPairs hidden = {};
};

struct FieldError {
  std::string field;  // "" of the whole form
  std::string message;
};

struct FormState {
  FormValues values;
  std::vector<FieldError> errors = {};
  std::optional<FormValues> stored = {};  // what is there now, where somebody else changed it
  bool restored = false;
};

Html RenderDeskForm(const DeskVisit& visit, const DeskForm& form, const FormState& state);

// One act without a question: a button that sends a form of hidden fields.
Html ActionButton(const DeskVisit& visit, const std::string& action, const std::string& label,
                  const QueryPairs& hidden, const std::string& look = "secondary");

// Errors of required fields, lengths, unknown choices, days and files.
std::vector<FieldError> CheckFields(const DeskVisit& visit, const DeskForm& form,
                                    const FormValues& typed);

// A page that is one form. `stored` is what the fields hold now. `save` gives the address to go to.
struct FormPage {
  DeskPage page;  // its body stands above the form
  DeskForm form;
  FormValues stored = {};
  Html below = {};
  bool again = false;  // needs the password and a code of the last minutes
  std::function<Result<std::string>(const DeskVisit&, std::int64_t version)> save = {};
  // In place of `save`, where what was done is shown in the answer itself, once.
  std::function<Result<Response>(const DeskVisit&, std::int64_t version)> answer = {};
};
// Shows, saves or restores it, as the visit says. After a save the browser is sent on.
Result<Response> RunFormPage(const DeskVisit& visit, const FormPage& page);

// The hidden field that says whose form it is; and whether a form that came without a live session
// was this account's. Nothing where it was made by nobody here.
std::string SealFormOwner(const DeskVisit& visit, const std::string& action);
std::optional<std::string> FormOwner(const DeskVisit& visit, const FormValues& typed);
inline constexpr const char* kOwnerField = "form-owner";
inline constexpr const char* kCsrfField = "form-token";
inline constexpr const char* kVersionField = "form-version";
inline constexpr const char* kDraftField = "form-draft";
inline constexpr const char* kThenField = "form-then";
// The version that a form carried; 0 where it carried none.
std::int64_t VersionTyped(const DeskVisit& visit);

// What was typed and where, sealed for the account that typed it, to be carried through sign-in.
// Errors: kLimit.
struct FormDraft {
  std::string account;
  std::string target;  // "/en/desk/..."
  Instant typed_at = 0;
  FormValues values;
};
inline constexpr Instant kDraftSeconds = 24 * 3'600;
// Of the names of fields that no draft keeps: "password", "passphrase".
inline constexpr std::string_view kSecretPrefix = "pass";
Result<std::string> SealDraft(const DeskVisit& visit, const FormDraft& draft);
// Nothing where it is another's, too old, or none.
std::optional<FormDraft> OpenDraft(const DeskVisit& visit, std::string_view sealed,
                                   std::string_view account);

// "yes", "no", "unknown" in this order, as choices of a field.
std::vector<FieldChoice> YesNoUnknown(const DeskVisit& visit);
// Choices of a code list; an empty one first where `none` is not empty.
std::vector<FieldChoice> CodeChoices(const DeskVisit& visit, std::string_view list,
                                     const std::string& none = {});
// One value for a field of the form.
void Put(FormValues& values, const std::string& name, std::string value);

}  // namespace thb
