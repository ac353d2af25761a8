#include "chart/internal/canvas.h"

#include <array>
#include <cmath>
#include <cstdlib>

#include "base/text.h"

namespace thb {
namespace {

// XML 1.0 has no place for control characters.
std::string Clean(std::string_view text) {
  std::string out = EscapeXml(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return out;
}

std::string CleanId(std::string_view id) {
  std::string out;
  for (const char c : id) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (out.empty() && !letter) out = "c";
    out += letter || other ? c : '-';
  }
  return out.empty() ? "chart" : out;
}

// Tenths as text: 125 is "12.5", -5 is "-0.5".
void AppendTenths(std::string& out, long long tenths) {
  if (tenths < 0) out += '-';
  const long long size = std::llabs(tenths);
  out += std::to_string(size / 10);
  if (size % 10 != 0) {
    out += '.';
    out += static_cast<char>('0' + size % 10);
  }
}

long long ToTenths(double value) {
  constexpr double kFar = 1e9;
  return std::isfinite(value) && std::abs(value) < kFar ? std::llround(value * 10) : 0;
}

void AppendPoints(std::string& out, const std::vector<Point>& points) {
  long long x = 0;
  long long y = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const long long new_x = ToTenths(points[i].x);
    const long long new_y = ToTenths(points[i].y);
    if (i > 0 && new_x == x && new_y == y) continue;
    out += i == 0 ? 'M' : 'l';
    AppendTenths(out, new_x - x);
    if (new_y >= y) out += ',';
    AppendTenths(out, new_y - y);
    x = new_x;
    y = new_y;
  }
}

std::string Attribute(std::string_view name, std::string_view value) {
  std::string out = " ";
  out.append(name).append("=\"").append(value).append("\"");
  return out;
}

std::string Attribute(std::string_view name, double value) {
  return Attribute(name, Coordinate(value));
}

std::string PaintAttributes(const Paint& paint) {
  std::string out = Attribute("fill", paint.fill);
  if (paint.stroke == "none") return out;
  out += Attribute("stroke", paint.stroke);
  if (paint.width != 1) out += Attribute("stroke-width", paint.width);
  if (!paint.dash.empty()) out += Attribute("stroke-dasharray", paint.dash);
  return out;
}

}  // namespace

Ring Box::ToRing() const {
  return {{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}};
}

std::string Coordinate(double value) {
  std::string out;
  AppendTenths(out, ToTenths(value));
  return out;
}

std::string RingPath(const std::vector<Ring>& rings) {
  std::string out;
  for (const Ring& ring : rings) {
    AppendPoints(out, ring);
    out += 'z';
  }
  return out;
}

std::string LinePath(const std::vector<Point>& points) {
  std::string out;
  AppendPoints(out, points);
  return out;
}

void Canvas::Rectangle(const Box& box, const Paint& paint) {
  body_ += "<rect" + Attribute("x", box.x) + Attribute("y", box.y) + Attribute("width", box.width) +
           Attribute("height", box.height) + PaintAttributes(paint) + "/>\n";
}

void Canvas::Line(Point from, Point to, const Paint& paint) {
  body_ += "<line" + Attribute("x1", from.x) + Attribute("y1", from.y) + Attribute("x2", to.x) +
           Attribute("y2", to.y) + PaintAttributes(paint) + "/>\n";
}

void Canvas::Circle(Point centre, double radius, const Paint& paint) {
  body_ += "<circle" + Attribute("cx", centre.x) + Attribute("cy", centre.y) +
           Attribute("r", radius) + PaintAttributes(paint) + "/>\n";
}

void Canvas::Path(std::string_view commands, const Paint& paint) {
  if (commands.empty()) return;
  body_ += "<path" + Attribute("d", commands) + PaintAttributes(paint) + "/>\n";
}

void Canvas::Text(Point at, std::string_view text, const Lettering& lettering) {
  if (text.empty()) return;
  constexpr std::array<std::string_view, 3> kAnchors = {"", "middle", "end"};
  const std::string_view anchor = kAnchors[static_cast<std::size_t>(lettering.anchor)];
  body_ += "<text" + Attribute("x", at.x) + Attribute("y", at.y) +
           Attribute("font-size", lettering.size) + Attribute("fill", lettering.fill);
  if (!anchor.empty()) body_ += Attribute("text-anchor", anchor);
  if (lettering.bold) body_ += Attribute("font-weight", "bold");
  body_ += ">" + Clean(text) + "</text>\n";
}

void Canvas::Lines(Point at, const std::vector<std::string>& lines, double leading,
                   const Lettering& lettering) {
  for (const std::string& line : lines) {
    Text(at, line, lettering);
    at.y += leading;
  }
}

std::string Canvas::Finish(const ChartText& text, double height) const {
  const std::string id = CleanId(text.id);
  const std::string width = Coordinate(kChartWidth);
  const std::string tall = Coordinate(height);
  const std::string& description = text.description.empty() ? text.title : text.description;
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"thb-chart\" role=\"img\"";
  out += Attribute("id", id) + Attribute("lang", Clean(text.language)) + Attribute("width", width);
  out += Attribute("height", tall) + Attribute("viewBox", "0 0 " + width + " " + tall);
  out += Attribute("aria-labelledby", id + "-title") + Attribute("aria-describedby", id + "-desc");
  out += " font-family=\"DejaVu Sans, Arial, sans-serif\">\n";
  out += "<title id=\"" + id + "-title\">" + Clean(text.title) + "</title>\n";
  out += "<desc id=\"" + id + "-desc\">" + Clean(description) + "</desc>\n";
  return out + body_ + "</svg>\n";
}

}  // namespace thb
