#include "statistics/joint.h"

namespace thb {

Result<std::vector<JointContradiction>> FindJointContradictions(const std::vector<Claim>&,
                                                                const Indicators&,
                                                                const Codes&) {
  return std::vector<JointContradiction>{};  // placeholder until helper's file lands
}

}  // namespace thb
