// SPDX-License-Identifier: Apache-2.0
//
// Contacts, consents and answers. The company keeps one calendar for all: news every four weeks,
// offers every nine, a survey twice a year, greetings; what comes back depends on the party.
//
// C++ leaves open in which order operands and arguments are evaluated, so no expression here draws
// two random numbers: compilers would differ.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "src/simulation/life.h"

namespace fidelia::detail {
namespace {

constexpr std::array<std::string_view, 6> kChannelWords = {"email", "phone", "mail",
                                                           "visit", "chat",  "message"};

class Narrator {
 public:
  Narrator(const Plan& plan, const Profile& profile, const Purchases& purchases,
           std::int64_t referrer, Relationship& out)
      : plan_(plan),
        profile_(profile),
        purchases_(purchases),
        referrer_(referrer),
        out_(out),
        random_(stream(plan, Domain::contact, profile.number)),
        survey_(stream(plan, Domain::survey, profile.number)),
        seen_((profile.seen + 0.3) / 7),
        end_(plan.weeks()) {
    first_ = purchases.all.empty() ? kNever : purchases.all.front().weeks;
  }

  void tell() {
    first_sight();
    ask_permission();
    if (permitted_from_ < end_) mailings();
    if (permitted_from_ < end_) greetings();
    after_purchases();
    if (!profile_.person()) visits();
    surveys();
    spoken_to();
    sort_by_time(out_.contacts);
    sort_by_time(out_.consents);
    sort_by_time(out_.answers);
  }

 private:
  bool lost(double weeks) const { return weeks > purchases_.lost; }
  bool bought(double weeks) const { return weeks >= first_; }

  /// How warmly the party answers at a time: its attachment, far less once it is lost.
  double warmth(double weeks) const { return profile_.attachment * (lost(weeks) ? 0.3 : 1.0); }

  /// How badly a late delivery of the last half year still rankles, 0 .. 1.
  double grudge(double weeks) const {
    double worst = 0;
    for (const Purchase& purchase : purchases_.all) {
      if (purchase.weeks > weeks) break;
      if (!purchase.late || weeks - purchase.weeks > 26) continue;
      static constexpr double kDepth[] = {0, 0.6, 0.25, 1.0};
      worst = std::max(worst, kDepth[static_cast<std::size_t>(purchase.grievance)] *
                                  (1 - (weeks - purchase.weeks) / 26));
    }
    return worst;
  }

  bool contact(double weeks, Channel channel, Direction direction, ContactPurpose purpose,
               ContactOutcome outcome) {
    if (weeks >= end_) return false;
    out_.contacts.push_back({civil_at(plan_, weeks), channel, direction, purpose, outcome});
    return true;
  }

  void answer(double weeks, std::string_view question, double value, std::string_view text) {
    if (weeks < end_) out_.answers.push_back({civil_at(plan_, weeks), question, value, text});
  }

  template <std::size_t N>
  Channel pick(const std::array<Channel, N>& channels, const std::array<double, N>& weights) {
    return channels[random_.categorical(weights)];
  }

  double days(std::int64_t low, std::int64_t high) {
    const auto whole = static_cast<double>(random_.between(low, high));
    return (whole + random_.uniform()) / 7;
  }

  void first_sight() {
    static constexpr std::array<Channel, 4> kChannels = {Channel::visit, Channel::chat,
                                                         Channel::email, Channel::phone};
    static constexpr std::array<double, 4> kPersons = {0.45, 0.15, 0.20, 0.20};
    static constexpr std::array<double, 4> kOrganisations = {0.40, 0.0, 0.20, 0.40};
    const bool drawn = profile_.incentive == Incentive::gift ||
                       profile_.incentive == Incentive::lottery ||
                       profile_.incentive == Incentive::price;
    contact(seen_, pick(kChannels, profile_.person() ? kPersons : kOrganisations),
            drawn ? Direction::out : Direction::in,
            drawn ? ContactPurpose::offer : ContactPurpose::other, ContactOutcome::reached);
    if (!random_.chance(0.45)) return;
    static constexpr std::array<std::string_view, 6> kSources = {"advertising", "shop", "web",
                                                                 "press",       "fair", "seller"};
    static constexpr std::array<double, 6> kShares = {0.25, 0.25, 0.25, 0.08, 0.07, 0.10};
    const std::string_view source = kSources[random_.categorical(kShares)];
    answer(seen_ + 0.01, "how_did_you_hear", -1, referrer_ >= 0 ? "friend" : source);
  }

