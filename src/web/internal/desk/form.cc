#include "web/internal/desk/form.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "web/internal/desk/account.h"

namespace thb {
namespace {

using Kind = DeskField::Kind;

const std::vector<std::string>& ValuesOf(const FormValues& values, const std::string& name) {
  static const std::vector<std::string> none;
  const auto found = values.find(name);
  return found == values.end() ? none : found->second;
}

std::string ValueOf(const FormValues& values, const std::string& name) {
  const std::vector<std::string>& all = ValuesOf(values, name);
  return all.empty() ? "" : all.front();
}

bool IsGroup(const DeskField& field) {
  return field.kind == Kind::kRadio || field.kind == Kind::kChecks;
}

std::string IdOf(const DeskForm& form, const DeskField& field) {
  return form.id + "-" + field.name;
}

// Where a link of the list of errors leads: the field, or the first choice of a group.
std::string FocusOf(const DeskForm& form, const DeskField& field) {
  return IdOf(form, field) + (IsGroup(field) ? "-1" : "");
}

// The values of a field as a reader says them.
std::string SpokenValue(const DeskVisit& visit, const DeskField& field, const FormValues& values) {
  std::string text;
  for (const std::string& value : ValuesOf(values, field.name)) {
    std::string word = value;
    for (const FieldChoice& choice : field.choices) {
      if (choice.value == value) word = choice.label;
    }
    text += (text.empty() ? "" : ", ") + word;
  }
  return text.empty() ? visit.T("form.nothing") : text;
}

class FormRenderer {
 public:
  FormRenderer(const DeskVisit& visit, const DeskForm& form, const FormState& state)
      : visit_(visit), form_(form), state_(state) {}

  Html Render() const {
    Html fields;
    for (const DeskField& field : form_.fields) {
      if (!field.heading.empty()) fields += El("h2", {{"class", "desk-group"}}, field.heading);
      fields += Field(field);
    }
    Html more;
    for (const FieldChoice& button : form_.more_buttons) {
      more += Html(" ") + El("button",
                             {{"class", "ecl-button desk-button--secondary"},
                              {"type", "submit"},
                              {"name", kThenField},
                              {"value", button.value}},
                             button.label);
    }
    // The method is always POST: what is typed here is never in an address.
    const bool sends_files =
        std::any_of(form_.fields.begin(), form_.fields.end(),
                    [](const DeskField& field) { return field.kind == Kind::kFile; });
    return Notices() + Summary() +
           El("form",
              {{"class", "desk-form"},
               {"method", "post"},
               {"enctype", OnlyIf(sends_files, "multipart/form-data")},
               {"action", form_.action},
               {"id", form_.id},
               {"novalidate", ""}},
              HiddenPart(), fields,
              El("p", {{"class", "desk-form__send"}},
                 El("button", {{"class", "ecl-button thb-button"}, {"type", "submit"}},
                    form_.button),
                 more));
  }

