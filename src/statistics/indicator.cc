#include "statistics/indicator.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/resources.h"
#include "base/text.h"

namespace thb {
namespace {

constexpr const char* kFolder = "indicators/";

Result<Json> LoadFile(const std::string& name) {
  const std::string path = kFolder + name;
  const auto text = FindResource(path);
  if (!text) return Fail(ErrorCode::kInternal, "not embedded", path);
  return ParseJson(*text, path);
}

Where ReadFilter(const Json& json) {
  Where where;
  for (const auto& [dimension, codes] : json.items()) {
    for (const std::string_view code : Split(codes.get_ref<const std::string&>(), '+')) {
      where[dimension].emplace_back(code);
    }
  }
  return where;
}

// Makes every indicator that a population gives rise to.
class Builder {
 public:
  Builder(const Codes& codes, const Datasets& datasets, const Json& kinds)
      : codes_(codes), datasets_(datasets), kinds_(kinds) {}

  Result<void> AddPopulation(const Json& json) {
    const std::string id = json.at("id").get<std::string>();
    const Dataset& dataset = *TRY(datasets_.Get(json.at("dataset").get<std::string>()));
    const Texts name = {json.at("en").get<std::string>(), json.at("nl").get<std::string>()};
    Indicator base;
    base.dataset = dataset.id;
    base.population = ReadFilter(json.at("where"));
    Add(base, IndicatorKind::kCount, "count", id + ".count", name, {});
    AddChanges(base, dataset, id, name);
    if (json.value("rate", false)) {
      Indicator& rate = Add(base, IndicatorKind::kRate, "rate", id + ".rate", name, {});
      rate.of = id + ".count";
    }
    if (json.contains("shares")) TRY(AddShares(base, id, dataset, json.at("shares"), name));
    if (json.contains("top")) {
      Add(base, IndicatorKind::kTop, "top", id + ".top.citizen", name, {});
    }
    if (json.contains("states")) TRY(AddStateLists(base, json.at("states"), dataset, name));
    if (dataset.geo_index() != std::string::npos) {
      Add(base, IndicatorKind::kReporting, "reporting", "states.reporting." + id, name, {});
    }
    return {};
  }

  void AddRatio(const Json& json) {
    const std::string id = json.at("id").get<std::string>();
    const Texts label = {json.at("en").get<std::string>(), json.at("nl").get<std::string>()};
    Indicator base;
    base.of = json.at("of").get<std::string>();
    base.per = json.at("per").get<std::string>();
    Indicator& ratio = Add(base, IndicatorKind::kRatio, "ratio", id, {}, label);
    ratio.en = label.en;
    ratio.nl = label.nl;
    AddDifferences({}, id, label);
  }

  // One list of the states that sent anything about the use of services, whatever the stage.
  void AddUseOfServices() {
    Indicator base;
    base.dataset = "thb_persons";
    base.population["offence"] = {"ART18_4", "ART18A"};
    Add(base, IndicatorKind::kReporting, "reporting", "states.reporting.use_of_services",
        {"use of services exacted from victims", "gebruik van diensten van slachtoffers"}, {});
  }

  std::vector<Indicator> Take() { return std::move(all_); }

 private:
  struct Texts {
    std::string en;
    std::string nl;
  };

  Indicator& Add(const Indicator& base, IndicatorKind kind, const char* kind_id,
                 const std::string& id, const Texts& population, const Texts& label) {
    const Json& texts = kinds_.at(kind_id);
    Indicator& indicator = all_.emplace_back(base);
    indicator.id = id;
    indicator.kind = kind;
    indicator.unit = texts.at("unit").get<std::string>();
    indicator.decimals = texts.at("decimals").get<int>();
    indicator.denominator_rule = texts.value("denominator", "");
    indicator.threshold = texts.value("threshold", 0.0);
    const auto fill = [](std::string text, const std::string& who, const std::string& what) {
      return ReplaceAll(ReplaceAll(text, "{population}", who), "{label}", what);
    };
    indicator.en = fill(texts.value("en", ""), population.en, label.en);
    indicator.nl = fill(texts.value("nl", ""), population.nl, label.nl);
    indicator.definition_en =
        fill(texts.at("definition_en").get<std::string>(), population.en, label.en);
    indicator.definition_nl =
        fill(texts.at("definition_nl").get<std::string>(), population.nl, label.nl);
    return indicator;
  }

  void AddChanges(const Indicator& base, const Dataset& dataset, const std::string& id,
                  const Texts& name) {
    Add(base, IndicatorKind::kChange, "change", id + ".change", name, {}).of = id + ".count";
    if (dataset.geo_index() == std::string::npos) return;  // an agency has no panel of states
    Add(base, IndicatorKind::kChangePanel, "change_panel", id + ".change_panel", name, {}).of =
        id + ".count";
  }

  void AddDifferences(const Indicator& base, const std::string& id, const Texts& label) {
    Add(base, IndicatorKind::kDifference, "difference", id + ".difference", {}, label).of = id;
    Add(base, IndicatorKind::kChange, "relative", id + ".change", {}, label).of = id;
  }

  Result<void> AddShares(const Indicator& base, const std::string& id, const Dataset& dataset,
                         const Json& shares, const Texts& name) {
    for (const auto& [dimension, codes] : shares.items()) {
      for (const Json& code : codes) {
        const std::string joined = code.get<std::string>();
        const Texts label = TRY(LabelOf(dataset, dimension, joined));
        Indicator share_base = base;
        share_base.numerator = ReadFilter(Json{{dimension, joined}});
        const std::string share_id = id + ".share." + dimension + "." + joined;
        const Indicator& share =
            Add(share_base, IndicatorKind::kShare, "share", share_id, name, label);
        const Texts of_share = {share.en, share.nl};
        AddDifferences(share_base, share_id, of_share);
      }
    }
    return {};
  }