  void ask_permission() {
    double yes =
        profile_.buyer ? 0.40 + 0.55 * profile_.attachment : 0.12 + 0.55 * profile_.attachment;
    double asked = seen_ + days(0, 21);
    for (int round = 0; round < 2 && permitted_from_ == kNever; ++round) {
      if (!random_.chance(round == 0 ? 0.88 : 0.5)) return;
      const Channel channel = profile_.person()
                                  ? (random_.chance(0.6) ? Channel::email : Channel::visit)
                                  : (random_.chance(0.5) ? Channel::phone : Channel::visit);
      const bool agreed = random_.chance(yes);
      ContactOutcome outcome = ContactOutcome::replied;
      if (!agreed) {
        static constexpr std::array<double, 3> kNo = {0.5, 0.2, 0.3};
        static constexpr std::array<ContactOutcome, 3> kOutcomes = {
            ContactOutcome::no_answer, ContactOutcome::opened, ContactOutcome::refused};
        outcome = kOutcomes[random_.categorical(kNo)];
        if (channel != Channel::email && outcome == ContactOutcome::opened) {
          outcome = ContactOutcome::reached;
        }
      }
      if (!contact(asked, channel, Direction::out, ContactPurpose::permission, outcome)) return;
      if (agreed) give_consents(asked + 0.02, channel);
      if (outcome == ContactOutcome::refused) return;
      asked += days(50, 120);
      yes *= 0.6;
    }
  }

  void consent(double weeks, Channel channel, ContactPurpose purpose, ConsentState state,
               std::string_view evidence) {
    if (weeks >= end_) return;
    out_.consents.push_back({civil_at(plan_, weeks), channel, purpose, state, evidence});
    out_.permitted = state == ConsentState::given;
    out_.ever_permitted = true;
  }

  void give_consents(double weeks, Channel asked) {
    const std::string_view evidence = asked == Channel::email   ? "web form"
                                      : asked == Channel::phone ? "phone call"
                                                                : "signed card";
    permitted_from_ = weeks;
    offers_ = random_.chance(0.65);
    cards_ = random_.chance(0.4);
    calls_ = random_.chance(profile_.person() ? 0.2 : 0.85);
    consent(weeks, Channel::email, ContactPurpose::news, ConsentState::given, evidence);
    if (offers_) {
      consent(weeks, Channel::email, ContactPurpose::offer, ConsentState::given, evidence);
    }
    if (cards_) {
      consent(weeks, Channel::mail, ContactPurpose::greeting, ConsentState::given, evidence);
    }
    if (calls_) {
      consent(weeks, Channel::phone, ContactPurpose::service, ConsentState::given, evidence);
    }
    if (random_.chance(0.55)) {
      const bool favourite = random_.chance(0.85);
      const auto category =
          favourite ? static_cast<std::size_t>(profile_.category) : random_.below(kCategories);
      answer(weeks + 0.005, "preference", -1, kCategoryWords[category]);
    }
  }

  void withdraw(double weeks) {
    withdrawn_at_ = weeks;
    const auto given = out_.consents;
    for (const ConsentEvent& event : given) {
      consent(weeks, event.channel, event.purpose, ConsentState::withdrawn, "unsubscribe link");
    }
  }

  ContactOutcome mail_outcome(double warmth) {
    const std::array<double, 5> shares = {0.01, 0.01 + 0.09 * warmth, 0.04 + 0.2 * warmth,
                                          0.20 + 0.35 * warmth, 0.74 - 0.64 * warmth};
    static constexpr std::array<ContactOutcome, 5> kOutcomes = {
        ContactOutcome::bounced, ContactOutcome::replied, ContactOutcome::clicked,
        ContactOutcome::opened, ContactOutcome::no_answer};
    return kOutcomes[random_.categorical(shares)];
  }

