// SPDX-License-Identifier: Apache-2.0
//
// The four stages that a relationship stands at, and their words: here, because audiences name what
// stage/relationship_stage.h judges.
#ifndef FIDELIA_CUSTOMER_RELATIONSHIP_STAGES_H_
#define FIDELIA_CUSTOMER_RELATIONSHIP_STAGES_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace fidelia {

enum class RelationshipStage : std::int8_t { attention = 0, permission, participation, loyalty };
std::span<const std::string_view> relationship_stage_words() noexcept;

}  // namespace fidelia

#endif  // FIDELIA_CUSTOMER_RELATIONSHIP_STAGES_H_
