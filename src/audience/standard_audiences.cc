// SPDX-License-Identifier: Apache-2.0
//
// The standard publics, as rules. Roles are separate from parties: one party may be in many.
#include <array>

#include "fidelia/audience/audiences.h"

namespace fidelia {

std::span<const StandardAudience> standard_audiences() noexcept {
  static constexpr auto kAudiences = std::to_array<StandardAudience>({
      {"large distributors", "Distributors of large size.",
       "has(roles, 'distributor') and size = 'large'"},
      {"medium distributors", "Distributors of medium size.",
       "has(roles, 'distributor') and size = 'medium'"},
      {"small distributors", "Distributors of small size.",
       "has(roles, 'distributor') and size = 'small'"},
      {"consumers of large points of sale", "Consumers who buy where a large account sells.",
       "has(roles, 'consumer') and account_size = 'large'"},
      {"consumers of small points of sale", "Consumers who buy where a small account sells.",
       "has(roles, 'consumer') and account_size = 'small'"},
      {"consumers who do not buy", "They use what somebody else buys.",
       "has(roles, 'consumer') and not has(roles, 'buyer') and coalesce(orders, 0) = 0"},
      {"buyers who do not consume", "They buy what somebody else uses.",
       "(has(roles, 'buyer') or orders > 0) and not has(roles, 'consumer')"},
      {"buyers", "Those who have bought, by role or by orders.",
       "has(roles, 'buyer') or orders > 0"},
      {"potential buyers", "Known, interested and without a purchase so far.",
       "coalesce(orders, 0) = 0 and not coalesce(has(roles, 'buyer'), false) and "
       "(has(roles, 'potential_buyer') or stage in ('attention', 'permission'))"},
      {"sellers", "Those who sell for the company, on the payroll or on commission.",
       "has(roles, 'seller')"},
      {"supervisors", "The channel between the company and its sellers.",
       "has(roles, 'supervisor')"},
      {"internal service providers", "Departments and persons who serve others in the company.",
       "has(roles, 'internal_service')"},
      {"staff", "All who work in the company, sellers and supervisors included.",
       "has(roles, 'staff') or has(roles, 'internal_service') or has(roles, 'seller') or "
       "has(roles, 'supervisor')"},
      {"shareholders", "Owners of the company.", "has(roles, 'shareholder')"},
      {"investors", "Those who put money into the company, or may.",
       "has(roles, 'investor') or has(roles, 'shareholder')"},
      {"suppliers", "Those whom the company buys from.", "has(roles, 'supplier')"},
      {"banks", "Banks and other lenders.", "has(roles, 'bank')"},
      {"press", "Newspapers, broadcasters and those who write for them.", "has(roles, 'press')"},
      {"government", "Authorities and offices.", "has(roles, 'government')"},
      {"legislators", "Those who make the rules.", "has(roles, 'legislator')"},
      {"competitors", "Those who sell to the same customers.", "has(roles, 'competitor')"},
      {"community", "Neighbours, schools, associations.", "has(roles, 'community')"},
  });
  return kAudiences;
}

}  // namespace fidelia