  void mailings() {
    const auto start = static_cast<int>(permitted_from_);
    for (int week = start + 1; week < end_; ++week) {
      const bool news = week % 4 == 1;
      const bool offer = week % 9 == 4 && offers_;
      if (!news && !offer) continue;
      const double now = week + 0.2 + 0.02 * random_.uniform();
      const double warm = warmth(now);
      if (news) {
        contact(now, Channel::email, Direction::out, ContactPurpose::news, mail_outcome(warm));
      }
      if (offer) {
        contact(now + 0.15, Channel::email, Direction::out, ContactPurpose::offer,
                mail_outcome(warm));
      }
      if (random_.chance(0.001 + 0.010 * (1 - warm) + 0.02 * grudge(now))) {
        withdraw(now + 0.2);
        return;
      }
    }
  }

  bool permitted(double weeks) const { return weeks >= permitted_from_ && weeks < withdrawn_at_; }

  void greetings() {
    const int years = static_cast<int>(plan_.options.years);
    const CivilDate born = civil_from_day(Day{plan_.start.days - profile_.birth});
    const CivilDate first = civil_from_day(plan_.start);
    for (int i = 0; i <= years; ++i) {
      const bool birthday = profile_.birth > 0 && cards_;
      const bool season = !profile_.person();
      if (!birthday && !season) return;
      const CivilDate date{first.year + i, birthday ? born.month : 12,
                           birthday ? std::min(born.day, 28) : 15};
      const double weeks = (day_from_civil(date).days - plan_.start.days + 0.15) / 7.0;
      if (weeks < 0 || !permitted(weeks)) continue;
      contact(weeks, birthday ? Channel::mail : Channel::phone, Direction::out,
              ContactPurpose::greeting,
              random_.chance(birthday ? 0.97 : 0.6) ? ContactOutcome::reached
                                                    : ContactOutcome::no_answer);
    }
  }

  void after_purchases() {
    bool first = true;
    for (const Purchase& purchase : purchases_.all) {
      if (purchase.weeks >= end_) return;
      if (first && random_.chance(0.6)) thank(purchase);
      first = false;
      static constexpr double kFollowUp[] = {0.01, 0.04, 0.10, 0.30, 0.50};
      if (random_.chance(kFollowUp[static_cast<std::size_t>(profile_.segment)])) {
        const double now = purchase.weeks + days(10, 20);
        const bool reached = random_.chance(0.35 + 0.5 * warmth(now));
        contact(now, Channel::phone, Direction::out, ContactPurpose::service,
                reached ? ContactOutcome::reached : ContactOutcome::no_answer);
      }
      complaint(purchase);
    }
  }

  void thank(const Purchase& purchase) {
    const double now = purchase.weeks + days(2, 6);
    const bool heard = random_.chance(0.5 + 0.3 * profile_.attachment);
    const bool call = !profile_.person();
    const auto good = call ? ContactOutcome::reached : ContactOutcome::opened;
    contact(now, call ? Channel::phone : Channel::email, Direction::out, ContactPurpose::thank_you,
            heard ? good : ContactOutcome::no_answer);
  }

  void complaint(const Purchase& purchase) {
    if (purchase.grievance != Grievance::handled && purchase.grievance != Grievance::neglected) {
      return;
    }
    const Channel channel = random_.chance(0.6) ? Channel::phone : Channel::email;
    const double raised = purchase.weeks + days(8, 13);
    if (!contact(raised, channel, Direction::in, ContactPurpose::complaint,
                 ContactOutcome::reached)) {
      return;
    }
    ++out_.complaints;
    const bool handled = purchase.grievance == Grievance::handled;
    if (!handled && random_.chance(0.4)) return;  // Nobody ever came back to the complainant.
    const double replied = raised + (handled ? days(0, 1) : days(9, 20));
    const bool reached = handled || random_.chance(0.4);
    contact(replied, Channel::phone, Direction::out, ContactPurpose::service,
            reached ? ContactOutcome::reached : ContactOutcome::no_answer);
  }

  /// Salespeople call on organisations, and stop half a year after the last purchase.
  void visits() {
    static constexpr double kWeeks[] = {0, 0, 13, 8, 4};
    const double every = kWeeks[static_cast<std::size_t>(profile_.segment)];
    std::size_t next = 0;
    double last = seen_;
    for (double now = seen_ + every * random_.uniform(); now < end_;
         now += every * (0.8 + 0.4 * random_.uniform())) {
      while (next < purchases_.all.size() && purchases_.all[next].weeks <= now) {
        last = purchases_.all[next++].weeks;
      }
      if (now - last > 26) continue;
      contact(now, Channel::visit, Direction::out, ContactPurpose::visit,
              random_.chance(0.55 + 0.4 * warmth(now)) ? ContactOutcome::reached
                                                       : ContactOutcome::no_answer);
    }
  }