 private:
  Html HiddenPart() const {
    Html all;
    const auto add = [&all](const std::string& name, const std::string& value) {
      all += El("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
    };
    if (visit_.session) {
      add(kCsrfField, CsrfToken(visit_.token));
      add(kOwnerField, SealFormOwner(visit_, form_.action));
    }
    if (form_.version) add(kVersionField, std::to_string(*form_.version));
    for (const auto& [name, value] : form_.hidden) add(name, value);
    return all;
  }

  Html Notices() const {
    Html all;
    if (state_.restored) {
      all += El("div", {{"class", "thb-note"}, {"role", "status"}},
                El("p", visit_.T("form.restored")));
    }
    if (state_.stored) {
      all += El("div", {{"class", "thb-note thb-note--warning"}, {"role", "alert"}},
                El("p", El("strong", visit_.T("form.stale")), " ", visit_.T("form.stale.do")));
    }
    return all;
  }

  Html Summary() const {
    if (state_.errors.empty()) return {};
    Html items;
    for (const FieldError& error : state_.errors) {
      const auto field =
          std::find_if(form_.fields.begin(), form_.fields.end(),
                       [&](const DeskField& one) { return one.name == error.field; });
      items += El(
          "li", field == form_.fields.end()
                    ? Html(error.message)
                    : TextLink("#" + FocusOf(form_, *field), field->label + ": " + error.message));
    }
    const std::string id = form_.id + "-errors";
    return El(
        "div",
        {{"class", "desk-errors"}, {"role", "alert"}, {"aria-labelledby", id}, {"tabindex", "-1"}},
        El("h2", {{"id", id}}, visit_.T("form.errors")), El("ul", items));
  }

  std::optional<std::string> ErrorOf(const DeskField& field) const {
    for (const FieldError& error : state_.errors) {
      if (error.field == field.name) return error.message;
    }
    return std::nullopt;
  }

  bool Overtaken(const DeskField& field) const {
    return state_.stored &&
           ValuesOf(*state_.stored, field.name) != ValuesOf(state_.values, field.name);
  }

  // Help, what somebody else stored meanwhile, and the error, in the order in which they are read.
  Html Around(const DeskField& field) const {
    const std::string id = IdOf(form_, field);
    Html all;
    if (!field.help.empty()) {
      all += El("p", {{"class", "thb-help"}, {"id", id + "-help"}}, field.help);
    }
    if (Overtaken(field)) {
      all += El("div", {{"class", "desk-stored"}, {"id", id + "-stored"}},
                El("p", El("strong", visit_.T("form.stored"))),
                TypedText(SpokenValue(visit_, field, *state_.stored)));
    }
    if (const auto error = ErrorOf(field)) {
      all += El("p", {{"class", "desk-error"}, {"id", id + "-error"}}, *error);
    }
    return all;
  }

  std::optional<std::string> DescribedBy(const DeskField& field) const {
    const std::string id = IdOf(form_, field);
    std::string all;
    const auto add = [&](bool there, const char* part) {
      if (there) all += (all.empty() ? "" : " ") + id + part;
    };
    add(!field.help.empty(), "-help");
    add(Overtaken(field), "-stored");
    add(ErrorOf(field).has_value(), "-error");
    return all.empty() ? std::nullopt : std::optional(all);
  }

  Html Label(const DeskField& field) const {
    return Fragment(field.label, field.required ? "" : " ",
                    field.required
                        ? Html()
                        : El("span", {{"class", "desk-optional"}}, visit_.T("form.optional")));
  }

  Html Field(const DeskField& field) const { return IsGroup(field) ? Group(field) : Single(field); }

  Html Group(const DeskField& field) const {
    const std::string id = IdOf(form_, field);
    const std::vector<std::string>& chosen = ValuesOf(state_.values, field.name);
    Html items;
    std::size_t number = 0;
    for (const FieldChoice& choice : field.choices) {
      const std::string choice_id = id + "-" + std::to_string(++number);
      const bool checked = std::find(chosen.begin(), chosen.end(), choice.value) != chosen.end();
      items += El("div", {{"class", "desk-choice"}},
                  El("input", {{"type", field.kind == Kind::kRadio ? "radio" : "checkbox"},
                               {"name", field.name},
                               {"id", choice_id},
                               {"value", choice.value},
                               {"checked", OnlyIf(checked)}}),
                  El("label", {{"for", choice_id}}, choice.label));
    }
    return El("fieldset",
              {{"class", "desk-field"}, {"id", id}, {"aria-describedby", DescribedBy(field)}},
              El("legend", {{"class", "ecl-form-label"}}, Label(field)), Around(field),
              El("div", {{"class", "desk-choices"}}, items));
  }

  Html Single(const DeskField& field) const {
    return El("div", {{"class", "desk-field"}},
              El("label", {{"class", "ecl-form-label"}, {"for", IdOf(form_, field)}}, Label(field)),
              Around(field), Control(field));
  }

  Html Control(const DeskField& field) const {
    const std::string id = IdOf(form_, field);
    const std::string value = ValueOf(state_.values, field.name);
    const auto invalid = OnlyIf(ErrorOf(field).has_value(), "true");
    if (field.kind == Kind::kSelect) {
      Html options;
      for (const FieldChoice& choice : field.choices) {
        options +=
            El("option", {{"value", choice.value}, {"selected", OnlyIf(choice.value == value)}},
               choice.label);
      }
      return El("select",
                {{"class", "thb-input"},
                 {"name", field.name},
                 {"id", id},
                 {"aria-describedby", DescribedBy(field)},
                 {"aria-invalid", invalid}},
                options);
    }
    if (field.kind == Kind::kArea) {
      // A line break right after the tag is not part of the text.
      return El("textarea",
                {{"class", "thb-input desk-area"},
                 {"name", field.name},
                 {"id", id},
                 {"rows", "6"},
                 {"autocomplete", "off"},
                 {"aria-describedby", DescribedBy(field)},
                 {"aria-invalid", invalid}},
                "\n" + value);
    }
    if (field.kind == Kind::kFile) {
      return El("input", {{"class", "thb-input"},
                          {"type", "file"},
                          {"name", field.name},
                          {"id", id},
                          {"aria-describedby", DescribedBy(field)},
                          {"aria-invalid", invalid}});
    }
    const bool secret = field.kind == Kind::kPassword;
    const bool digits = field.kind == Kind::kOneTimeCode;
    return El("input", {{"class", field.kind == Kind::kDay ? "thb-input desk-day" : "thb-input"},
                        {"type", secret                     ? "password"
                                 : field.kind == Kind::kDay ? "date"
                                                            : "text"},
                        {"name", field.name},
                        {"id", id},
                        {"value", secret || digits ? "" : value},
                        {"inputmode", OnlyIf(digits, "numeric")},
                        {"autocomplete", field.autocomplete},
                        {"autocapitalize", OnlyIf(field.autocomplete == "username", "none")},
                        {"aria-describedby", DescribedBy(field)},
                        {"aria-invalid", invalid}});
  }

  const DeskVisit& visit_;
  const DeskForm& form_;
  const FormState& state_;
};

// A room names the field that it refuses where it can; anything else is about the whole form.
FieldError FieldErrorOf(const DeskVisit& visit, const DeskForm& form, const Error& error) {
  std::string message = ErrorSentence(visit, error);
  std::string said = error.what;
  if (!error.remedy.empty()) said += ": " + error.remedy;
  if (!said.empty()) message += " (" + said + ")";
  for (const DeskField& field : form.fields) {
    if (field.name == error.place) return {field.name, message};
  }
  return {"", message};
}

int StatusOfForm(const FormState& state) {
  constexpr int kOk = 200;
  constexpr int kConflict = 409;
  constexpr int kUnprocessable = 422;
  if (state.stored) return kConflict;
  return state.errors.empty() ? kOk : kUnprocessable;
}

Response ShowFormPage(const DeskVisit& visit, const FormPage& page, const FormState& state) {
  DeskPage shown = page.page;
  shown.kind = state.errors.empty() ? shown.kind : "form_errors";
  shown.body += RenderDeskForm(visit, page.form, state) + page.below;
  return RenderDeskPage(visit, shown, StatusOfForm(state));
}

// An error that leaves the reader nothing to mend in the form.
bool EndsTheForm(const Error& error) {
  return error.code == ErrorCode::kNotFound || error.code == ErrorCode::kDatabase ||
         error.code == ErrorCode::kInternal;
}

}  // namespace

Html RenderDeskForm(const DeskVisit& visit, const DeskForm& form, const FormState& state) {
  return FormRenderer(visit, form, state).Render();
}

Html ActionButton(const DeskVisit& visit, const std::string& action, const std::string& label,
                  const QueryPairs& hidden, const std::string& look) {
  Html fields =
      El("input", {{"type", "hidden"}, {"name", kCsrfField}, {"value", CsrfToken(visit.token)}});
  for (const auto& [name, value] : hidden) {
    fields += El("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
  }
  return El(
      "form", {{"class", "desk-action"}, {"method", "post"}, {"action", action}}, fields,
      El("button", {{"class", "ecl-button desk-button--" + look}, {"type", "submit"}}, label));
}

std::vector<FieldError> CheckFields(const DeskVisit& visit, const DeskForm& form,
                                    const FormValues& typed) {
  std::vector<FieldError> errors;
  for (const DeskField& field : form.fields) {
    if (field.kind == Kind::kFile) {
      const bool sent = visit.files.count(field.name) > 0;
      if (field.required && !sent) errors.push_back({field.name, visit.T("form.error.file")});
      continue;
    }
    const std::vector<std::string>& values = ValuesOf(typed, field.name);
    const bool empty = std::all_of(values.begin(), values.end(),
                                   [](const std::string& value) { return Trim(value).empty(); });
    if (empty) {
      if (field.required) errors.push_back({field.name, visit.T("form.error.required")});
      continue;
    }
    for (const std::string& value : values) {
      const bool known = field.choices.empty() ||
                         std::any_of(field.choices.begin(), field.choices.end(),
                                     [&](const FieldChoice& one) { return one.value == value; });
      if (value.size() > field.max_bytes) {
        errors.push_back({field.name, visit.T("form.error.long")});
      } else if (!known) {
        errors.push_back({field.name, visit.T("form.error.choice")});
      } else if (field.kind == Kind::kDay && !ParseDay(Trim(value))) {
        errors.push_back({field.name, visit.T("form.error.day")});
      }
    }
  }
  return errors;
}

namespace {

Result<Response> SaveForm(const DeskVisit& visit, const FormPage& page) {
  if (page.answer) return page.answer(visit, VersionTyped(visit));
  return Response::Redirect(TRY(page.save(visit, VersionTyped(visit))));
}

}  // namespace

Result<Response> RunFormPage(const DeskVisit& visit, const FormPage& page) {
  if (visit.step == FormStep::kShow) return ShowFormPage(visit, page, {page.stored});
  FormState state{visit.typed};
  if (visit.step == FormStep::kRestore) {
    state.restored = true;
    const auto version = ParseInt(visit.Typed(kVersionField));
    if (page.form.version && version && *version != *page.form.version) state.stored = page.stored;
    return ShowFormPage(visit, page, state);
  }
  state.errors = CheckFields(visit, page.form, visit.typed);
  if (!state.errors.empty()) return ShowFormPage(visit, page, state);
  if (page.again && !RequireReauthentication(*visit.session, visit.now)) {
    return AskAgain(visit);
  }
  const auto saved = SaveForm(visit, page);
  if (saved) return *saved;
  if (EndsTheForm(saved.error())) return tl::make_unexpected(saved.error());
  if (saved.error().code == ErrorCode::kStale) {
    state.stored = page.stored;
  } else {
    state.errors.push_back(FieldErrorOf(visit, page.form, saved.error()));
  }
  return ShowFormPage(visit, page, state);
}

std::string SealFormOwner(const DeskVisit& visit, const std::string& action) {
  const auto sealed =
      visit.work.vault.SealForSystem({"desk_form", action, "owner"}, visit.actor.account);
  return sealed.value_or("");
}

std::optional<std::string> FormOwner(const DeskVisit& visit, const FormValues& typed) {
  const std::string sealed = ValueOf(typed, kOwnerField);
  if (sealed.empty()) return std::nullopt;
  const auto account = visit.work.vault.Open({"desk_form", visit.request.path, "owner"}, sealed);
  if (!account || account->empty()) return std::nullopt;
  return *account;
}

Result<std::string> SealDraft(const DeskVisit& visit, const FormDraft& draft) {
  Json values = Json::object();
  for (const auto& [name, list] : draft.values) {
    // Passwords and passphrases are typed again.
    if (!StartsWith(name, kSecretPrefix)) values[name] = list;
  }
  const Json document{{"target", draft.target}, {"typed_at", draft.typed_at}, {"values", values}};
  return visit.work.vault.SealForSystem({"desk_draft", draft.account, "form"}, document.dump());
}

std::optional<FormDraft> OpenDraft(const DeskVisit& visit, std::string_view sealed,
                                   std::string_view account) {
  if (sealed.empty()) return std::nullopt;
  const auto text = visit.work.vault.Open({"desk_draft", account, "form"}, sealed);
  if (!text) return std::nullopt;
  const auto document = ParseJson(*text, "draft");
  if (!document) return std::nullopt;
  FormDraft draft{std::string(account),
                  (*document)["target"].get<std::string>(),
                  (*document)["typed_at"].get<Instant>(),
                  {}};
  if (visit.now - draft.typed_at > kDraftSeconds) return std::nullopt;
  for (const auto& [name, list] : (*document)["values"].items()) {
    draft.values[name] = list.get<std::vector<std::string>>();
  }
  return draft;
}

std::int64_t VersionTyped(const DeskVisit& visit) {
  return ParseInt(visit.Typed(kVersionField)).value_or(0);
}

std::vector<FieldChoice> YesNoUnknown(const DeskVisit& visit) {
  return {{"yes", visit.T("choice.yes")},
          {"no", visit.T("choice.no")},
          {"unknown", visit.T("choice.unknown")}};
}

std::vector<FieldChoice> CodeChoices(const DeskVisit& visit, std::string_view list,
                                     const std::string& none) {
  std::vector<FieldChoice> choices;
  if (!none.empty()) choices.push_back({"", none});
  const CodeList* codes = visit.site.context().codes.Find(list);
  if (codes == nullptr) return choices;
  for (const Code& code : codes->codes()) {
    choices.push_back({code.id, codes->Label(code.id, visit.language)});
  }
  return choices;
}

void Put(FormValues& values, const std::string& name, std::string value) {
  values[name] = {std::move(value)};
}

}  // namespace thb
