#pragma once
// The frame of every page: head, header with navigation and language switch, breadcrumb, title,
// foot.

#include <string>
#include <vector>

#include "web/internal/site.h"

namespace thb {

struct Crumb {
  std::string label;
  std::string link;
};

struct Page {
  std::string title;          // the question that the page answers
  std::string lead;           // the answer in a sentence, or what the page is for
  std::string section;        // path of its entry in the navigation: "/indicators"
  std::vector<Crumb> crumbs;  // between the home page and this one
  Html body;
  // What it shows was generated, and no edition of the visit says so.
  bool synthetic = false;
};

// With the headers of every answer of this room.
Response RenderPage(const PageVisit& visit, const Page& page, int status = 200);

// Security headers, set on pages, files and redirects alike.
void AddSecurityHeaders(Response& response);

}  // namespace thb