  /// Buyers are asked in spring and in autumn; the score is attachment less what rankles.
  void surveys() {
    for (double now = 20.3; now < end_; now += 26) {
      if (!bought(now)) continue;
      const bool by_phone = !profile_.person();
      if (!by_phone && !permitted(now)) continue;
      const bool answers = survey_.chance(0.10 + 0.60 * warmth(now));
      contact(now, by_phone ? Channel::phone : Channel::email, Direction::out,
              ContactPurpose::survey,
              answers ? ContactOutcome::replied : ContactOutcome::no_answer);
      if (!answers) continue;
      const double mood = profile_.attachment * (lost(now) ? 0.6 : 1.0) - 0.3 * grudge(now);
      const double nps = 3.2 + 8.0 * mood + 0.7 * survey_.normal();
      const double satisfaction = 2.0 + 3.4 * mood + 0.4 * survey_.normal();
      const double score = std::clamp(std::floor(nps + 0.5), 0.0, 10.0);
      static constexpr std::array<std::string_view, 4> kWhy = {"price", "choice", "service",
                                                               "late delivery"};
      const std::string_view why =
          score > 6 ? std::string_view{} : kWhy[grudge(now) > 0.1 ? 3 : survey_.below(3)];
      answer(now + 0.1, "nps", score, why);
      answer(now + 0.1, "satisfaction", std::clamp(std::floor(satisfaction + 0.5), 1.0, 5.0), {});
    }
  }

  /// What the party says unasked: questions and talk while it cares, referrals when loyal.
  void spoken_to() {
    const double until = std::min(end_, purchases_.lost + 4);
    const double rate = profile_.buyer
                            ? 0.005 + 0.03 * profile_.attachment + (profile_.person() ? 0.0 : 0.04)
                            : 0.004;
    static constexpr std::array<Channel, 4> kChannels = {Channel::phone, Channel::email,
                                                         Channel::chat, Channel::message};
    static constexpr std::array<double, 4> kShares = {0.35, 0.30, 0.20, 0.15};
    for (double now = seen_ + random_.exponential() / rate; now < until;
         now += random_.exponential() / rate) {
      const Channel channel = pick(kChannels, kShares);
      const bool question = random_.chance(0.6);
      contact(now, channel, Direction::in,
              question ? ContactPurpose::service : ContactPurpose::other, ContactOutcome::reached);
    }
    if (purchases_.all.size() < 3 || profile_.referral_rate() == 0) return;
    const double loyal_until = std::min(end_, purchases_.lost);
    for (double now = purchases_.all[2].weeks + random_.exponential() / profile_.referral_rate();
         now < loyal_until; now += random_.exponential() / profile_.referral_rate()) {
      contact(now, random_.chance(0.5) ? Channel::visit : Channel::message, Direction::in,
              ContactPurpose::referral, ContactOutcome::reached);
      ++out_.referrals;
    }
  }

  const Plan& plan_;
  const Profile& profile_;
  const Purchases& purchases_;
  std::int64_t referrer_;
  Relationship& out_;
  Random random_;
  Random survey_;
  double seen_;
  double end_;
  double first_ = kNever;
  double permitted_from_ = kNever;
  double withdrawn_at_ = kNever;
  bool offers_ = false;
  bool cards_ = false;
  bool calls_ = false;
};

}  // namespace

std::string_view channel_word(Channel channel) {
  return kChannelWords[static_cast<std::size_t>(channel)];
}

void draw_relationship(const Plan& plan, const Profile& profile, const Purchases& purchases,
                       std::int64_t referrer, Relationship& relationship) {
  relationship.contacts.clear();
  relationship.consents.clear();
  relationship.answers.clear();
  relationship.permitted = relationship.ever_permitted = false;
  relationship.complaints = relationship.referrals = 0;
  Narrator(plan, profile, purchases, referrer, relationship).tell();
}

}  // namespace fidelia::detail