  Result<void> AddStateLists(const Indicator& base, const Json& lists, const Dataset& dataset,
                             const Texts& name) {
    for (const Json& list : lists) {
      if (list == "own_nationals") {
        Indicator own = base;
        own.numerator["citizen"] = {"NAT"};
        Add(own, IndicatorKind::kOwnNationals, "own_nationals", "states.own_nationals", name, {});
        continue;
      }
      const CodeList& forms = *codes_.Find("exploitation");
      for (const Code& form : forms.codes()) {
        if (form.id == forms.Total() || form.id == "UNK") continue;
        Indicator main = base;
        main.numerator["exploitation"] = {form.id};
        Add(main, IndicatorKind::kMainForm, "main_form", "states.main_form." + form.id, name,
            TRY(LabelOf(dataset, "exploitation", form.id)));
      }
    }
    return {};
  }

  Result<Texts> LabelOf(const Dataset& dataset, const std::string& dimension,
                        const std::string& joined) {
    const auto index = dataset.IndexOf(dimension);
    if (!index) return Fail(ErrorCode::kInternal, "no dimension " + dimension, kFolder);
    const CodeList& list = *codes_.Find(dataset.dimensions[*index].codelist);
    Texts texts;
    for (const std::string_view code : Split(joined, '+')) {
      TRY(list.Check(code, kFolder));
      const std::string separator = texts.en.empty() ? "" : " + ";
      texts.en += separator + list.Label(code, Language::kEn);
      texts.nl += separator + list.Label(code, Language::kNl);
    }
    return texts;
  }

  const Codes& codes_;
  const Datasets& datasets_;
  const Json& kinds_;
  std::vector<Indicator> all_;
};

}  // namespace

Result<Indicators> Indicators::Load(const Codes& codes, const Datasets& datasets) {
  const Json kinds = TRY(LoadFile("kinds.json"));
  const Json populations = TRY(LoadFile("populations.json"));
  const Json ratios = TRY(LoadFile("ratios.json"));
  Indicators indicators;
  try {
    Builder builder(codes, datasets, kinds);
    for (const Json& population : populations) TRY(builder.AddPopulation(population));
    for (const Json& ratio : ratios) builder.AddRatio(ratio);
    builder.AddUseOfServices();
    indicators.all_ = builder.Take();
  } catch (const Json::exception& error) {
    return Fail(ErrorCode::kInternal, error.what(), kFolder);
  }
  for (std::size_t i = 0; i < indicators.all_.size(); ++i) {
    if (!indicators.index_.emplace(indicators.all_[i].id, i).second) {
      return Fail(ErrorCode::kInternal, "defined twice: " + indicators.all_[i].id, kFolder);
    }
  }
  return indicators;
}

const Indicator* Indicators::Find(std::string_view id) const {
  const auto found = index_.find(id);
  return found == index_.end() ? nullptr : &all_[found->second];
}

Result<const Indicator*> Indicators::Get(std::string_view id) const {
  if (const Indicator* indicator = Find(id)) return indicator;
  std::vector<std::string> ids;
  for (const Indicator& indicator : all_) ids.push_back(indicator.id);
  const auto nearest = Nearest(id, ids);
  return Fail(ErrorCode::kNotFound, "no indicator " + std::string(id), {},
              nearest ? "did you mean " + *nearest + "?" : "see docs/indicators.md");
}

std::string IndicatorValue::FigureId() const {
  std::string id = query.id;
  if (!query.where.empty()) id += "[" + query.where + "]";
  if (!query.denominator.empty() && query.denominator != "all") id += "{" + query.denominator + "}";
  id += "@" + query.geo + ":" + query.period.ToString();
  if (query.base) id += "/" + query.base->ToString();
  if (!query.impute.empty()) id += "+" + query.impute;
  return id;
}

Result<IndicatorQuery> ParseFigureId(std::string_view text) {
  IndicatorQuery query;
  const auto take = [&](char open, char close) -> std::string {
    const std::size_t begin = text.find(open);
    if (begin == std::string_view::npos || text.back() != close) return "";
    std::string inside(text.substr(begin + 1, text.size() - begin - 2));
    text = text.substr(0, begin);
    return inside;
  };
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    std::string_view place = text.substr(at + 1);
    text = text.substr(0, at);
    if (const std::size_t plus = place.find('+'); plus != std::string_view::npos) {
      query.impute = place.substr(plus + 1);
      place = place.substr(0, plus);
    }
    const std::size_t slash = place.find('/');
    if (slash != std::string_view::npos) {
      query.base = TRY(ParsePeriod(place.substr(slash + 1)));
      place = place.substr(0, slash);
    }
    const std::size_t colon = place.find(':');
    if (colon == std::string_view::npos) {
      return Fail(ErrorCode::kUsage, "not a figure id", std::string(place),
                  "write INDICATOR@GEO:PERIOD, or INDICATOR with --period");
    }
    query.geo = place.substr(0, colon);
    query.period = TRY(ParsePeriod(place.substr(colon + 1)));
  }
  query.denominator = take('{', '}');
  query.where = take('[', ']');
  query.id = text;
  return query;
}

double RoundHalfAway(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  const double scaled = value * scale;
  // A ratio such as 0.285 is not exact in binary; a relative nudge restores the printed half.
  const double nudge = std::abs(scaled) * 1e-12;
  return (scaled < 0 ? std::ceil(scaled - 0.5 - nudge) : std::floor(scaled + 0.5 + nudge)) / scale;
}

}  // namespace thb
