#include "api/api.h"

#include <memory>

#include "api/internal/state.h"
#include "http/recent_answers.h"

namespace thb {
Result<std::vector<Route>> ApiRoutes(ApiContext context) {
  const auto texts = std::make_shared<const ApiTexts>(TRY(ApiTexts::Load()));
  const auto state = std::make_shared<ApiState>(context);
  const auto recent = std::make_shared<RecentAnswers>();
  std::vector<Route> routes;
  for (auto&& group : {StatisticsRoutes(state), SdmxDataRoutes(state), StructureRoutes(state),
                       CatalogueRoutes(state, texts)}) {
    routes.insert(routes.end(), group.begin(), group.end());
  }
  for (Route& route : routes) {
    if (context.ticks) KeepAtHand(route, recent, context.clock, context.ticks);
  }
  return routes;
}

}  // namespace thb
