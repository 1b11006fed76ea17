// SPDX-License-Identifier: Apache-2.0
//
// The library's version, as the build declares it.
#ifndef FIDELIA_CORE_VERSION_H_
#define FIDELIA_CORE_VERSION_H_

namespace fidelia {

/// "0.1.0"; static.
const char* version() noexcept;

}  // namespace fidelia

#endif  // FIDELIA_CORE_VERSION_H_
