// SPDX-License-Identifier: Apache-2.0
//
// The reasons of next_step in words: sentences with {names} for what stands in them, one set for
// each language.
#ifndef FIDELIA_SRC_ADVICE_SENTENCES_H_
#define FIDELIA_SRC_ADVICE_SENTENCES_H_

#include <array>
#include <string_view>

#include "src/advice/candidate.h"

namespace fidelia::advice {

struct Sentences {
  std::string_view decimal;                    ///< Between whole and hundredths.
  std::string_view separator;                  ///< Between clauses.
  std::array<std::string_view, 12> steps;      ///< Names, by Step.
  std::array<std::string_view, kMeans> means;  ///< "call", by Means.
  // What to do, and on what occasion.
  std::string_view hand_over_complaint, hand_over_late, hand_over_slipping;  // {day}
  std::string_view apologise_late;                                           // {day}
  std::string_view apologise_solved;                                         // {day} {answered}
  std::string_view call_after_sale;                                          // {day}
  std::string_view thank_referral, thank_order;                              // {day}
  std::string_view thank_recommendation;                                     // {nps} {day}
  std::string_view welcome_order, welcome_permission;                        // {day}
  std::string_view second_purchase;                                          // {day}
  std::string_view replenishment;                                            // {gap} {day} {due}
  std::string_view cross_sell;                                               // {product} {lift}
  std::string_view cross_sell_because;  // {because} {product} {lift}
  std::string_view win_back;            // {n} {day}
  std::string_view referral_nps;        // {nps} {day}
  std::string_view referral_attached;   // {attachment}
  std::string_view ask_permission;
  // What it gains.
  std::string_view gain;        // {gain}
  std::string_view gain_range;  // {gain} {low} {high}
  std::string_view worth;       // {worth} {chance}
  std::string_view worth_back;  // {worth} {chance}
  std::string_view prospect;
  // Why nothing is done.
  std::string_view complaint_closed;  // {day}: no channel is open
  std::string_view no_gain;           // {step} {gain}
  std::string_view no_capacity;       // {step} {gain} {means} {weeks}
  std::string_view nothing_due;
  std::string_view moved;  // {means} {day}
  // Contacts and permission.
  std::string_view contacted;  // {day}
  std::string_view service_without_consent;
  std::string_view permitted;  // {consents}
  std::string_view consents_assumed, consents_refused;
  std::string_view withdrawn;               // {day}
  std::string_view asked_once, asked_more;  // {n} {day}
  // The factors one by one.
  std::string_view baseline;  // {worth} {chance} {effect} {cost}
  std::string_view value_own, value_back, value_newcomer, value_prospect;  // {worth} {typical}
  std::string_view chance_alive, chance_gone;                              // {chance} {typical}
  std::string_view effect_usual, effect_written;                           // {effect} {typical}
  std::string_view effect_offer;  // {lift} {effect} {typical}
  std::string_view effect_back;   // {days} {chance} {effect} {typical}
  std::string_view response;      // {reached} {tries} {usual}
  std::string_view response_unknown, response_urgent;
  std::string_view not_contacted;
  std::string_view cost;  // {channel} {cost} {typical}
};

const Sentences& sentences_in(Language language) noexcept;

}  // namespace fidelia::advice

#endif  // FIDELIA_SRC_ADVICE_SENTENCES_H_
