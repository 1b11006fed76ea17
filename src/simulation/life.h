// SPDX-License-Identifier: Apache-2.0
//
// What a party does and meets with: purchases to the end of the future, and from them contacts,
// consents and answers to the last day.
//
// Two clocks: `weeks` since the first midnight (a double; purchases follow it) and `at`, civil
// microseconds (what is recorded).
#ifndef FIDELIA_SRC_SIMULATION_LIFE_H_
#define FIDELIA_SRC_SIMULATION_LIFE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "src/simulation/profile.h"

namespace fidelia::detail {

inline constexpr double kNever = std::numeric_limits<double>::infinity();

struct Purchase {
  double weeks = 0;
  Grievance grievance = Grievance::none;
  bool late = false;
};

struct Purchases {
  std::vector<Purchase> all;  ///< To the end of the future.
  double lost = kNever;       ///< Time of the purchase after which the buyer is lost.
};

/// Fills `purchases`, whose memory is used again.
void draw_purchases(const Plan& plan, const Profile& profile, Purchases& purchases);
/// Expected purchases in the future of a buyer who at the end of the last day is alive, or (with
/// bought = false) has yet to make the first purchase.
double expected_purchases(const Plan& plan, const Profile& profile, bool bought);

enum class Channel : std::int8_t { email = 0, phone, mail, visit, chat, message };
std::string_view channel_word(Channel channel);

struct ContactEvent {
  std::int64_t at = 0;
  Channel channel = Channel::email;
  Direction direction = Direction::out;
  ContactPurpose purpose = ContactPurpose::other;
  ContactOutcome outcome = ContactOutcome::reached;
};

struct ConsentEvent {
  std::int64_t at = 0;
  Channel channel = Channel::email;
  ContactPurpose purpose = ContactPurpose::news;
  ConsentState state = ConsentState::given;
  std::string_view evidence;
};

struct AnswerEvent {
  std::int64_t at = 0;
  std::string_view question;
  double value = -1;  ///< Below 0: null.
  std::string_view text;
};

/// The relationship up to the last day, in order of time within each list.
struct Relationship {
  std::vector<ContactEvent> contacts;
  std::vector<ConsentEvent> consents;
  std::vector<AnswerEvent> answers;
  bool permitted = false;  ///< A consent is in force at the end.
  bool ever_permitted = false;
  int complaints = 0;
  int referrals = 0;
};

void draw_relationship(const Plan& plan, const Profile& profile, const Purchases& purchases,
                       std::int64_t referrer, Relationship& relationship);

/// Sorts events by `at`, those of one moment in their old order; gives the old places in the new
/// order.
template <class Event>
std::vector<std::size_t> sort_by_time(std::vector<Event>& events) {
  std::vector<std::size_t> places(events.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(events[a].at, a) < std::pair(events[b].at, b);
  });
  std::vector<Event> sorted;
  sorted.reserve(events.size());
  for (const std::size_t place : places) sorted.push_back(events[place]);
  events = std::move(sorted);
  return places;
}

/// Civil microseconds of a moment: its day, and a time of day between 7 and 22 hours that grows
/// with the moment, to the second.
std::int64_t civil_at(const Plan& plan, double weeks);
std::int32_t day_at(double weeks);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SIMULATION_LIFE_H_
