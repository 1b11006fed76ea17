// SPDX-License-Identifier: Apache-2.0
//
// Consents: leave to be contacted, per channel and purpose, given and withdrawn. Append-only; the
// latest fact of a channel and purpose holds.
#ifndef FIDELIA_CUSTOMER_CONSENTS_H_
#define FIDELIA_CUSTOMER_CONSENTS_H_

#include <span>
#include <string_view>

#include "fidelia/customer/fact.h"

namespace fidelia {

enum class ConsentState : std::int8_t { given = 0, withdrawn = 1 };
std::span<const std::string_view> consent_state_words() noexcept;

struct Consents : FactIdentity {
  Keys consent_id;
  Keys customer_id;
  Times given_at;  ///< When it was given or withdrawn.
  Texts channel;
  Texts purpose;
  Labels state;
  Texts evidence;
};
const TableSpec<Consents>& consents_table();

}  // namespace fidelia

#endif  // FIDELIA_CUSTOMER_CONSENTS_H_
