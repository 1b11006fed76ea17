// SPDX-License-Identifier: Apache-2.0
#include "src/simulation/profile.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace fidelia {

PurchaseParameters purchase_parameters(MarketSegment segment, Incentive incentive) noexcept {
  static constexpr PurchaseParameters kSegments[] = {
      {.r = 0.6, .alpha = 9, .a = 0.90, .b = 3.2, .p = 6, .q = 4.0, .gamma = 17},
      {.r = 1.2, .alpha = 9, .a = 0.60, .b = 6.5, .p = 6, .q = 4.0, .gamma = 27},
      {.r = 1.4, .alpha = 7, .a = 0.60, .b = 8.0, .p = 5, .q = 3.8, .gamma = 150},
      {.r = 1.8, .alpha = 6, .a = 0.55, .b = 10., .p = 5, .q = 3.6, .gamma = 600},
      {.r = 2.5, .alpha = 5, .a = 0.50, .b = 14., .p = 4, .q = 3.5, .gamma = 3800},
  };
  // Who came for a gift or a prize leaves sooner; who came for quality or advice stays.
  static constexpr double kLeave[] = {1.0, 1.3, 1.6, 1.25, 0.75, 0.65};
  PurchaseParameters parameters = kSegments[static_cast<std::size_t>(segment)];
  parameters.a *= kLeave[static_cast<std::size_t>(incentive)];
  return parameters;
}

