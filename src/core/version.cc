// SPDX-License-Identifier: Apache-2.0
#include "fidelia/core/version.h"

namespace fidelia {

const char* version() noexcept { return FIDELIA_VERSION; }

}  // namespace fidelia
