#pragma once
// The frame of every page of the desk: neutral title, header with what this account may do, foot.
// A title names neither what the desk is for nor whom a page is about: somebody may look over a
// shoulder, or through the history of a browser.

#include <string>
#include <vector>

#include "web/internal/desk/visit.h"
#include "web/internal/kinds.h"

namespace thb {

struct DeskPage {
  std::string title;  // the question that the page answers
  std::string lead = {};
  std::string kind = "page";  // of the neutral title: "kind.page", "kind.list", "kind.form", ...
  std::string section = {};   // path of its entry in the navigation
  std::vector<Crumb> crumbs = {};
  Html body = {};
  bool quick_exit = false;  // where a victim may look on
  bool for_print = false;   // a sheet: without navigation
};

Response RenderDeskPage(const DeskVisit& visit, const DeskPage& page, int status = 200);

// What is wrong, with what to do. Says nothing of the address that was asked for, so that it is the
// same for what is out of scope and what does not exist.
Response DeskErrorPageOf(const DeskVisit& visit, int status, const Error& error);

// The reader's words for an error, by its code; what the room said stands below it.
std::string ErrorSentence(const DeskVisit& visit, const Error& error);

// No script, no store, nothing from elsewhere.
void AddDeskHeaders(Response& response);

Html TextLink(const std::string& address, const Html& text);
// A word in a frame: status is a word, never a colour alone.
Html StatusWord(const std::string& word, bool strong = false);
// A text with line breaks as it was typed.
Html TypedText(std::string_view text);

}  // namespace thb