namespace detail {
namespace {

constexpr double kHouseholdShare = 0.15;
constexpr double kReferredShare = 0.10;

MarketSegment draw_segment(const Plan& plan, Random& random, bool person) {
  const double share = person ? 0 : plan.options.business_share;
  const double u = random.uniform();
  if (u >= share) {
    return random.chance(0.6) ? MarketSegment::occasional_persons : MarketSegment::regular_persons;
  }
  static constexpr double kSizes[] = {0.64, 0.25, 0.11};
  return static_cast<MarketSegment>(2 + random.categorical(kSizes));
}

Incentive draw_incentive(Random& random, bool person, bool buyer) {
  // none, gift, lottery, price, quality, advice
  static constexpr double kPersons[] = {0.20, 0.17, 0.13, 0.25, 0.15, 0.10};
  static constexpr double kProspects[] = {0.17, 0.28, 0.25, 0.18, 0.07, 0.05};
  static constexpr double kOrganisations[] = {0.20, 0.05, 0.0, 0.30, 0.25, 0.20};
  return static_cast<Incentive>(
      random.categorical(!person ? kOrganisations : (buyer ? kPersons : kProspects)));
}

int draw_region(Random& random) {
  static constexpr double kShares[kRegions] = {0.22, 0.24, 0.18, 0.16, 0.14, 0.06};
  return static_cast<int>(random.categorical(kShares));
}

int draw_culture(Random& random, int region) {
  static constexpr double kShares[kRegions][kCultures] = {
      {0.80, 0.08, 0.03, 0.05, 0.03, 0.01}, {0.84, 0.07, 0.02, 0.02, 0.04, 0.01},
      {0.78, 0.06, 0.10, 0.04, 0.01, 0.01}, {0.72, 0.05, 0.02, 0.02, 0.01, 0.18},
      {0.82, 0.07, 0.07, 0.02, 0.01, 0.01}, {0.25, 0.45, 0.22, 0.03, 0.03, 0.02}};
  return static_cast<int>(random.categorical(kShares[region]));
}

void draw_purchase_traits(const Plan& plan, Random& random, Profile& profile) {
  profile.buyer = !random.chance(plan.options.prospect_share);
  profile.incentive = draw_incentive(random, profile.person(), profile.buyer);
  const double arrival = random.uniform() * 0.95;  // The last weeks only see who came before.
  profile.seen = static_cast<std::int32_t>(arrival * plan.days);
  if (!profile.buyer) {
    profile.attachment = random.beta(1.6, 3.4);
    return;
  }
  const auto parameters = purchase_parameters(profile.segment, profile.incentive);
  const bool at_once = random.chance(profile.person() ? 0.40 : 0.10);
  profile.first_rate = at_once ? 0 : (profile.person() ? 1 / 6.0 : 1 / 5.0);
  profile.purchase_rate = random.gamma(parameters.r, 1 / parameters.alpha);
  profile.dropout_probability = random.beta(parameters.a, parameters.b);
  profile.spend_shape = parameters.p;
  // The smallest rate keeps the mean amount of the very richest below a thousand times the usual.
  const double least = 1e-3 * parameters.q / parameters.gamma;
  profile.spend_rate = std::max(least, random.gamma(parameters.q, 1 / parameters.gamma));
  profile.attachment =
      std::clamp(0.86 - 1.7 * profile.dropout_probability + 0.09 * random.normal(), 0.02, 0.98);
}

/// Words of two or three syllables; no word of any language is aimed at.
std::string draw_word(Random& random, int culture) {
  static constexpr std::string_view kOnsets[kCultures][8] = {
      {"l", "m", "r", "s", "t", "v", "n", "c"},     {"b", "w", "h", "d", "l", "br", "th", "st"},
      {"zh", "x", "q", "sh", "l", "w", "j", "h"},   {"v", "l", "m", "ch", "g", "p", "r", "d"},
      {"k", "sch", "b", "w", "h", "gr", "f", "st"}, {"s", "t", "m", "f", "r", "p", "l", "v"}};
  static constexpr std::string_view kRimes[kCultures][6] = {
      {"a", "e", "o", "an", "el", "ir"},   {"a", "ee", "or", "in", "ell", "o"},
      {"ao", "ia", "en", "u", "i", "ang"}, {"ou", "e", "ien", "al", "i", "on"},
      {"e", "ar", "u", "en", "ig", "o"},   {"a", "ei", "ao", "o", "im", "es"}};
  std::string word;
  const std::uint64_t syllables = 2 + random.below(2);
  for (std::uint64_t i = 0; i < syllables; ++i) {
    word += kOnsets[culture][random.below(8)];
    word += kRimes[culture][random.below(6)];
  }
  word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

}  // namespace

Profile draw_profile(const Plan& plan, std::int64_t number) {
  Profile profile;
  profile.number = number;
  // Parties 2m and 2m+1 may share a household; the first is then drawn to know where they live.
  const std::int64_t pair = number / 2;
  const bool paired = stream(plan, Domain::household, pair).chance(kHouseholdShare);
  Profile other;
  if (paired && number % 2 == 1) other = draw_profile(plan, number - 1);
  const bool joins = other.household >= 0;
  Random random = stream(plan, Domain::profile, number);
  profile.segment = draw_segment(plan, random, joins);
  if (paired && profile.person() && (number % 2 == 0 || joins)) profile.household = pair;
  const int region = draw_region(random);
  const int culture = draw_culture(random, region);
  profile.region = joins ? other.region : region;
  profile.culture = joins ? other.culture : culture;
  if (profile.person() && random.chance(0.75)) {
    profile.birth = static_cast<std::int32_t>(random.between(18 * 366, 85 * 365));
  }
  profile.consumes = random.chance(0.85);
  profile.category = static_cast<int>(random.below(kCategories));
  draw_purchase_traits(plan, random, profile);
  return profile;
}

std::int64_t draw_referrer(const Plan& plan, const Profile& profile) {
  Random random = stream(plan, Domain::referrer, profile.number);
  if (profile.number == 0 || !random.chance(kReferredShare)) return -1;
  // Few parties are advocates: a dozen tries find one nearly always where there are any.
  for (int i = 0; i < 12; ++i) {
    const auto number =
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(profile.number)));
    const Profile other = draw_profile(plan, number);
    if (other.buyer && other.attached() && other.person() == profile.person() &&
        other.seen < profile.seen) {
      return number;
    }
  }
  return -1;
}

std::string party_id(std::int64_t number) {
  std::string digits = std::to_string(number + 1);
  if (digits.size() < 7) digits.insert(0, 7 - digits.size(), '0');
  return "C" + digits;
}

std::string party_name(const Plan& plan, const Profile& profile) {
  Random random = stream(plan, Domain::name, profile.number);
  const std::string own = draw_word(random, profile.culture);
  if (!profile.person()) {
    static constexpr std::string_view kForms[] = {"Trading", "Stores", "Works",
                                                  "Supply",  "House",  "and Company"};
    return own + " " + std::string(kForms[random.below(6)]);
  }
  if (profile.household < 0) return own + " " + draw_word(random, profile.culture);
  Random family = stream(plan, Domain::name, (std::int64_t{1} << 47) | profile.household);
  return own + " " + draw_word(family, profile.culture);
}

std::string party_city(const Plan& plan, const Profile& profile) {
  const std::int64_t home = profile.household >= 0 ? profile.household * 2 : profile.number;
  Random pick = stream(plan, Domain::city, (std::int64_t{1} << 47) | home);
  Random random = stream(plan, Domain::city, profile.region * 8 + static_cast<int>(pick.below(5)));
  return draw_word(random, profile.region == kOverseas ? 1 : 0);
}

}  // namespace detail
}  // namespace fidelia
