// SPDX-License-Identifier: Apache-2.0
//
// A folder that is gone with its object.
#ifndef FIDELIA_TESTS_SUPPORT_TEMPORARY_FOLDER_H_
#define FIDELIA_TESTS_SUPPORT_TEMPORARY_FOLDER_H_

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace fidelia::testing_support {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    // The six letters are for mkdtemp to replace.
    std::string name = (std::filesystem::temp_directory_path() / "fidelia-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace fidelia::testing_support

#endif  // FIDELIA_TESTS_SUPPORT_TEMPORARY_FOLDER_H_
