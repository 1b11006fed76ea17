// SPDX-License-Identifier: Apache-2.0
//
// Contacts: each time the company and a customer met or tried to, in either direction.
#ifndef FIDELIA_CUSTOMER_CONTACTS_H_
#define FIDELIA_CUSTOMER_CONTACTS_H_

#include <span>
#include <string_view>

#include "fidelia/customer/fact.h"

namespace fidelia {

enum class Direction : std::int8_t { out = 0, in = 1 };
std::span<const std::string_view> direction_words() noexcept;

enum class ContactPurpose : std::int8_t {
  other = 0,
  greeting,
  offer,
  news,
  service,
  complaint,
  survey,
  visit,
  thank_you,
  permission,
  referral,
};
std::span<const std::string_view> contact_purpose_words() noexcept;

enum class ContactOutcome : std::int8_t {
  reached = 0,
  no_answer,
  opened,
  clicked,
  replied,
  bounced,
  refused,
};
std::span<const std::string_view> contact_outcome_words() noexcept;

struct Contacts : FactIdentity {
  Keys contact_id;
  Keys customer_id;
  Times contacted_at;
  Texts channel;
  Labels direction;
  Labels purpose;
  Labels outcome;
  Amounts cost;
  Keys staff_id;
};
const TableSpec<Contacts>& contacts_table();

}  // namespace fidelia

#endif  // FIDELIA_CUSTOMER_CONTACTS_H_
